// W6.1: one term for each path from the loss to u, and what the last path alone would say.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;

  widget({
    name: "path-table",
    title: "One bar for each path",
    controls: [
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.05, value: 0.9 },
      { key: "T", label: "steps T", min: 1, max: 20, step: 1, value: 3 },
      { key: "target", label: "loss", options: ["last step E_T", "all steps E"], value: "last step E_T" },
    ],
    prediction: {
      question: "w = 1.5, T = 10, loss of the last step: is the path through x₁₀ the largest term?",
      options: ["yes", "no"],
      answer: "no",
      because: "The largest belongs to x₇: early steps can hear more than the last, when the last state is saturated.",
      state: { w_h: 1.5, T: 10 },
    },
    presets: [
      ["w = 0.9, T = 3", {}],
      ["w = 0.9, T = 10", { T: 10 }],
      ["w = 1.5, T = 10", { w_h: 1.5, T: 10 }],
      ["w = 0.9, T = 20", { T: 20 }],
    ],

    compute({ w_h, T, target }) {
      const found = maths.run(target === "all steps E" ? "MIMO" : "many-to-one", w_h, T);
      const terms = found.delta.map((d, i) => d * found.x[i]);
      const sizes = terms.map(Math.abs);
      return { terms, total: maths.sum(terms), last: terms[T - 1], share: sizes[T - 1] / maths.sum(sizes),
        largest: maths.argmax(sizes) + 1, delta: found.delta, x: found.x };
    },

    pictures({ w_h, T }, { terms, total, last }) {
      const lines = [total, last];
      const ends = [...terms, total, last, 0];
      return [{
        wide: true,
        key: [{ class: "tt-bar tt-0", name: "a positive term" }, { class: "tt-bar tt-1", name: "a negative term" }],
        alt: `Terms of ∂E/∂u for each step from 1 to ${T}, w = ${say(w_h)}; lines mark their sum and the last term.`,
        draw: (box, size) => {
          const room = 0.1 * (Math.max(...ends) - Math.min(...ends) || 1);
          const drawn = plots.bars(box, { size, title: "term of each path: δ_k x_k", label: "k",
            series: [{ name: "term", values: terms }], low: Math.min(...ends) - room, high: Math.max(...ends) + room });
          lines.forEach((value, i) => {
            const y = drawn.at.y(value);
            drawn.group.append(
              plots.svg("line", { x1: 58, x2: size.width - 12, y1: y, y2: y, class: `tt-line tt-${3 - i}` }),
              plots.text(i ? 62 : size.width - 16, y - 4, i ? "last path" : "sum", { "text-anchor": i ? "start" : "end" }));
          });
          return drawn;
        },
      }];
    },

    words({ w_h, T }, { terms, total, last, share, largest }) {
      const wrong = total * last < 0 ? " The last path alone has the wrong sign." : "";
      return `w = ${say(w_h)}, T = ${T}: the ${T} terms add up to ${say(total, 4)}; the last path alone gives ${say(last, 4)}, ` +
        `${say(100 * share, 2)} % of the sizes. The largest is the one through x at step ${largest}, the first is ${say(terms[0])}.${wrong}`;
    },

    table: (_, { terms, delta, x }) => ({
      caption: "Terms of ∂E/∂u",
      head: ["k", "δ_k", "x_k", "term"],
      rows: terms.map((term, i) => [i + 1, delta[i], x[i], term]),
    }),
  });
})(globalThis);
