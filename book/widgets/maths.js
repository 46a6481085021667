// The numerics that widgets share: pure functions of numbers and arrays, checked against NumPy in the browser.
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
  const dot = (a, b) => sum(a.map((value, i) => value * b[i]));
  const norm = (a) => Math.sqrt(dot(a, a));
  const argmax = (values) => values.indexOf(Math.max(...values));
  const wave = (i) => Math.sin(0.7 * (i + 1));

  // Forward and backward over t = 1..T. Arrays hold step t at index t - 1; h has h_0 first.
  function run(mapping, w, T) {
    const { inputs, losses } = mappings[mapping];
    const { u, v, b, c, h0 } = record;
    const { f, slope } = activations.tanh;
    const x = range(T, (i) => (inputs || i === 0 ? wave(i) : 0));
    const tau = range(T, (i) => 0.5 * Math.cos(0.4 * (i + 1)));
    const z = [];
    const h = [h0];
    for (let i = 0; i < T; i++) {
      z.push(u * x[i] + b + w * h[i]);
      h.push(f(z[i]));
    }
    const slopes = z.map(slope);
    const eps = range(T, (i) => (losses || i === T - 1 ? v * h[i + 1] + c - tau[i] : 0));
    const own = new Array(T);
    const fromNext = new Array(T);
    const delta = new Array(T);
    for (let i = T - 1, carry = 0; i >= 0; i--) {
      own[i] = slopes[i] * v * eps[i];
      fromNext[i] = slopes[i] * carry;
      delta[i] = own[i] + fromNext[i];
      carry = w * delta[i];
    }
    return {
      x, tau, z, h, slopes, eps, own, fromNext, delta,
      E: 0.5 * dot(eps, eps),
      dU: dot(delta, x),
      dW: sum(delta.map((d, i) => d * h[i])),
      dV: sum(eps.map((e, i) => e * h[i + 1])),
      dh0: w * delta[0],
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

  const drives = {
    "a wave": wave,
    "one at t = 1": (i) => (i ? 0 : 1),
    none: () => 0,
    "always 1": () => 1,
  };

  // z_t, h_t, the factor w f'(z_t) of each step, and ∂h_T/∂h_k for k = 0..T, with log10 of its size.
  function factors({ w_h, T, activation, h0 = record.h0, inputs = "a wave" }) {
    const { f, slope, steepest } = activations[activation];
    const z = [];
    const h = [h0];
    for (let i = 0; i < T; i++) {
      z.push(record.u * drives[inputs](i) + record.b + w_h * h[i]);
      h.push(f(z[i]));
    }
    const slopes = z.map(slope);
    const factor = slopes.map((one) => w_h * one);
    const product = new Array(T + 1).fill(1);
    const log = new Array(T + 1).fill(0);
    const best = range(T + 1, (k) => (k === T ? 0 : (T - k) * Math.log10(Math.abs(w_h) * steepest)));
    for (let k = T - 1; k >= 0; k--) {
      product[k] = product[k + 1] * factor[k];
      // The product itself runs out of numbers long before its logarithm does.
      log[k] = log[k + 1] + Math.log10(Math.abs(factor[k]));
    }
    return { z, h, slopes, factor, product, log, best };
  }

  function softmax(o) {
    const top = Math.max(...o);
    const e = o.map((value) => Math.exp(value - top));
    const total = sum(e);
    return e.map((value) => value / total);
  }

  // Uniform numbers in (0, 1) from a seed, the same everywhere: mulberry32, 32 bits a number.
  function uniform(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
    };
  }

  // Standard normal numbers, two uniform ones each (Box and Muller).
  function normal(seed) {
    const next = uniform(seed);
    return () => {
      const radius = Math.sqrt(-2 * Math.log(next()));
      return radius * Math.cos(2 * Math.PI * next());
    };
  }

  const kept = new Map();

  // What was computed for a key; the slow results of a few settings are worth keeping.
  function once(key, make) {
    if (!kept.has(key)) {
      if (kept.size > 400) {
        kept.clear();
      }
      kept.set(key, make());
    }
    return kept.get(key);
  }

  const api = (root.ThroughTime = root.ThroughTime || {});
  api.maths = {
    activations, argmax, dot, drives, factors, mappings, norm, normal, once, range, record, run, runningSums,
    softmax, sum, uniform, wave,
  };
  if (typeof module === "object" && module.exports) {
    module.exports = api;
  }
})(globalThis);
