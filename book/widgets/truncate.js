// W9.2: the gradient when each error goes back k steps only, beside the full one.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const T = 40;

  // What errors bring that have gone back exactly 0, 1, 2, ... steps: (du, dw, db) for each distance.
  function byDistance(w) {
    const { slopes, eps, x, h } = maths.run("MIMO", w, T);
    const parts = maths.range(T, () => [0, 0, 0]);
    for (let i = 0; i < T; i++) {
      for (let k = i, delta = slopes[i] * maths.record.v * eps[i]; k >= 0; k--) {
        [delta * x[k], delta * h[k], delta].forEach((term, n) => { parts[i - k][n] += term; });
        delta *= k ? w * slopes[k - 1] : 0;
      }
    }
    return parts;
  }

  function windows(w) {
    const sums = [];
    byDistance(w).reduce((total, part) => {
      const next = total.map((one, n) => one + part[n]);
      sums.push(next);
      return next;
    }, [0, 0, 0]);
    return sums;
  }

  widget({
    name: "truncate",
    title: "A gradient with a short window",
    controls: [
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.05, value: 1 },
      { key: "k", label: "window k", spoken: "k", min: 1, max: T, step: 1, value: 5 },
    ],
    prediction: {
      question: "w = 1.2: does a window of 3 steps reach a cosine of 0.99 with the full gradient?",
      options: ["yes", "no"],
      answer: "no",
      because: "It has 0.945, and k = 5 is no better: what is cut off points another way.",
      state: { w_h: 1.2, k: 3 },
    },
    presets: [
      ["w = 0.5, k = 2", { w_h: 0.5, k: 2 }],
      ["w = 1, k = 5", {}],
      ["w = 1.2, k = 5", { w_h: 1.2 }],
      ["w = 1.5, k = 5", { w_h: 1.5 }],
    ],

    compute({ w_h, k }) {
      const sums = windows(w_h);
      const full = sums[T - 1];
      const cosines = sums.map((one) => maths.dot(one, full) / (maths.norm(one) * maths.norm(full)));
      const ratios = sums.map((one) => maths.norm(one) / maths.norm(full));
      return { cosines, ratios, cut: sums[k - 1], full };
    },

    pictures({ k, w_h }, { cosines, ratios }) {
      const line = (title, values) => ({
        alt: `${title} over the window from 1 to ${T}, w = ${say(w_h)}; k = ${k} is marked.`,
        draw: (box, size) => plots.lines(box, { size, title, label: "window k", series: [{ name: title, values }],
          mark: { x: k, y: values[k - 1] } }),
      });
      return [line("cosine with the full gradient", cosines), line("size, full gradient = 1", ratios)];
    },

    words: ({ w_h, k }, { cosines, ratios, cut, full }) =>
      `w = ${say(w_h)}, k = ${k}, T = ${T}: cosine ${say(cosines[k - 1], 4)}, size ratio ${say(ratios[k - 1])}. ` +
      `(∂E/∂u, ∂E/∂w, ∂E/∂b) = (${cut.map((one) => say(one)).join(", ")}) instead of (${full.map((one) => say(one)).join(", ")}).`,

    table: (_, { cosines, ratios }) => ({
      caption: "Every window",
      head: ["k", "cosine", "size ratio"],
      rows: cosines.map((one, i) => [i + 1, one, ratios[i]]),
    }),
  });
})(globalThis);
