// W7.1: which inputs an output depends on, and how strongly, in four graphs.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { arrow, lowered, middle, say, svg, text } = plots;
  const { u, v, b, h0 } = maths.record;
  const { f, slope } = maths.activations.tanh;
  const graphs = ["plain", "stacked", "bidirectional", "time skip"];

  // A chain of states over its inputs; `skip` adds an arrow from `skip` steps back, with the weight w, too.
  function chain(inputs, w, skip) {
    const h = [h0];
    const slopes = inputs.map((input, i) => {
      const far = skip ? w * h[Math.max(i + 1 - skip, 0)] : 0;
      const z = u * input + w * h[i] + far + b;
      h.push(f(z));
      return slope(z);
    });
    return { h: h.slice(1), slopes };
  }

  // How the states of the chain move when its inputs move.
  function tangent({ slopes }, moves, w, skip) {
    const dh = [0];
    slopes.forEach((one, i) => {
      const far = skip && i + 1 > skip ? w * dh[i + 1 - skip] : 0;
      dh.push(one * (u * moves[i] + w * dh[i] + far));
    });
    return dh.slice(1);
  }

  // ∂y_t/∂x_j as [t − 1][j − 1].
  function influence(graph, T, s, w) {
    const x = maths.range(T, maths.wave);
    const skip = graph === "time skip" ? s : 0;
    const first = chain(x, w, skip);
    const second = graph === "stacked" ? chain(first.h, w) : graph === "bidirectional" ? chain([...x].reverse(), w) : null;
    const columns = maths.range(T, (j) => {
      const moves = maths.range(T, (i) => (i === j ? 1 : 0));
      const dh = tangent(first, moves, w, skip);
      if (graph === "stacked") {
        return tangent(second, dh, w).map((one) => v * one);
      }
      const back = second ? tangent(second, moves.reverse(), w).reverse() : moves.map(() => 0);
      return dh.map((one, i) => v * (one + back[i]));
    });
    return maths.range(T, (i) => columns.map((column) => column[i]));
  }

  const reached = (graph, T, t) => maths.range(T, (j) => j + 1).filter((j) => graph === "bidirectional" || j <= t);
  const shortest = (graph, T, s) => (graph === "time skip" ? Math.floor((T - 1) / s) + ((T - 1) % s) : T - 1);

  // The graph: inputs below, one or two rows of states, outputs above; what reaches y_t is drawn strong.
  function draw(box, size, { graph, T, t, s }) {
    const two = graph === "stacked" || graph === "bidirectional";
    const ys = { x: 212, h: two ? 154 : 122, m: 92, y: 30 };
    const across = (i) => (size.width * (i - 0.5)) / T;
    const r = Math.min(13, size.width / T / 2 - 3);
    const on = (i) => graph === "bidirectional" || i <= t;
    const strong = (yes) => (yes ? "tt-3" : "");
    const join = (a, c, yes) => box.append(arrow(a, c, { short: r + 2, more: strong(yes) }));
    const node = (kind, i, more) => box.append(
      svg("circle", { cx: across(i), cy: ys[kind], r, class: `tt-node ${more}` }),
      text(across(i), ys[kind] + 4, r < 9 ? "" : (kind === "m" ? "m" : kind) + lowered(i), middle));
    for (let i = 1; i <= T; i++) {
      const at = (kind, step = i) => [across(step), ys[kind]];
      join(at("x"), at("h"), on(i) && (graph !== "bidirectional" || i <= t));
      if (i > 1) {
        join(at("h", i - 1), at("h"), i <= t);
      }
      if (graph === "time skip" && i > s) {
        const [x1, x2, y] = [across(i - s), across(i), ys.h - r - 2];
        box.append(svg("g", { class: `tt-arrow ${strong(i <= t)}` },
          svg("path", { d: `M${x1} ${y}Q${(x1 + x2) / 2} ${y - 16 - 10 * s} ${x2} ${y}`, class: "tt-shaft" })));
      }
      if (graph === "stacked") {
        join(at("h"), at("m"), i <= t);
        if (i > 1) {
          join(at("m", i - 1), at("m"), i <= t);
        }
      }
      if (graph === "bidirectional") {
        const [x, low, high] = [across(i) + r, ys.x - r, ys.m + r];
        box.append(svg("g", { class: `tt-arrow ${strong(i >= t)}` },
          svg("path", { d: `M${x - 4} ${low}Q${x + 8} ${(low + high) / 2} ${x - 4} ${high}`, class: "tt-shaft" })));
        if (i < T) {
          join(at("m", i + 1), at("m"), i >= t);
        }
        const left = across(i) - r;
        box.append(svg("g", { class: `tt-arrow ${strong(i === t)}` },
          svg("path", { d: `M${left + 4} ${ys.h - r}Q${left - 8} ${ys.m} ${left + 4} ${ys.y + r}`, class: "tt-shaft" })));
      }
      join(at(two ? "m" : "h"), at("y"), i === t);
      node("x", i, on(i) ? "tt-on" : "");
      node("h", i, "");
      if (two) {
        node("m", i, "");
      }
      node("y", i, i === t ? "tt-on" : "");
    }
  }

  // From 10⁻⁴ (no colour) to 1, in eight shades.
  const shade = (value) => -Math.min(Math.max(0, Math.ceil(2 * (4 + Math.log10(Math.abs(value) || 1e-300))) / 8), 1);

  widget({
    name: "who-reaches-whom",
    title: "Who reaches whom",
    controls: [
      { key: "graph", label: "graph", options: graphs, value: "plain" },
      { key: "T", label: "steps T", min: 2, max: 12, step: 1, value: 6 },
      { key: "t", label: "output y_t, t", spoken: "t", min: 1, max: ({ T }) => T, step: 1, value: 3 },
      { key: "s", label: "length s of the skip", spoken: "s", min: 2, max: 4, step: 1, value: 3 },
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.05, value: 0.9 },
    ],
    prediction: {
      question: "A bidirectional network, T = 6: on how many of the six inputs does y₃ depend?",
      number: true,
      answer: 6,
      because: "One chain brings x₁ to x₃ from the left, the other x₃ to x₆ from the right.",
      state: { graph: "bidirectional", T: 6, t: 3 },
    },
    presets: [
      ["plain, t = 3", {}],
      ["bidirectional, t = 3", { graph: "bidirectional" }],
      ["plain, T = 10", { T: 10, t: 10 }],
      ["skip s = 3, T = 10", { graph: "time skip", T: 10, t: 10 }],
    ],

    compute({ graph, T, t, s, w_h }) {
      const steps = shortest(graph, T, s);
      return { influence: influence(graph, T, s, w_h), reached: reached(graph, T, t), steps, factor: w_h ** steps };
    },

    pictures(state, found) {
      const { graph, T, t } = state;
      return [
        {
          wide: true,
          height: 235,
          key: [{ class: "tt-bar tt-3", name: `what reaches y${lowered(t)}` }],
          alt: `The ${graph} graph over ${T} steps; y_${t} depends on x at ${found.reached.join(", ")}.`,
          draw: (box, size) => draw(box, size, state),
        },
        {
          wide: true,
          height: 260,
          key: [-1, -0.5, 0].map((one, i) => ({ shade: one, name: ["1 or more", "10⁻²", "10⁻⁴ or less"][i] })),
          alt: `Map of |∂y_t/∂x_j| for all t and j up to ${T}.`,
          draw: (box, size) => plots.heat(box, { size, title: "|∂y_t/∂x_j|", values: found.influence, shade,
            x: { low: 1, high: T, label: "output t", whole: true }, y: { low: 1, high: T, whole: true } }),
        },
      ];
    },

    words({ graph, T, t, s, w_h }, { influence: all, reached: from, steps, factor }) {
      const name = graph === "time skip" ? `time skip with s = ${s}` : graph;
      return `${name}, T = ${T}: y${lowered(t)} depends on ${from.length} of ${T} inputs. The shortest way from x₁ to y${lowered(T)} has ` +
        `${steps} recurrent step${steps === 1 ? "" : "s"}; on it alone a linear network keeps ${say(w_h)} to that power, ${say(factor)}. ` +
        `∂y${lowered(T)}/∂x₁ is ${say(all[T - 1][0])}. Upwards in the map is j.`;
    },

    table: ({ T }, { influence: all }) => ({
      caption: "∂y_t/∂x_j",
      head: ["t", ...maths.range(T, (j) => `j = ${j + 1}`)],
      rows: all.map((row, i) => [i + 1, ...row]),
    }),
  });
})(globalThis);
