// W10.1: what a forget gate of constant bias keeps, beside a plain recurrent weight.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;

  widget({
    name: "forget-bias",
    title: "A forget bias as a length of memory",
    controls: [
      { key: "b_f", label: "forget bias b_f", spoken: "bias", min: -3, max: 6, step: 0.1, value: 1 },
      { key: "T", label: "steps T", min: 1, max: 200, step: 1, value: 50 },
      { key: "w_h", label: "compare with w", spoken: "w", min: 0, max: 1.5, step: 0.01, value: 0.9 },
    ],
    prediction: {
      question: "b_f = 0: how much is left after 10 steps?",
      options: ["about 1/10", "about 1/100", "about 1/1000"],
      answer: "about 1/1000",
      because: "σ(0) = 1/2, and (1/2)¹⁰ = 1/1024.",
      state: { b_f: 0, T: 10 },
    },
    presets: [
      ["b_f = 1", {}],
      ["b_f = 2", { b_f: 2 }],
      ["b_f = 3, T = 100", { b_f: 3, T: 100 }],
      ["b_f = 5, T = 200", { b_f: 5, T: 200 }],
    ],

    compute({ b_f, T, w_h }) {
      const gate = maths.activations.sigmoid.f(b_f);
      // ln σ(b) = −ln(1 + e^−b): the gate itself is too near 1 to take a logarithm of.
      const halfLife = Math.LN2 / Math.log1p(Math.exp(-b_f));
      return { gate, halfLife, kept: maths.range(T + 1, (k) => gate ** k), plain: maths.range(T + 1, (k) => w_h ** k) };
    },

    pictures({ b_f, T, w_h }, { kept, plain }) {
      const series = [{ name: `σ(${say(b_f)})ᵗ`, values: kept }, { name: `${say(w_h)}ᵗ`, values: plain }];
      return [{
        series,
        wide: true,
        alt: `What is left over t from 0 to ${T}, with forget bias ${say(b_f)} and with w = ${say(w_h)}, on a logarithmic axis.`,
        draw: (box, size) => plots.lines(box, { size, title: "what is left after t steps", label: "t", first: 0, series, log: true }),
      }];
    },

    words: ({ b_f, T, w_h }, { gate, halfLife, kept, plain }) =>
      `b_f = ${say(b_f)}: the gate is ${say(gate, 4)}, the half-life in steps is ${say(halfLife)}; after T = ${T} ` +
      `${say(kept[T])} is left. With w = ${say(w_h)} it is ${say(plain[T])}.`,

    table: (_, { kept, plain }) => ({
      caption: "What is left",
      head: ["t", "σ(b_f)ᵗ", "wᵗ"],
      rows: kept.map((one, t) => [t, one, plain[t]]),
    }),
  });
})(globalThis);
