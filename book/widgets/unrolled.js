// The unrolled network, step by step: forward to the losses, then back, with what each arrow carries.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { arrow, lowered, middle, say, svg, text } = plots;
  const shape = ({ mapping }) => maths.mappings[mapping];
  const hasInput = (state, t) => t > 0 && (shape(state).inputs || t === 1);
  const hasLoss = (state, t) => t > 0 && (shape(state).losses || t === state.T);

  // Steps 1..T go forward, T + 1..2T back: where the walk stands.
  function place({ step, T }) {
    const back = Math.max(step - T, 0);
    return { known: Math.min(step, T), back, t: back ? T - back + 1 : step };
  }

  function draw(box, size, state, found) {
    const { T } = state;
    const { known, back, t: now } = place(state);
    const column = size.width / (T + 1);
    const rows = { E: 22, o: 76, h: 152, x: 224 };
    const across = (t) => column * (t + 0.5);
    const radius = Math.min(15, column / 2 - 5);
    const add = (...nodes) => box.append(...nodes);
    const point = (kind, t) => [across(t), rows[kind]];
    const by = ([x, y], dx, dy) => [x + dx, y + dy];
    const join = (from, to, more, [dx, dy] = [0, 0]) =>
      add(arrow(by(from, dx, dy), by(to, dx, dy), { short: radius + 2, more }));
    const passed = (t) => back > 0 && t >= now;

    for (let t = 0; t <= T; t++) {
      if (t > 0) {
        const fresh = !back && t === now ? "tt-1" : "";
        join(point("h", t - 1), point("h", t), fresh, [0, -4]);
        if (passed(t)) {
          join(point("h", t), point("h", t - 1), "tt-0", [0, 5]);
        }
        if (hasInput(state, t)) {
          join(point("x", t), point("h", t), fresh);
        }
        if (hasLoss(state, t)) {
          join(point("h", t), point("o", t), fresh, [-4, 0]);
          join(point("o", t), point("E", t), fresh, [-4, 0]);
          if (passed(t)) {
            join(point("o", t), point("h", t), "tt-0", [5, 0]);
            join(point("E", t), point("o", t), "tt-0", [5, 0]);
          }
        }
      }
      for (const kind of ["x", "h", "o", "E"]) {
        const here = kind === "h" || (kind === "x" ? hasInput(state, t) : hasLoss(state, t));
        if (here) {
          const [x, y] = point(kind, t);
          const on = kind === "h" && state.step > 0 && t === now;
          const off = t > known ? " tt-off" : "";
          add(svg("circle", { cx: x, cy: y, r: radius, class: `tt-node${on ? " tt-on" : off}` }),
            text(x, y + 4, radius < 10 ? kind : kind + lowered(t), middle));
        }
      }
      // Numbers stand left of their node, where there is room between two.
      const value = (words, dy, more) =>
        add(text(across(t) - radius - 1, rows.h + dy, words, { "text-anchor": "end", class: more }));
      if (column > 64 && t > 0 && t <= known) {
        value(say(found.h[t], 2), radius + 10, "");
      }
      if (column > 64 && t > 0 && passed(t)) {
        value((column > 90 ? "δ " : "") + say(found.delta[t - 1], 2), -radius - 6, "tt-back");
      }
    }
    if (back > 0 && column > 90) {
      carried(box, { across, rows }, state, found, now);
    }
    return {};
  }

  // What the two arrows into δ_t carry, written beside them.
  function carried(box, { across, rows }, { T }, found, t) {
    const beside = (x, y, value, more) => box.append(text(x, y, say(value, 2), { class: "tt-back", ...more }));
    if (found.own[t - 1] !== 0) {
      beside(across(t) + 9, (rows.o + rows.h) / 2, found.own[t - 1]);
    }
    if (t < T) {
      beside((across(t) + across(t + 1)) / 2, rows.h + 19, found.fromNext[t - 1], middle);
    }
  }

  // A sum as far as the walk has come: the terms from step T down to the one where it stands.
  const partial = (terms, { back, t }) => terms.map((term, i) => (back && i + 1 >= t ? term : NaN));
  const sign = (value) => (value < 0 ? ` − ${say(-value)}` : ` + ${say(value)}`);

  widget({
    name: "unrolled",
    title: "The unrolled network, step by step",
    controls: [
      { key: "mapping", label: "mapping", options: Object.keys(maths.mappings), value: "MIMO" },
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.05, value: 0.9 },
      { key: "T", label: "steps T", min: 1, max: 8, step: 1, value: 4 },
      { key: "step", label: "forward, then back", spoken: "", min: 0, max: ({ T }) => 2 * T, step: 1, value: 6, stepper: true,
        say: (step, { T }) => (step === 0 ? "start" : step <= T ? `forward ${step}` : `back ${2 * T - step + 1}`) },
    ],
    prediction: {
      question: "MIMO, T = 4: how many arrows carry an error into h₂?",
      options: ["one", "two", "four"],
      answer: "two",
      because: "One comes from its own output, and one from the next step; the two are added.",
      state: { mapping: "MIMO", T: 4, step: 7 },
    },
    presets: [
      ["SISO, all the way back", { mapping: "SISO", T: 4, step: 8 }],
      ["SIMO, δ₃", { mapping: "SIMO", T: 4, step: 6 }],
      ["MIMO, T = 8, δ₅", { mapping: "MIMO", T: 8, step: 12 }],
      ["many-to-one, all the way back", { mapping: "many-to-one", T: 4, step: 8 }],
    ],

    compute({ mapping, w_h, T }) {
      const found = maths.run(mapping, w_h, T);
      return {
        ...found,
        termsU: found.delta.map((d, i) => d * found.x[i]),
        termsW: found.delta.map((d, i) => d * found.h[i]),
        termsV: found.eps.map((e, i) => e * found.h[i + 1]),
      };
    },

    pictures(state, found) {
      const at = place(state);
      const terms = [
        { name: "∂E/∂u", values: partial(found.termsU, at) },
        { name: "∂E/∂w", values: partial(found.termsW, at) },
        { name: "∂E/∂v", values: partial(found.termsV, at) },
      ];
      const doing = state.step === 0 ? "before the first step" : `${at.back ? "back" : "forward"} at step ${at.t}`;
      return [
        {
          wide: true,
          height: 250,
          key: [{ class: "tt-bar tt-1", name: "now" }, { class: "tt-bar tt-0", name: "error, backwards" }],
          alt: `The network unrolled over ${state.T} steps, ${state.mapping}, ${doing}.`,
          draw: (box, size) => draw(box, size, state, found),
        },
        {
          wide: true,
          height: 190,
          filled: true,
          series: terms,
          alt: `The terms of the three gradients that the walk back has added so far, ${doing}.`,
          draw: (box, size) => plots.bars(box, { size, title: "terms of the sums so far", label: "t", series: terms }),
        },
      ];
    },

    words(state, found) {
      const { mapping, w_h, T, step } = state;
      const { back, t } = place(state);
      const setting = `${mapping}, w = ${say(w_h)}, T = ${T}.`;
      if (step === 0) {
        return `${setting} h₀ = ${say(found.h[0])}. Step on to run the network.`;
      }
      const i = t - 1;
      if (!back) {
        const loss = hasLoss(state, t) ? ` o${lowered(t)} = ${say(found.h[t])}, so ε${lowered(t)} = ${say(found.eps[i])}.` : "";
        return `${setting} Forward, t = ${t}: z${lowered(t)} = u·${say(found.x[i])} + w·${say(found.h[i])} + b = ` +
          `${say(found.z[i])}, h${lowered(t)} = tanh z${lowered(t)} = ${say(found.h[t])}.${loss}`;
      }
      const far = (terms) => maths.sum(terms.slice(i));
      const own = hasLoss(state, t) ? say(found.own[i]) : "0, for there is no loss here";
      const next = t < T ? sign(found.fromNext[i]) : " + 0, for there is no next step";
      const end = t === 1 ? ` The walk ends: ∂E/∂h₀ = w·δ₁ = ${say(found.dh0)}.` : "";
      return `${setting} Back, t = ${t}: f′(z${lowered(t)}) = ${say(found.slopes[i])}. From its own output and from the next step: ` +
        `δ${lowered(t)} = ${own}${next} = ${say(found.delta[i])}. New terms: δ${lowered(t)}x${lowered(t)} = ${say(found.termsU[i])}, ` +
        `δ${lowered(t)}h${lowered(t - 1)} = ${say(found.termsW[i])}, ε${lowered(t)}h${lowered(t)} = ${say(found.termsV[i])}. ` +
        `Sums so far: ∂E/∂u ${say(far(found.termsU))}, ∂E/∂w ${say(far(found.termsW))}, ∂E/∂v ${say(far(found.termsV))}.${end}`;
    },

    table(state, found) {
      const { known, back, t } = place(state);
      const seen = (i, value) => (i < known ? value : "");
      const gone = (i, value) => (back && i + 1 >= t ? value : "");
      return {
        caption: "What is known of each step so far",
        head: ["t", "x", "z", "h", "ε", "from own output", "from next step", "δ", "term of u", "term of w", "term of v"],
        rows: found.delta.map((d, i) => [i + 1, found.x[i], seen(i, found.z[i]), seen(i, found.h[i + 1]), seen(i, found.eps[i]),
          gone(i, found.own[i]), gone(i, found.fromNext[i]), gone(i, d),
          gone(i, found.termsU[i]), gone(i, found.termsW[i]), gone(i, found.termsV[i])]),
      };
    },
  });
})(globalThis);
