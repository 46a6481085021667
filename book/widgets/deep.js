// W12.2: the word "deep" learnt letter by letter, with and without a memory.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const { training } = maths;
  const letters = ["d", "e", "p", "stop"];
  const [STEPS, EVERY, SEED, SIZE, ETA] = [500, 10, 2, 0.1, 0.5];
  const FLOOR = 2 * Math.LN2; // e is followed by e and by p: without a memory each costs ln 2
  const oneHot = (word) => word.map((letter) => letters.map((one) => (one === letter ? 1 : 0)));
  const data = [{ X: oneHot(["d", "e", "e", "p"]), Tau: oneHot(["e", "e", "p", "stop"]) }];

  const trained = (W, d) => maths.once(`deep ${W} ${d}`, () => {
    const p = training.start(SEED, { d, n: 4, k: 4 }, SIZE);
    if (W === "off") {
      delete p.W;
    }
    return training.descend(p, data, { head: "softmax", eta: ETA, steps: STEPS, every: EVERY });
  });

  widget({
    name: "deep",
    title: "Learning to write “deep”",
    needs: ["training"],
    controls: [
      { key: "steps", label: "steps of training", spoken: "steps", min: 0, max: STEPS, step: EVERY, value: 0 },
      { key: "W", label: "recurrent weights W", options: ["on", "off"], value: "on" },
      { key: "d", label: "units d", spoken: "d", min: 1, max: 4, step: 1, value: 2 },
    ],
    prediction: {
      question: "With W off: how low can the loss go?",
      options: ["0", "0.69", "1.39", "2.77"],
      answer: "1.39",
      because: "Without a memory both e's look alike, and have to be answered with ½ and ½: 2 ln 2.",
      state: { W: "off", steps: STEPS },
    },
    presets: [["before training", {}], ["W on, 500 steps", { steps: STEPS }], ["W off, 500 steps", { steps: STEPS, W: "off" }]],

    compute({ steps, W, d }) {
      const { losses, kept } = trained(W, d);
      const { o } = training.forward(kept[steps / EVERY], data[0].X);
      return { losses, E: losses[steps], y: o.map(maths.softmax), floor: FLOOR };
    },

    pictures({ steps, W, d }, { losses, E, y }) {
      const series = [{ name: "E", values: losses }, { name: "2 ln 2", values: losses.map(() => FLOOR), plain: true }];
      const rows = letters.map((name, i) => ({ name, values: y.map((one) => one[i]) }));
      return [
        {
          series,
          alt: `Loss over the steps of training, W ${W}, d = ${d}; ${steps} steps are marked.`,
          draw: (box, size) => plots.lines(box, { size, title: "loss E", label: "steps", first: 0, series, zero: true,
            mark: { x: steps, y: E } }),
        },
        {
          series: rows,
          filled: true,
          alt: "Probabilities of the next letter after d, e, e, p.",
          draw: (box, size) => plots.bars(box, { size, title: "next letter; wanted: e e p stop", label: "letter read",
            names: ["d", "e", "e", "p"], series: rows, low: 0, high: 1 }),
        },
      ];
    },

    words({ steps, W, d }, { E, y }) {
      const wanted = [1, 1, 2, 3].map((letter, t) => say(y[t][letter]));
      return `W ${W}, d = ${d}, ${steps} steps: E = ${say(E, 4)}; without a memory it can't go below 2 ln 2 = 1.386. ` +
        `The right letters e, e, p, stop have ${wanted.join(", ")}.`;
    },

    table: (_, { y }) => ({
      caption: "Probability of the next letter",
      head: ["letter read", ...letters],
      rows: ["d", "e (first)", "e (second)", "p"].map((name, t) => [name, ...y[t]]),
    }),
  });
})(globalThis);
