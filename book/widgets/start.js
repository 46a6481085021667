// W9.4: how long a vector is after many products with one start matrix.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const D = 32;

  // A Gaussian matrix with standard deviation 1/√d, and a vector, from a seed.
  function gaussian(seed) {
    const next = maths.normal(seed);
    return { M: maths.range(D, () => maths.range(D, () => next() / Math.sqrt(D))), v: maths.range(D, next) };
  }

  // ‖(Mᵀ)^k v‖ / ‖v‖ for k = 0..100, without the gain, which multiplies it by g^k.
  const lengths = (seed) => maths.once(`start ${seed}`, () => {
    const { M, v } = gaussian(seed);
    const found = [1];
    for (let k = 1, now = v; k <= 100; k++) {
      now = maths.range(D, (j) => maths.sum(M.map((row, i) => row[j] * now[i])));
      found.push(maths.norm(now) / maths.norm(v));
    }
    return found;
  });

  widget({
    name: "start",
    title: "Where the weights start",
    controls: [
      { key: "kind", label: "start matrix", options: ["identity", "orthogonal", "Gaussian"], value: "Gaussian" },
      { key: "gain", label: "gain g", spoken: "gain", min: 0.5, max: 1.5, step: 0.05, value: 1 },
      { key: "T", label: "products", min: 1, max: 100, step: 1, value: 50 },
      { key: "seed", label: "seed", min: 1, max: 20, step: 1, value: 1 },
    ],
    prediction: {
      question: "Gaussian, gain 1, 50 products: is the length exactly what it was?",
      options: ["yes", "no"],
      answer: "no",
      because: "Only the average square is kept. Each matrix drifts its own way: try other seeds.",
      state: {},
    },
    presets: [
      ["orthogonal, 0.9", { kind: "orthogonal", gain: 0.9 }],
      ["orthogonal, 1", { kind: "orthogonal" }],
      ["orthogonal, 1.1", { kind: "orthogonal", gain: 1.1 }],
      ["Gaussian, 1", {}],
      ["Gaussian, 1.1", { gain: 1.1 }],
    ],

    // An orthogonal matrix keeps every length, whatever the seed: only the gain is left.
    compute({ kind, gain, T, seed }) {
      const base = kind === "Gaussian" ? lengths(seed) : null;
      return { lengths: maths.range(T + 1, (k) => gain ** k * (base ? base[k] : 1)), powers: maths.range(T + 1, (k) => gain ** k) };
    },

    pictures({ kind, gain, T }, { lengths: found, powers }) {
      const series = [{ name: kind, values: found }, { name: "gᵏ", values: powers }];
      return [{
        series,
        wide: true,
        alt: `Length over the number of products from 0 to ${T}, ${kind}, gain ${say(gain)}, on a logarithmic axis.`,
        draw: (box, size) => plots.lines(box, { size, title: "‖(gM)ᵀᵏ v‖ / ‖v‖", label: "k", first: 0, series, log: true, depth: 60 }),
      }];
    },

    words({ kind, gain, T, seed }, { lengths: found }) {
      const chance = kind === "Gaussian" ? `, seed ${seed}` : "; the seed makes no difference";
      return `${kind}, d = ${D}, gain ${say(gain)}${chance}: after ${T} products the length is ${say(found[T])} of what it was.`;
    },

    table: (_, { lengths: found, powers }) => ({
      caption: "Lengths",
      head: ["k", "length", "gᵏ"],
      rows: found.map((one, k) => [k, one, powers[k]]),
    }),
  });
})(globalThis);
