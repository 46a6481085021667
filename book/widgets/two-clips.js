// W9.1: one gradient clipped by its norm and by its entries, and what that does to its direction.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const tensors = { dU: [3, 4], dW: [0, 0.5] };

  const byNorm = (g, limit, norm = maths.norm(g)) => g.map((one) => (norm > limit ? (one * limit) / norm : one));
  const byValue = (g, limit) => g.map((one) => Math.min(Math.max(one, -limit), limit));

  // The angle between two arrows, in degrees; by the tangent, which keeps its digits where the angle is small.
  const angle = ([a, b], [c, d]) => (Math.abs(Math.atan2(a * d - b * c, a * c + b * d)) * 180) / Math.PI;

  function arrows(box, size, { g, norm, value, limit }) {
    const reach = 1.1 * Math.max(limit, maths.norm(value), Math.min(maths.norm(g), 2.5 * limit));
    const middle = { x: size.width / 2, y: size.height / 2 };
    const scale = (Math.min(size.width, size.height) / 2 - 8) / reach;
    const at = ([x, y]) => [middle.x + x * scale, middle.y - y * scale];
    const length = maths.norm(g);
    // g itself may be far too long for the picture: what is drawn then is its direction, dashed to the edge.
    const shown = length > reach ? g.map((one) => (one * reach) / length) : g;
    const half = limit * scale;
    box.append(
      plots.svg("line", { x1: 0, x2: size.width, y1: middle.y, y2: middle.y, class: "tt-grid" }),
      plots.svg("line", { x1: middle.x, x2: middle.x, y1: 0, y2: size.height, class: "tt-grid" }),
      plots.svg("circle", { cx: middle.x, cy: middle.y, r: half, class: "tt-frame" }),
      plots.svg("rect", { x: middle.x - half, y: middle.y - half, width: 2 * half, height: 2 * half, class: "tt-frame" }),
      plots.arrow(at([0, 0]), at(shown), {}),
      plots.arrow(at([0, 0]), at(value), { more: "tt-1" }),
      plots.arrow(at([0, 0]), at(norm), { more: "tt-0" }),
    );
  }

  widget({
    name: "two-clips",
    title: "Two ways to clip",
    controls: [
      { key: "g1", label: "first entry g₁", spoken: "first entry", min: -30, max: 30, step: 0.1, value: 8 },
      { key: "g2", label: "second entry g₂", spoken: "second entry", min: -30, max: 30, step: 0.1, value: 0.6 },
      { key: "limit", label: "threshold", min: 0.1, max: 50, step: 0.01, log: true, value: 1 },
    ],
    prediction: {
      question: "g = (8, 0.6), clipped by value at 1: by how many degrees does the arrow turn?",
      number: true,
      answer: 26.7,
      near: 1,
      because: "It becomes (1, 0.6): the long entry is cut, the short one isn't. By norm it does not turn at all.",
      state: {},
    },
    presets: [
      ["(8, 0.6) at 0.5", { limit: 0.5 }],
      ["(8, 0.6) at 1", {}],
      ["(8, 0.6) at 5", { limit: 5 }],
      ["(30, 4) at 5", { g1: 30, g2: 4, limit: 5 }],
      ["(30, 4) at 10", { g1: 30, g2: 4, limit: 10 }],
    ],

    compute({ g1, g2, limit }) {
      const g = [g1, g2];
      const [norm, value] = [byNorm(g, limit), byValue(g, limit)];
      const whole = Math.hypot(...tensors.dU, ...tensors.dW);
      const each = (clip) => Object.values(tensors).map(clip);
      return { g, norm, value, limit, byNorm: angle(g, norm), byValue: angle(g, value),
        global: each((one) => byNorm(one, limit, whole)), perTensor: each((one) => byNorm(one, limit)) };
    },

    pictures(_, found) {
      return [{
        wide: true,
        height: 300,
        key: [{ class: "tt-bar tt-2", name: "g" }, { class: "tt-bar tt-0", name: "by norm (circle)" },
          { class: "tt-bar tt-1", name: "by value (square)" }],
        alt: `The gradient and its two clipped versions; by value it turns by ${say(found.byValue)} degrees.`,
        draw: (box, size) => arrows(box, size, found),
      }];
    },

    words({ limit }, { g, norm, value, byNorm: none, byValue: turn, global, perTensor }) {
      const pair = (one) => `(${say(one[0])}, ${say(one[1])})`;
      const ratio = ([a, b]) => say(maths.norm(a) / maths.norm(b));
      return `g = ${pair(g)}, threshold ${say(limit)}: by norm ${pair(norm)}, turned by ${say(Math.round(none * 1e9) / 1e9)}°; ` +
        `by value ${pair(value)}, turned by ${say(turn)}°. Two arrays (3, 4) and (0, 0.5), norms in the ratio 10: ` +
        `with the global norm ${global.map(pair).join(" and ")}, ratio ${ratio(global)}; ` +
        `each by its own ${perTensor.map(pair).join(" and ")}, ratio ${ratio(perTensor)}.`;
    },

    table: (_, { g, norm, value, byNorm: none, byValue: turn }) => ({
      caption: "The arrow before and after",
      head: ["arrow", "first entry", "second entry", "norm", "turned by, degrees"],
      rows: [["g", ...g, maths.norm(g), 0], ["by norm", ...norm, maths.norm(norm), none], ["by value", ...value, maths.norm(value), turn]],
    }),
  });
})(globalThis);
