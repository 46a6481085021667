// W8.2: a matrix whose spectral radius is below 1, and whose powers grow before they shrink.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;

  // ‖M^k‖₂ of M = [[ρ, g], [0, ρ]]: M^k has a = ρ^k on the diagonal and c = k g ρ^(k−1) above it.
  function size(rho, g, k) {
    const [a, c] = [rho ** k, k ? k * g * rho ** (k - 1) : 0];
    return (Math.abs(c) + Math.sqrt(c * c + 4 * a * a)) / 2;
  }

  widget({
    name: "hump",
    title: "Up before down",
    controls: [
      { key: "rho", label: "spectral radius ρ", spoken: "rho", min: 0, max: 1.2, step: 0.01, value: 0.9 },
      { key: "g", label: "coupling g", spoken: "g", min: 0, max: 10, step: 0.1, value: 5 },
      { key: "steps", label: "powers up to", spoken: "k up to", min: 1, max: 100, step: 1, value: 50 },
    ],
    prediction: {
      question: "ρ = 0.9, g = 5: can the norm of a power pass 10?",
      options: ["yes", "no"],
      answer: "yes",
      because: "It climbs to 19.4 at k = 9. The spectral radius says only what happens in the end.",
      state: {},
    },
    presets: [
      ["g = 0", { g: 0 }],
      ["g = 2", { g: 2 }],
      ["g = 5, 100 powers", { steps: 100 }],
      ["ρ = 1, g = 1", { rho: 1, g: 1, steps: 100 }],
      ["ρ = 0.5, g = 5", { rho: 0.5 }],
    ],

    compute({ rho, g, steps }) {
      const norms = maths.range(steps + 1, (k) => size(rho, g, k));
      return { norms, powers: maths.range(steps + 1, (k) => rho ** k), top: maths.argmax(norms) };
    },

    pictures({ rho, g, steps }, { norms, powers, top }) {
      const series = [{ name: "‖Mᵏ‖", values: norms }, { name: "ρᵏ", values: powers }];
      return [{
        series,
        wide: true,
        alt: `Norm of the powers 0 to ${steps} of M with ρ = ${say(rho)} and g = ${say(g)}, and ρ to the same powers.`,
        draw: (box, room) => plots.lines(box, { size: room, title: "‖Mᵏ‖₂ of M = [[ρ, g], [0, ρ]]", label: "k", first: 0, series,
          zero: true, mark: { x: top, y: norms[top] } }),
      }];
    },

    words: ({ rho, g, steps }, { norms, powers, top }) =>
      `ρ = ${say(rho)}, g = ${say(g)}: the norm is largest at k = ${top}, with ${say(norms[top])}, and ` +
      `${say(norms[steps])} at k = ${steps}, where ρᵏ is ${say(powers[steps])}.`,

    table: (_, { norms, powers }) => ({
      caption: "Norms of the powers",
      head: ["k", "‖Mᵏ‖", "ρᵏ"],
      rows: norms.map((norm, k) => [k, norm, powers[k]]),
    }),
  });
})(globalThis);
