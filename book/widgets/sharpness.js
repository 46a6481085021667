// W11.1: attention with one matching key, and how much of a gradient its softmax lets through.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const betas = maths.range(101, (i) => i / 10);

  const weights = (S, beta) => maths.softmax(maths.range(S, (i) => (i ? 0 : beta)));

  widget({
    name: "sharpness",
    title: "How sharp an attention",
    controls: [
      { key: "S", label: "inputs S", spoken: "S", min: 2, max: 50, step: 1, value: 10 },
      { key: "beta", label: "sharpness β", spoken: "beta", min: 0, max: 10, step: 0.1, value: 2 },
    ],
    prediction: {
      question: "Does a sharper attention always learn faster?",
      options: ["yes", "no"],
      answer: "no",
      because: "The weight's slope is a(1 − a): it is largest at a = 1/2, and nearly nothing once the attention has decided.",
      state: { beta: 5 },
    },
    presets: [
      ["S = 10, β = 0", { beta: 0 }],
      ["S = 10, β = 2", {}],
      ["S = 10, β = 5", { beta: 5 }],
      ["S = 10, β = 10", { beta: 10 }],
      ["S = 50, β = 5", { S: 50, beta: 5 }],
    ],

    compute({ S, beta }) {
      const a = weights(S, beta);
      const entropy = -maths.sum(a.map((one) => one * Math.log(one))) / Math.log(S);
      const all = betas.map((one) => weights(S, one)[0]);
      return { a, entropy, slope: a[0] * (1 - a[0]), matching: all, slopes: all.map((one) => one * (1 - one)) };
    },

    pictures({ S, beta }, { a, matching, slopes }) {
      const series = [{ name: "weight a of the match", values: matching }, { name: "a(1 − a)", values: slopes }];
      return [
        {
          alt: `Attention weights of the ${S} inputs; the first one matches, with ${say(a[0])}.`,
          draw: (box, size) => plots.bars(box, { size, title: "attention weights", label: "input", low: 0, high: 1,
            series: [{ name: "a", values: a }] }),
        },
        {
          series,
          alt: "The matching weight and its slope over the sharpness from 0 to 10.",
          draw: (box, size) => plots.lines(box, { size, title: "over the sharpness", label: "β", xs: betas, series,
            low: 0, high: 1, mark: { x: beta, y: matching[Math.round(beta * 10)] } }),
        },
      ];
    },

    words: ({ S, beta }, { a, entropy, slope }) =>
      `S = ${S}, β = ${say(beta)}: the matching input has ${say(a[0], 4)}, every other ${say(a[1])}; entropy ${say(entropy)} of ` +
      `the most possible; slope a(1 − a) = ${say(slope)}.`,

    table: (_, { matching, slopes }) => ({
      caption: "Over the sharpness",
      head: ["β", "a", "a(1 − a)"],
      rows: betas.flatMap((beta, i) => (i % 5 ? [] : [[say(beta), matching[i], slopes[i]]])),
    }),
  });
})(globalThis);
