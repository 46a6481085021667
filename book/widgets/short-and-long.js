// W8.3: how large the terms of near and far inputs are in one gradient.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;

  widget({
    name: "short-and-long",
    title: "Short and long paths",
    controls: [
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.05, value: 0.9 },
      { key: "T", label: "steps T", min: 2, max: 60, step: 1, value: 10 },
    ],
    prediction: {
      question: "w = 0.9: T grows from 10 to 20. By about how much does the share of the far half fall?",
      options: ["2 times", "10 times", "60 times"],
      answer: "60 times",
      because: "From 3.2 % to 0.054 %: the far half moves ten factors further away.",
      state: { T: 20 },
    },
    presets: [
      ["w = 0.5, T = 10", { w_h: 0.5 }],
      ["w = 0.9, T = 10", {}],
      ["w = 0.9, T = 20", { T: 20 }],
      ["w = 1.2, T = 20", { w_h: 1.2, T: 20 }],
      ["w = 1.5, T = 10", { w_h: 1.5 }],
    ],

    compute({ w_h, T }) {
      const found = maths.run("many-to-one", w_h, T);
      const sizes = found.delta.map((d, i) => Math.abs(d * found.x[i]));
      const total = maths.sum(sizes);
      return { sizes, last: sizes[T - 1] / total, far: maths.sum(sizes.slice(0, Math.floor(T / 2))) / total };
    },

    pictures({ w_h, T }, { sizes, last, far }) {
      const series = [{ name: "size of the term", values: sizes }];
      return [
        {
          alt: `Size of each term of ∂E_T/∂u over k from 1 to ${T}, w = ${say(w_h)}, on a logarithmic axis.`,
          draw: (box, size) => plots.lines(box, { size, title: "|term through x_k|", label: "k", series, log: true }),
        },
        {
          alt: `Shares: far half ${say(100 * far)} percent, last path ${say(100 * last)} percent.`,
          draw: (box, size) => plots.bars(box, { size, title: "share of the sizes, %", label: "", low: 0, high: 100,
            names: ["far half", "near, not last", "last path"],
            series: [{ name: "share", values: [100 * far, 100 * Math.max(1 - far - (T > 1 ? last : 0), 0), 100 * last] }] }),
        },
      ];
    },

    words: ({ w_h, T }, { last, far, sizes }) =>
      `w = ${say(w_h)}, T = ${T}: of the sizes of all terms the last path has ${say(100 * last, 2)} %, the far half ` +
      `(k up to ${Math.floor(T / 2)}) ${say(100 * far, 2)} %; the first term is ${say(sizes[0])}.`,

    table: (_, { sizes }) => ({
      caption: "Sizes of the terms of ∂E_T/∂u",
      head: ["k", "size"],
      rows: sizes.map((size, i) => [i + 1, size]),
    }),
  });
})(globalThis);
