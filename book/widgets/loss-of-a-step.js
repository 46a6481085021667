// W4.2: softmax and the loss of one step, and what a shift of all logits does to them.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say, lowered } = plots;
  const classes = ["1", "2", "3", "4"];
  const logit = (i) => ({ key: `o${i}`, label: `logit o${lowered(i)}`, min: -6, max: 6, step: 0.5, value: i });

  widget({
    name: "loss-of-a-step",
    title: "Softmax and the loss of one step",
    controls: [
      ...[1, 2, 3, 4].map(logit),
      { key: "right", label: "true class", options: classes, value: "4" },
      { key: "shift", label: "added to every logit", spoken: "shift", min: 0, max: 1000, step: 10, value: 0 },
    ],
    prediction: {
      question: "Add 1000 to every logit: does y change?",
      options: ["yes", "no", "it overflows"],
      answer: "no",
      because: "A common factor e¹⁰⁰⁰ cancels. A program has to take the largest logit off first, or it would overflow.",
      state: { shift: 1000 },
    },
    presets: [
      ["1, 2, 3, 4", {}],
      ["all equal", { o1: 1, o2: 1, o3: 1, o4: 1 }],
      ["shifted by 1000", { shift: 1000 }],
      ["confidently wrong", { o1: 6, o2: -6, o3: -6, o4: -6 }],
    ],

    compute({ o1, o2, o3, o4, right, shift }) {
      const o = [o1, o2, o3, o4].map((one) => one + shift);
      const top = Math.max(...o);
      const loss = Math.log(maths.sum(o.map((one) => Math.exp(one - top)))) + top - o[right - 1];
      return { o, y: maths.softmax(o), loss };
    },

    pictures({ right }, { y }) {
      return [{
        wide: true,
        alt: `The four probabilities y; the true class is ${right}.`,
        draw: (box, size) => plots.bars(box, { size, title: "probabilities y", label: "class", low: 0, high: 1,
          names: classes.map((one) => (one === right ? `${one} (true)` : one)), series: [{ name: "y", values: y }] }),
      }];
    },

    words: ({ right, shift }, { y, loss }) =>
      `y = (${y.map((one) => say(one)).join(", ")}) with a shift of ${say(shift, 4)}; true class ${right}: ` +
      `the loss −ln y is ${say(loss, 4)}, and four such steps cost ${say(4 * loss, 4)}.`,

    table: (_, { o, y }) => ({
      caption: "Logits and probabilities",
      head: ["class", "logit", "y", "−ln y"],
      rows: y.map((one, i) => [i + 1, o[i], one, -Math.log(one)]),
    }),
  });
})(globalThis);
