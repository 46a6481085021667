// W3.2: what is left of an error after l sigmoid layers, at best.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;

  widget({
    name: "depth",
    title: "An error through many layers",
    controls: [
      { key: "L", label: "layers L", min: 1, max: 20, step: 1, value: 3 },
      { key: "w", label: "weight w", spoken: "w", min: 0, max: 6, step: 0.1, value: 1 },
    ],
    prediction: {
      question: "The sigmoid's slope is at most 1/4. At which w is nothing lost?",
      options: ["1", "2", "4", "none"],
      answer: "4",
      because: "Each layer multiplies by w/4, at z = 0, where the sigmoid is steepest.",
      state: { w: 4 },
    },
    presets: [
      ["w = 1, L = 3", {}],
      ["w = 1, L = 10", { L: 10 }],
      ["w = 4, L = 10", { w: 4, L: 10 }],
      ["w = 6, L = 10", { w: 6, L: 10 }],
    ],

    compute: ({ L, w }) => ({ left: maths.range(L, (i) => (w / 4) ** (i + 1)) }),

    pictures({ L, w }, { left }) {
      const series = [{ name: "(w/4)^l", values: left }];
      return [{
        wide: true,
        alt: `What is left after l layers, l from 1 to ${L}, w = ${say(w)}, on a logarithmic axis.`,
        draw: (box, size) => plots.lines(box, { size, title: "(w/4)ˡ", label: "layers l", series, log: true }),
      }];
    },

    words: ({ L, w }, { left }) => `w = ${say(w)}: after one layer ${say(left[0])} is left, after L = ${L} layers ${say(left[L - 1])}.`,

    table: (_, { left }) => ({
      caption: "What is left after l layers",
      head: ["l", "(w/4)^l"],
      rows: left.map((value, i) => [i + 1, value]),
    }),
  });
})(globalThis);
