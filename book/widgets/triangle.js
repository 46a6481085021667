// W6.2: the part of ∂E_t/∂u that comes through step k, for all k ≤ t.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;

  function triangle(w, T) {
    const { slopes, eps, x } = maths.run("MIMO", w, T);
    return maths.range(T, (i) => {
      const row = new Array(i + 1);
      for (let k = i, delta = slopes[i] * maths.record.v * eps[i]; k >= 0; k--) {
        row[k] = delta * x[k];
        delta *= k ? w * slopes[k - 1] : 0;
      }
      return row;
    });
  }

  // From 10⁻⁶ of the largest (no colour) to the largest, in six shades.
  const shade = (largest) => (value) =>
    Math.max(0, Math.ceil(6 + Math.log10(Math.abs(value) / largest || 1e-300))) / 6;

  widget({
    name: "triangle",
    title: "The triangle of terms",
    controls: [
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.05, value: 0.9 },
      { key: "T", label: "steps T", min: 1, max: 12, step: 1, value: 6 },
    ],
    prediction: {
      question: "Which terms fade as w falls?",
      options: ["those far from the diagonal", "those on the diagonal", "those of the late losses"],
      answer: "those far from the diagonal",
      because: "A term with t − k steps between has t − k factors w.",
      state: { w_h: 0.3 },
    },
    presets: [["w = 0.9", {}], ["w = 0.3", { w_h: 0.3 }], ["w = 1.5, T = 12", { w_h: 1.5, T: 12 }], ["w = 0", { w_h: 0 }]],

    compute({ w_h, T }) {
      const terms = triangle(w_h, T);
      const byStep = maths.range(T, (k) => maths.sum(terms.map((row) => row[k] || 0)));
      return { terms, byLoss: terms.map(maths.sum), byStep, cells: (T * (T + 1)) / 2, total: maths.sum(byStep) };
    },

    pictures({ w_h, T }, { terms }) {
      const largest = Math.max(...terms.flat().map(Math.abs));
      return [{
        height: 290,
        wide: true,
        key: [1, 4 / 6, 2 / 6, 0].map((one, i) => ({ shade: -one, name: ["the largest", "10⁻² of it", "10⁻⁴", "10⁻⁶ or less"][i] })),
        alt: `Triangle of sizes of the terms of ∂E_t/∂u through step k, for k up to t up to ${T}, w = ${say(w_h)}.`,
        draw: (box, size) => plots.heat(box, { size, title: "|part of ∂E_t/∂u through step k|",
          values: terms, shade: (value) => -shade(largest)(value),
          x: { low: 1, high: T, label: "loss t", whole: true }, y: { low: 1, high: T, label: "k", whole: true } }),
      }];
    },

    words({ w_h, T }, { terms, cells, total }) {
      const [far, near] = [terms[T - 1][0], terms[T - 1][T - 1]];
      return `w = ${say(w_h)}, T = ${T}: ${cells} terms, which add up to ∂E/∂u = ${say(total, 4)} by rows and by columns. ` +
        `In the last loss, step 1 has ${say(far)} and step ${T} ${say(near)}. Upwards in the map is k.`;
    },

    table: ({ T }, { terms, byLoss, byStep, total }) => ({
      caption: "Terms of ∂E_t/∂u through step k",
      head: ["t", ...maths.range(T, (k) => `k = ${k + 1}`), "sum"],
      rows: [...terms.map((row, i) => [i + 1, ...row, ...new Array(T - row.length).fill(""), byLoss[i]]), ["sum", ...byStep, total]],
    }),
  });
})(globalThis);
