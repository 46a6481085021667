// The numerics of all widgets: pure functions of numbers and arrays, checked against NumPy in the browser.
(function (root) {
  "use strict";

  const activations = {
    // tanh' as 1 / cosh²: 1 - tanh² loses its digits in saturation, and long products multiply the loss.
    tanh: { f: Math.tanh, slope: (z) => 1 / Math.cosh(z) ** 2, steepest: 1 },
    sigmoid: {
      f: (z) => 1 / (1 + Math.exp(-z)),
      slope: (z) => 1 / (4 * Math.cosh(z / 2) ** 2),
      steepest: 0.25,
    },
    relu: { f: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0), steepest: 1 },
    linear: { f: (z) => z, slope: () => 1, steepest: 1 },
  };

  // The standard scalar record: u, v, b, c, h_0, inputs and targets of the book's small network.
  const record = { u: 0.8, v: 1, b: 0.1, c: 0, h0: 0.2 };
  const mappings = {
    SISO: { inputs: false, losses: false },
    SIMO: { inputs: false, losses: true },
    MIMO: { inputs: true, losses: true },
    "many-to-one": { inputs: true, losses: false },
  };

  const range = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // Forward and backward over t = 1..T. Arrays hold step t at index t - 1; h has h_0 first.
  function run(mapping, w, T) {
    const { inputs, losses } = mappings[mapping];
    const { u, v, b, c, h0 } = record;
    const { f, slope } = activations.tanh;
    const x = range(T, (i) => (inputs || i === 0 ? Math.sin(0.7 * (i + 1)) : 0));
    const tau = range(T, (i) => 0.5 * Math.cos(0.4 * (i + 1)));
    const z = [];
    const h = [h0];
    for (let i = 0; i < T; i++) {
      z.push(u * x[i] + w * h[i] + b);
      h.push(f(z[i]));
    }
    const eps = range(T, (i) => (losses || i === T - 1 ? v * h[i + 1] + c - tau[i] : 0));
    const own = new Array(T);
    const fromNext = new Array(T);
    const delta = new Array(T);
    for (let i = T - 1, carry = 0; i >= 0; i--) {
      own[i] = slope(z[i]) * v * eps[i];
      fromNext[i] = slope(z[i]) * carry;
      delta[i] = own[i] + fromNext[i];
      carry = w * delta[i];
    }
    return {
      x, tau, z, h, eps, own, fromNext, delta,
      E: 0.5 * sum(eps.map((e) => e * e)),
      dU: sum(delta.map((d, i) => d * x[i])),
      dW: sum(delta.map((d, i) => d * h[i])),
      dV: sum(eps.map((e, i) => e * h[i + 1])),
    };
  }

  // The sums as the backward loop fills them: entry t - 1 holds the terms of steps T, T - 1, ..., t.
  function runningSums(terms) {
    const sums = new Array(terms.length);
    for (let i = terms.length - 1, total = 0; i >= 0; i--) {
      total += terms[i];
      sums[i] = total;
    }
    return sums;
  }

  const api = (root.ThroughTime = root.ThroughTime || {});
  api.maths = { activations, mappings, range, record, run, runningSums, sum };
  if (typeof module === "object" && module.exports) {
    module.exports = api;
  }
})(globalThis);
