// W2.1: how far a difference quotient is from the derivative, step by step.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const W = 0.7;
  const logs = maths.range(23, (i) => -12 + i / 2);

  const s2 = (w) => Math.tanh(w * Math.tanh(0.2 * w + 0.9) + 0.1);

  function exact(w) {
    const a = Math.tanh(0.2 * w + 0.9);
    return (1 - Math.tanh(w * a + 0.1) ** 2) * (a + w * (1 - a * a) * 0.2);
  }

  function estimate(log, formula) {
    const step = 10 ** log;
    return formula === "central" ? (s2(W + step) - s2(W - step)) / (2 * step) : (s2(W + step) - s2(W)) / step;
  }

  const errors = (formula) => logs.map((log) => Math.abs(estimate(log, formula) - exact(W)));

  widget({
    name: "nudge",
    title: "How small a step?",
    controls: [
      { key: "log", label: "log₁₀ of the step", min: -12, max: -1, step: 0.5, value: -2 },
      { key: "formula", label: "difference", options: ["central", "forward"], value: "central" },
    ],
    prediction: {
      question: "Is a step of 10⁻¹² better than one of 10⁻⁵?",
      options: ["yes", "no"],
      answer: "no",
      because: "The two values then agree in almost all digits, and their difference is mostly rounding.",
      state: { log: -12 },
    },
    presets: [
      ["central, 10⁻²", {}],
      ["central, 10⁻⁵", { log: -5 }],
      ["central, 10⁻¹²", { log: -12 }],
      ["forward, 10⁻⁸", { log: -8, formula: "forward" }],
    ],

    compute({ log, formula }) {
      const found = estimate(log, formula);
      return { exact: exact(W), estimate: found, error: Math.abs(found - exact(W)),
        central: errors("central"), forward: errors("forward") };
    },

    pictures({ log, formula }, found) {
      const series = [{ name: "central", values: found.central }, { name: "forward", values: found.forward }];
      return [{
        series,
        wide: true,
        alt: `Error of both differences over the step, on logarithmic axes; ${formula}, step 10 to the ${log} is marked.`,
        draw: (box, size) => plots.lines(box, { size, title: "|estimate − exact|", label: "step", xs: logs, xlog: true,
          series, log: true, mark: { x: log, y: found.error } }),
      }];
    },

    words({ log, formula }, found) {
      return `${formula} difference, step ${plots.sayPower(log, 2)}: the estimate is ${say(found.estimate, 8)}, ` +
        `the derivative ${say(found.exact, 8)}; the error is ${say(found.error, 2)}.` +
        (log <= -7 ? " So small a step leaves rounding, and other machines round otherwise." : "");
    },

    table({ log, formula }, found) {
      return {
        caption: "Errors of both formulas",
        head: ["step", "central", "forward"],
        rows: logs.map((one, i) => [plots.sayPower(one, 2) + (one === log ? ` (now, ${formula})` : ""), found.central[i], found.forward[i]]),
      };
    },
  });
})(globalThis);
