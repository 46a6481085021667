// The gradient explorer, W8.1 in it: how much of ∂h_T/∂h_k is left over T − k steps.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say, sayPower } = plots;
  const DEAF = 0.1; // a slope below a tenth of the steepest one: the unit is saturated

  widget({
    name: "gradient-explorer",
    title: "Gradient explorer",
    controls: [
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -5, max: 5, step: 0.01, value: 0.9 },
      { key: "T", label: "steps T", min: 1, max: 100, step: 1, value: 20 },
      { key: "activation", label: "activation f", options: Object.keys(maths.activations), value: "tanh" },
      { key: "h0", label: "start state h₀", spoken: "start state", min: -1, max: 1, step: 0.05, value: 0.2 },
      { key: "inputs", label: "inputs x", options: Object.keys(maths.drives), value: "a wave" },
    ],
    prediction: {
      question: "tanh, T = 50: does w = 2 keep more of the gradient than w = 1?",
      options: ["yes", "no"],
      answer: "no",
      because: "With w = 2 the states saturate, and each step multiplies by 2·f′, which is far below 1.",
      state: { w_h: 2, T: 50 },
    },
    presets: [
      ["w = 0.9, T = 20", {}],
      ["w = 1.5, T = 50", { w_h: 1.5, T: 50 }],
      ["linear, w = 1.5, T = 50", { w_h: 1.5, T: 50, activation: "linear" }],
      ["sigmoid, w = 5, T = 50", { w_h: 5, T: 50, activation: "sigmoid" }],
      ["ReLU, w = 1, T = 50", { w_h: 1, T: 50, activation: "relu" }],
    ],

    compute(state) {
      const found = maths.factors(state);
      const limit = DEAF * maths.activations[state.activation].steepest;
      return { ...found, saturated: found.slopes.map((slope) => slope < limit) };
    },

    pictures({ T }, { log, best, factor, saturated, h }) {
      const logs = [{ name: "this network", values: log }, { name: "best case", values: best }];
      const states = [{ name: "h", values: h }];
      return [
        {
          series: logs,
          wide: true,
          alt: `Size of ∂h_T/∂h_k over k from 0 to ${T}, on a logarithmic axis, and the best case.`,
          draw: (box, size) =>
            plots.lines(box, { size, title: "|∂h_T/∂h_k|", label: "k", first: 0, series: logs, logs: true, depth: 400 }),
        },
        {
          key: [{ class: "tt-bar tt-0", name: "factor" }, { class: "tt-bar tt-hollow", name: "saturated unit" }],
          alt: `The factor w f′(z_t) of each step from 1 to ${T}; hollow bars stand for saturated units.`,
          draw: (box, size) => plots.bars(box, { size, title: "factors w·f′(z_t)", label: "t", faded: saturated,
            series: [{ name: "factor", values: factor }] }),
        },
        {
          series: states,
          alt: `The state h_t over t from 0 to ${T}.`,
          draw: (box, size) => plots.lines(box, { size, title: "states h_t", label: "t", first: 0, series: states, zero: true }),
        },
      ];
    },

    words({ w_h, T, activation }, { log, best, factor, saturated }) {
      const deaf = saturated.flatMap((one, i) => (one ? [i + 1] : []));
      const some = deaf.length > 6 ? `${deaf.length} of ${T} steps` : deaf.length ? `step ${deaf.join(", ")}` : "no step";
      const far = Math.min(T, 1);
      const first = factor.slice(1, 4).map((one) => say(one)).join(" · ");
      const product = T > 1 ? ` It is the product ${first}${T > 4 ? " · …" : ""} of ${T - 1} factor${T > 2 ? "s" : ""}.` : "";
      return `${activation}, w = ${say(w_h)}, T = ${T}: |∂h_T/∂h₁| = ${sayPower(log[far])}, ` +
        `in the best case ${sayPower(best[far])}; |∂h_T/∂h₀| = ${sayPower(log[0])}.${product} ` +
        `The unit is saturated at ${some}.`;
    },

    table(_, { z, h, slopes, factor, log, best }) {
      return {
        caption: "From the last step back: the factor of each step, and the product of all factors so far",
        head: ["k", "h_k", "z_k", "f′(z_k)", "w f′(z_k)", "|∂h_T/∂h_k|", "best case"],
        rows: log.map((one, k) => [k, h[k], ...(k ? [z[k - 1], slopes[k - 1], factor[k - 1]] : ["", "", ""]),
          sayPower(one, 4), sayPower(best[k], 4)]).reverse(),
      };
    },
  });
})(globalThis);
