// W1.1: three words in six orders, and what the last state knows of them.
(function (root) {
  "use strict";

  const { plots, widget } = root.ThroughTime;
  const { say } = plots;
  const weights = { cat: -1, mat: -0.5, rat: 1 };
  const orders = ["cat mat rat", "cat rat mat", "mat cat rat", "mat rat cat", "rat cat mat", "rat mat cat"];

  function states(order, w_h) {
    let state = 0;
    return order.split(" ").map((word) => (state = Math.tanh(weights[word] + w_h * state)));
  }

  const different = (values) => new Set(values.map((value) => value.toFixed(6))).size;

  widget({
    name: "word-order",
    title: "Three words in six orders",
    controls: [
      { key: "order", label: "order of the words", options: orders, value: orders[0] },
      { key: "w_h", label: "recurrent weight w", spoken: "w", min: -2, max: 2, step: 0.1, value: 0.5 },
    ],
    prediction: {
      question: "With w = 0, how many different final states do the six orders give?",
      number: true,
      answer: 3,
      because: "Without w only the last word counts, and there are three words.",
      state: { w_h: 0 },
    },
    presets: [["w = 0", { w_h: 0 }], ["w = 0.5", {}], ["w = −1", { w_h: -1 }]],

    compute({ order, w_h }) {
      const finals = orders.map((one) => states(one, w_h)[2]);
      return { states: states(order, w_h), finals, different: different(finals) };
    },

    pictures({ order, w_h }, { states: shown, finals }) {
      const short = orders.map((one) => one.split(" ").map((word) => word[0]).join(""));
      return [
        {
          alt: `The states o_1 to o_3 for the words ${order}, w = ${say(w_h)}.`,
          draw: (box, size) => plots.bars(box, { size, title: "states o₁ to o₃", label: "word read", low: -1, high: 1,
            names: order.split(" "), series: [{ name: "o", values: shown }] }),
        },
        {
          alt: `The last state for each of the six orders, w = ${say(w_h)}.`,
          draw: (box, size) => plots.bars(box, { size, title: "last state of all six orders", label: "order, by first letters",
            low: -1, high: 1, names: short, series: [{ name: "o₃", values: finals }] }),
        },
      ];
    },

    words({ order, w_h }, found) {
      return `${order}, w = ${say(w_h)}: o₁ = ${say(found.states[0])}, o₂ = ${say(found.states[1])}, o₃ = ${say(found.states[2])}. ` +
        `The six orders end in ${found.different} different states.`;
    },

    table({ w_h }) {
      return {
        caption: `States for w = ${say(w_h)}`,
        head: ["order", "o₁", "o₂", "o₃"],
        rows: orders.map((order) => [order, ...states(order, w_h)]),
      };
    },
  });
})(globalThis);
