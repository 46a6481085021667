// W12.3: three sentences, one loss, and where in w_h it is low.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const weights = { cat: -1, mat: -0.5, rat: 1 };
  const sentences = [["cat mat rat", 1], ["rat rat mat", 1], ["mat mat cat", 0]];
  const grid = maths.range(81, (i) => Number((-2 + i / 20).toFixed(2)));

  const last = (words, w_h) => words.split(" ").reduce((state, word) => Math.tanh(weights[word] + w_h * state), 0);

  function judge(w_h, w_o) {
    const o = sentences.map(([words]) => w_o * last(words, w_h));
    // −ln σ(±o) as ln(1 + e^∓o), which keeps its digits at both ends.
    const losses = sentences.map(([, label], i) => Math.log1p(Math.exp(label ? -o[i] : o[i])));
    return { y: o.map(maths.activations.sigmoid.f), losses, L: maths.sum(losses) };
  }

  widget({
    name: "landscape",
    title: "The loss of three sentences over w_h",
    controls: [
      { key: "w_h", label: "recurrent weight w_h", spoken: "w_h", min: -2, max: 2, step: 0.05, value: 0.5 },
      { key: "w_o", label: "output weight w_o", spoken: "w_o", min: -4, max: 4, step: 0.1, value: 2 },
    ],
    prediction: {
      question: "w_o = 2: is w_h = 0 the worst of −1, 0 and 0.5?",
      options: ["yes", "no"],
      answer: "no",
      because: "w_h = −1 is worse: it turns the sign of what was read before.",
      state: { w_h: -1 },
    },
    presets: [["w_h = −1", { w_h: -1 }], ["w_h = 0", { w_h: 0 }], ["w_h = 0.5", {}], ["w_h = 0.85", { w_h: 0.85 }], ["w_h = 1.5", { w_h: 1.5 }]],

    compute({ w_h, w_o }) {
      const curve = grid.map((one) => judge(one, w_o).L);
      return { ...judge(w_h, w_o), curve, best: grid[curve.indexOf(Math.min(...curve))] };
    },

    pictures({ w_h, w_o }, { y, L, curve }) {
      return [
        {
          alt: `Probability of a rat for the three sentences: ${y.map((one) => say(one)).join(", ")}.`,
          draw: (box, size) => plots.bars(box, { size, title: "ŷ; wanted: 1, 1, 0", label: "sentence, by first letters", low: 0, high: 1,
            names: ["cmr", "rrm", "mmc"], series: [{ name: "y", values: y }] }),
        },
        {
          alt: `Loss over w_h from −2 to 2 for w_o = ${say(w_o)}.`,
          draw: (box, size) => plots.lines(box, { size, title: "L over w_h", label: "w_h", xs: grid,
            series: [{ name: "L", values: curve }], mark: { x: w_h, y: L } }),
        },
      ];
    },

    words: ({ w_h, w_o }, { y, L, best }) =>
      `w_h = ${say(w_h)}, w_o = ${say(w_o)}: ŷ = (${y.map((one) => say(one)).join(", ")}), wanted (1, 1, 0); L = ${say(L, 4)}. ` +
      `On the grid it is lowest at w_h = ${say(best)}.`,

    table: (_, { y, losses, curve }) => ({
      caption: "The three sentences, and the loss over w_h",
      head: ["sentence or weight", "ŷ or L", "loss"],
      rows: [...sentences.map(([words], i) => [words, y[i], losses[i]]),
        ...grid.flatMap((w, i) => (i % 5 ? [] : [[`w_h = ${say(w)}`, curve[i], ""]]))],
    }),
  });
})(globalThis);
