// W5.1: where the error of each step comes from, in the four mappings of chapter 5.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const size = (values) => values.map(Math.abs);

  widget({
    name: "delta-back",
    title: "Where the error comes from",
    controls: [
      { key: "mapping", label: "mapping", options: Object.keys(maths.mappings), value: "MIMO" },
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.05, value: 1 },
      { key: "T", label: "steps T", min: 1, max: 60, step: 1, value: 8 },
    ],
    prediction: {
      question: "SISO, w = 0.5, T = 8: is |δ₁| nearer to 1/3, 1/30 or 1/300 of |δ₈|?",
      options: ["1/3", "1/30", "1/300"],
      answer: "1/300",
      because: "Seven factors f′(z)·w, each below one half, lie between step 8 and step 1.",
      state: { mapping: "SISO", w_h: 0.5, T: 8 },
    },
    presets: [
      ["SISO, w = 0.5, T = 20", { mapping: "SISO", w_h: 0.5, T: 20 }],
      ["MIMO, w = 0.5, T = 20", { mapping: "MIMO", w_h: 0.5, T: 20 }],
    ],

    compute({ mapping, w_h, T }) {
      const found = maths.run(mapping, w_h, T);
      return {
        ...found,
        sumU: maths.runningSums(found.delta.map((d, i) => d * found.x[i])),
        sumW: maths.runningSums(found.delta.map((d, i) => d * found.h[i])),
      };
    },

    pictures({ T }, found) {
      const parts = [
        { name: "|δ|", values: size(found.delta) },
        { name: "from its own output", values: size(found.own) },
        { name: "from the next step", values: size(found.fromNext) },
      ];
      const sums = [
        { name: "∂E/∂u", values: found.sumU },
        { name: "∂E/∂w", values: found.sumW },
      ];
      return [
        {
          series: parts,
          alt: `Size of delta over t from 1 to ${T}, and of its two parts, on a logarithmic axis.`,
          draw: (box, size) => plots.lines(box, { size, title: "|δ| and its parts", label: "t", series: parts, log: true }),
        },
        {
          series: sums,
          alt: `The sums for u and w as the loop fills them from t = ${T} down to 1.`,
          draw: (box, size) => plots.lines(box, { size, title: "sums of the terms T … t", label: "t", series: sums, zero: true }),
        },
      ];
    },

    words({ mapping, w_h, T }, found) {
      const at = size(found.delta).indexOf(Math.max(...size(found.delta))) + 1;
      return `${mapping}, w = ${plots.say(w_h)}, T = ${T}: E = ${plots.say(found.E, 4)}. ` +
        `δ at step ${T} is ${plots.say(found.delta[T - 1])}, at step 1 ${plots.say(found.delta[0])}; ` +
        `|δ| is largest at t = ${at}. ∂E/∂u = ${plots.say(found.dU, 4)}, ∂E/∂w = ${plots.say(found.dW, 4)}.`;
    },

    table(_, found) {
      return {
        caption: "Each step's δ, its two parts, and its terms in the sums",
        head: ["t", "δ", "from own output", "from next step", "term of ∂E/∂u", "term of ∂E/∂w"],
        rows: found.delta.map((d, i) => [i + 1, d, found.own[i], found.fromNext[i], d * found.x[i], d * found.h[i]]),
      };
    },
  });
})(globalThis);
