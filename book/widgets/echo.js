// W4.1: what the state keeps of a single input.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const SMALL = 0.05;

  widget({
    name: "echo",
    title: "The echo of one input",
    controls: [
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.05, value: 0.5 },
      { key: "T", label: "steps T", min: 1, max: 60, step: 1, value: 20 },
      { key: "activation", label: "activation f", options: ["tanh", "linear"], value: "tanh" },
    ],
    prediction: {
      question: "tanh, w = 1.1, T = 60: what has become of the echo?",
      options: ["it is gone", "it is kept", "it is infinite"],
      answer: "it is kept",
      because: "The state settles where h = tanh(1.1 h), at 0.503. A kept state is not yet a kept gradient: see chapter 8.",
      state: { w_h: 1.1, T: 60 },
    },
    presets: [
      ["w = 0.5", {}],
      ["w = 0.9, T = 30", { w_h: 0.9, T: 30 }],
      ["w = 1, T = 60", { w_h: 1, T: 60 }],
      ["w = −0.9", { w_h: -0.9 }],
      ["linear, w = 1.5", { w_h: 1.5, activation: "linear" }],
    ],

    compute({ w_h, T, activation }) {
      const { f } = maths.activations[activation];
      const h = [f(1)];
      while (h.length < T) {
        h.push(f(w_h * h[h.length - 1]));
      }
      return { h, smallAt: h.findIndex((one) => Math.abs(one) < SMALL) + 1 };
    },

    pictures({ w_h, T, activation }, { h }) {
      const series = [{ name: "h", values: h }];
      return [{
        wide: true,
        alt: `The state h_t over t from 1 to ${T} after one input at t = 1; ${activation}, w = ${say(w_h)}.`,
        draw: (box, size) => plots.lines(box, { size, title: "state h_t after one input", label: "t", series, zero: true }),
      }];
    },

    words({ w_h, T, activation }, { h, smallAt }) {
      const gone = smallAt ? `It falls under 0.05 at t = ${smallAt}.` : `Up to t = ${T} it never falls under 0.05.`;
      return `${activation}, w = ${say(w_h)}: h₁ = ${say(h[0])}, h at step ${T} is ${say(h[T - 1])}. ${gone}`;
    },

    table: (_, { h }) => ({ caption: "States after one input", head: ["t", "h"], rows: h.map((one, i) => [i + 1, one]) }),
  });
})(globalThis);
