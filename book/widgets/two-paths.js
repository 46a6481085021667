// W2.2: two ways from one weight to one output, and their sum.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const weights = maths.range(61, (i) => Number((-3 + i / 10).toFixed(1)));

  function paths(w) {
    const a = Math.tanh(0.2 * w + 0.9);
    const slope = 1 / Math.cosh(w * a + 0.1) ** 2;
    const explicit = slope * a;
    const implicit = (slope * w * 0.2) / Math.cosh(0.2 * w + 0.9) ** 2;
    return { explicit, implicit, total: explicit + implicit };
  }

  widget({
    name: "two-paths",
    title: "Two paths, one derivative",
    controls: [{ key: "w", label: "weight w", spoken: "w", min: -3, max: 3, step: 0.1, value: 0.7 }],
    prediction: {
      question: "At w = 0, is the implicit part zero?",
      options: ["yes", "no"],
      answer: "yes",
      because: "The implicit path runs through s₁, and w is what carries s₁ on.",
      state: { w: 0 },
    },
    presets: [["w = 0", { w: 0 }], ["w = 0.7", {}], ["w = 1.5", { w: 1.5 }], ["w = −0.7", { w: -0.7 }]],

    compute({ w }) {
      const all = weights.map(paths);
      return { ...paths(w), explicits: all.map((one) => one.explicit), implicits: all.map((one) => one.implicit) };
    },

    pictures({ w }, found) {
      const parts = [{ name: "explicit", values: [found.explicit] }, { name: "implicit", values: [found.implicit] }];
      const all = [
        { name: "explicit", values: found.explicits },
        { name: "implicit", values: found.implicits },
        { name: "sum", values: found.explicits.map((one, i) => one + found.implicits[i]) },
      ];
      return [
        {
          series: parts,
          filled: true,
          alt: `Bars of the explicit and the implicit part at w = ${say(w)}, on top of each other.`,
          draw: (box, size) => plots.bars(box, { size, title: "∂s₂/∂w at this w", label: "", names: [`w = ${say(w)}`],
            series: parts, stacked: true, low: -0.2, high: 0.8 }),
        },
        {
          series: all,
          alt: "Both parts and their sum over w from −3 to 3.",
          draw: (box, size) => plots.lines(box, { size, title: "both parts over w", label: "w", xs: weights, series: all,
            zero: true, mark: { x: w, y: found.total } }),
        },
      ];
    },

    words({ w }, { explicit, implicit, total }) {
      return `w = ${say(w)}: explicit ${say(explicit, 4)}, implicit ${say(implicit, 4)}, together ∂s₂/∂w = ${say(total, 4)}.` +
        (explicit * implicit < 0 ? " The two paths work against each other." : "");
    },

    table({ w: now }, found) {
      return {
        caption: "Both parts over w",
        head: ["w", "explicit", "implicit", "sum"],
        rows: [[`now, ${say(now)}`, found.explicit, found.implicit, found.total], ...weights.map((w, i) => [say(w), found.explicits[i], found.implicits[i], found.explicits[i] + found.implicits[i]])],
      };
    },
  });
})(globalThis);
