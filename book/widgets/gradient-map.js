// The map of w and T: which of them lose the gradient, which blow it up. A click sets the explorer.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say, sayPower } = plots;
  const [LOW, HIGH, STEP, LONGEST] = [-2.5, 2.5, 0.05, 100];
  const LEVELS = [0.5, 2, 5, 10, 20, 40]; // decades lost or won, where one shade ends and the next begins
  const weights = maths.range(101, (i) => Number((LOW + i * STEP).toFixed(2)));

  const shade = (log) => Math.sign(log) * (LEVELS.filter((level) => Math.abs(log) >= level).length / LEVELS.length);

  // log10 |∂h_T/∂h_1| for T = 1..longest.
  function profile(w_h, activation, kind, longest) {
    const { factor } = maths.factors({ w_h, T: longest, activation });
    const { steepest } = maths.activations[activation];
    let log = 0;
    return factor.map((one, i) => {
      log += i ? Math.log10(kind === "best case" ? Math.abs(w_h) * steepest : Math.abs(one)) : 0;
      return log;
    });
  }

  const map = (activation, kind) => maths.once(`map ${activation} ${kind}`, () =>
    weights.map((w_h) => profile(w_h, activation, kind, LONGEST)));

  widget({
    name: "gradient-map",
    title: "Map of w and T",
    sets: "gradient-explorer",
    controls: [
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: LOW, max: HIGH, step: 0.01, value: 0.9 },
      { key: "T", label: "steps T", min: 1, max: LONGEST, step: 1, value: 20 },
      { key: "activation", label: "activation f", options: Object.keys(maths.activations), value: "tanh" },
      { key: "kind", label: "shown", options: ["this network", "best case"], value: "this network" },
    ],
    prediction: {
      question: "tanh, T = 50: which w leaves most of the gradient?",
      options: ["−1.15", "1", "1.5", "2.5"],
      answer: "−1.15",
      because: "It answers each state by its opposite, so the states stay small, where tanh is steep. " +
        "A large w saturates them, and f′ is small there. In the best case, f′ = 1 at every step, only the size of w counts.",
      state: { w_h: -1.15, T: 50 },
    },
    presets: [
      ["tanh", {}],
      ["best case of tanh", { kind: "best case" }],
      ["w = 1.5, T = 50", { w_h: 1.5, T: 50 }],
    ],

    compute: ({ w_h, T, activation, kind }) => ({
      map: map(activation, kind),
      log: profile(w_h, activation, kind, T)[T - 1],
    }),

    pictures({ w_h, T, activation, kind }, found) {
      const key = [-1, -4 / 6, -2 / 6, 0, 2 / 6, 4 / 6, 1];
      const names = ["10⁻⁴⁰ or less", "10⁻¹⁰", "10⁻²", "about 1", "10²", "10¹⁰", "10⁴⁰ or more"];
      return [{
        wide: true,
        height: 300,
        key: key.map((one, i) => ({ shade: one, name: names[i] })),
        alt: `Map of |∂h_T/∂h_1| over w from −2.5 to 2.5 and T from 1 to 100, ${activation}, ${kind}; ` +
          `the cross is at w = ${say(w_h)}, T = ${T}.`,
        pick: (x, y) => ({ w_h: Number(x.toFixed(2)), T: y }),
        draw: (box, size) => plots.heat(box, {
          size, title: "|∂h_T/∂h₁|", values: found.map, shade, cross: { x: w_h, y: T },
          x: { low: LOW, high: HIGH, label: "w" }, y: { low: 1, high: LONGEST, whole: true },
        }),
      }];
    },

    words({ w_h, T, activation, kind }, { log }) {
      const fate = log < -0.5 ? "it vanishes" : log > 0.5 ? "it explodes" : "it is kept";
      return `${activation}, ${kind}, w = ${say(w_h)}, T = ${T}: |∂h_T/∂h₁| = ${sayPower(log)}: ${fate}. ` +
        "Upwards in the map is T; a click on the map sets w and T.";
    },

    table({ activation, kind }, found) {
      const lengths = [2, 5, 10, 20, 50, 100];
      return {
        caption: `|∂h_T/∂h₁|, ${activation}, ${kind}`,
        head: ["w", ...lengths.map((T) => `T = ${T}`)],
        rows: weights.flatMap((w_h, i) => (i % 10 ? [] : [[say(w_h), ...lengths.map((T) => sayPower(found.map[i][T - 1]))]])),
      };
    },
  });
})(globalThis);
