// W9.3: a loss over one weight that is flat, then a wall; and one step of descent at it.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const [LOW, HIGH, GRID] = [1, 4, 750];

  // E(w) = ½ (h_T − 0.5)², h_t = tanh(w h_{t−1} − 0.3), h_0 = 0.6, and dE/dw.
  function loss(w, T) {
    let [h, move] = [0.6, 0];
    for (let t = 0; t < T; t++) {
      const z = w * h - 0.3;
      move = (h + w * move) / Math.cosh(z) ** 2;
      h = Math.tanh(z);
    }
    return { E: 0.5 * (h - 0.5) ** 2, slope: (h - 0.5) * move };
  }

  // Where E is steepest between low and high; a wall may be thinner than any grid, so look again and again.
  function steepestIn(low, high, T) {
    const ws = maths.range(41, (i) => low + ((high - low) * i) / 40);
    const slopes = ws.map((w) => loss(w, T).slope);
    const i = maths.argmax(slopes.map(Math.abs));
    return high - low < 1e-6 ? { w: ws[i], slope: slopes[i] } : steepestIn(ws[Math.max(i - 1, 0)], ws[Math.min(i + 1, 40)], T);
  }

  const curve = (T) => maths.once(`cliff ${T}`, () => {
    const ws = maths.range(GRID + 1, (i) => LOW + ((HIGH - LOW) * i) / GRID);
    const Es = ws.map((w) => loss(w, T).E);
    const wall = maths.argmax(Es.slice(1).map((E, i) => Math.abs(E - Es[i])));
    return { ws, Es, steepest: steepestIn(ws[wall], ws[wall + 1], T) };
  });

  widget({
    name: "cliff",
    title: "A cliff in one weight",
    controls: [
      { key: "w", label: "weight w", spoken: "w", min: LOW, max: HIGH, step: 0.001, value: 1.6 },
      { key: "T", label: "steps T", min: 1, max: 50, step: 1, value: 20 },
      { key: "eta", label: "step size η", spoken: "eta", min: 0.001, max: 0.1, step: 0.01, log: true, value: 0.01 },
      { key: "clip", label: "clip at norm 1", options: ["off", "on"], value: "off" },
    ],
    prediction: {
      question: "T = 20, at the cliff (w = 1.643), η = 0.01, no clipping: how long is the step?",
      options: ["about 0.02", "about 0.2", "about 2"],
      answer: "about 2",
      because: "The slope is −227, so the step is 2.3, right across the plot. Clipped at 1, it would be 0.01.",
      state: { w: 1.643 },
    },
    presets: [
      ["T = 5, at the cliff", { T: 5, w: 1.408 }],
      ["T = 20, at the cliff", { w: 1.643 }],
      ["T = 50, at the cliff", { T: 50, w: 1.655 }],
      ["T = 50, clipped", { T: 50, w: 1.6545, clip: "on" }],
    ],

    compute({ w, T, eta, clip }) {
      const { E, slope } = loss(w, T);
      const used = clip === "on" && Math.abs(slope) > 1 ? Math.sign(slope) : slope;
      const next = w - eta * used;
      return { E, slope, step: -eta * used, next, after: loss(next, T).E, ...curve(T) };
    },

    pictures({ w, T }, { E, ws, Es, next, after }) {
      return [{
        wide: true,
        alt: `Loss over w from 1 to 4 for T = ${T}; the step from w = ${say(w)} leads to ${say(next)}.`,
        draw: (box, size) => {
          const drawn = plots.lines(box, { size, title: "E over w", label: "w", xs: ws,
            series: [{ name: "E", values: Es, plain: true }], zero: true, mark: { x: w, y: E } });
          const inside = Math.min(Math.max(next, LOW), HIGH);
          const [from, to] = [[drawn.at.x(w), drawn.at.y(E)], [drawn.at.x(inside), drawn.at.y(inside === next ? after : E)]];
          if (Math.hypot(to[0] - from[0], to[1] - from[1]) > 12) {
            drawn.group.append(plots.arrow(from, to, { more: "tt-1" }));
          }
          return drawn;
        },
      }];
    },

    words: ({ w, T, eta, clip }, { E, slope, step, next, after, steepest }) =>
      `T = ${T}, w = ${say(w, 4)}, η = ${say(eta)}, clipping ${clip}: E = ${say(E)}, dE/dw = ${say(slope)}; the step of ${say(step)} ` +
      `leads to w = ${say(next, 4)}, where E = ${say(after)}. The curve is steepest near w = ${say(steepest.w, 5)}, with ${say(steepest.slope)}.`,

    table: (_, { ws, Es }) => ({
      caption: "E over w",
      head: ["w", "E"],
      rows: ws.flatMap((w, i) => (i % 25 ? [] : [[say(w), Es[i]]])),
    }),
  });
})(globalThis);
