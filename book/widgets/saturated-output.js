// W3.1: the error at a sigmoid output under two losses.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const { f, slope } = maths.activations.sigmoid;
  const points = maths.range(161, (i) => Number((-8 + i / 10).toFixed(1)));

  const errors = (z, tau) => ({ squared: (f(z) - tau) * slope(z), entropy: f(z) - tau });

  widget({
    name: "saturated-output",
    title: "Confidently wrong",
    controls: [
      { key: "z", label: "input z of the sigmoid", spoken: "z", min: -8, max: 8, step: 0.1, value: 4 },
      { key: "tau", label: "target τ", options: ["0", "1"], value: "0" },
    ],
    prediction: {
      question: "Confidently wrong, z = 6 and τ = 0: which loss has the larger error, and about how many times?",
      options: ["half the squared error, 40 times", "cross-entropy, 4 times", "cross-entropy, 40 times", "cross-entropy, 400 times"],
      answer: "cross-entropy, 400 times",
      because: "The squared error's carries the slope y(1 − y), here 1/405; with cross-entropy the slope cancels.",
      state: { z: 6, tau: "0" },
    },
    presets: [["z = 0", { z: 0 }], ["z = 2", { z: 2 }], ["z = 4", {}], ["z = 6", { z: 6 }], ["z = ln 2, nearly", { z: 0.7 }]],

    compute({ z, tau }) {
      const all = points.map((one) => errors(one, Number(tau)));
      const found = errors(z, Number(tau));
      return { ...found, y: f(z), ratio: found.entropy / found.squared,
        squareds: all.map((one) => one.squared), entropies: all.map((one) => one.entropy) };
    },

    pictures({ z, tau }, found) {
      const series = [
        { name: "cross-entropy", values: found.entropies },
        { name: "half the squared error", values: found.squareds },
      ];
      const squared = [{ name: "half the squared error", values: found.squareds }];
      return [
        {
          series,
          alt: `Error of the output over z from −8 to 8 for both losses, target ${tau}.`,
          draw: (box, size) => plots.lines(box, { size, title: "ε under both losses", label: "z", xs: points, series,
            zero: true, mark: { x: z, y: found.entropy } }),
        },
        {
          alt: `The squared error's alone, on its own scale: largest near z = ${tau === "0" ? "0.7" : "−0.7"}.`,
          draw: (box, size) => plots.lines(box, { size, title: "squared error alone", label: "z", xs: points, series: squared,
            zero: true, mark: { x: z, y: found.squared } }),
        },
      ];
    },

    words({ z, tau }, { y, squared, entropy, ratio }) {
      return `z = ${say(z)}, τ = ${tau}: y = ${say(y, 4)}. Half the squared error: ε = ${say(squared)}; cross-entropy: ε = ` +
        `${say(entropy)}, ${say(ratio)} times as much.`;
    },

    table({ z, tau }, found) {
      return {
        caption: `Errors at the output, τ = ${tau}`,
        head: ["z", "half the squared error", "cross-entropy"],
        rows: [[`now, ${say(z)}`, found.squared, found.entropy],
          ...points.flatMap((one, i) => (i % 5 ? [] : [[say(one), found.squareds[i], found.entropies[i]]]))],
      };
    },
  });
})(globalThis);
