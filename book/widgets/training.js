// Recurrent networks trained in the page: forward, BPTT and descent with clipping, on plain arrays.
(function (root) {
  "use strict";

  const { maths } = root.ThroughTime;
  const { range, sum } = maths;

  const matrix = (rows, columns, make) => range(rows, () => range(columns, make));
  const zerosLike = (a) => a.map((one) => (Array.isArray(one) ? zerosLike(one) : 0));
  const product = (A, x) => A.map((row) => maths.dot(row, x));
  const flat = (g) => Object.values(g).flat(2);

  // U (d,n), W (d,d), V (k,d) of that size from a seed, in this order, and b, c of zeros.
  function start(seed, { d, n, k }, size) {
    const next = maths.normal(seed);
    const scaled = (by) => () => next() * by;
    return {
      U: matrix(d, n, scaled(size)), W: matrix(d, d, scaled(size / Math.sqrt(d))), V: matrix(k, d, scaled(size)),
      b: new Array(d).fill(0), c: new Array(k).fill(0),
    };
  }

  // States h (with h_0 = 0 first) and logits o of the rows X; `p.W` may be missing: then there is no memory.
  function forward(p, X) {
    const h = [p.b.map(() => 0)];
    const o = X.map((x, t) => {
      const before = p.W ? product(p.W, h[t]) : h[0];
      const into = product(p.U, x);
      h.push(p.b.map((b, i) => Math.tanh(into[i] + before[i] + b)));
      return product(p.V, h[t + 1]).map((one, i) => one + p.c[i]);
    });
    return { h, o };
  }

  // Adds to g what one sequence brings, of which eps are the errors at the logits.
  function backward(p, X, h, eps, g) {
    let carry = p.b.map(() => 0);
    const outer = (into, a, b) => a.forEach((one, i) => b.forEach((other, j) => { into[i][j] += one * other; }));
    for (let t = X.length - 1; t >= 0; t--) {
      const delta = carry.map((one, j) =>
        (1 - h[t + 1][j] ** 2) * (sum(eps[t].map((e, i) => e * p.V[i][j])) + one));
      outer(g.V, eps[t], h[t + 1]);
      outer(g.U, delta, X[t]);
      if (p.W) {
        outer(g.W, delta, h[t]);
        carry = carry.map((_, j) => sum(delta.map((one, i) => one * p.W[i][j])));
      }
      delta.forEach((one, i) => { g.b[i] += one; });
      eps[t].forEach((one, i) => { g.c[i] += one; });
    }
  }

  const heads = {
    softmax: (o, tau) => {
      const y = maths.softmax(o);
      const top = Math.max(...o);
      const total = Math.log(sum(o.map((one) => Math.exp(one - top)))) + top;
      return { eps: y.map((one, i) => one - tau[i]), E: total * sum(tau) - maths.dot(o, tau) };
    },
    sigmoid: (o, tau) => ({
      eps: o.map((one, i) => maths.activations.sigmoid.f(one) - tau[i]),
      E: sum(o.map((one, i) => Math.max(one, 0) + Math.log1p(Math.exp(-Math.abs(one))) - tau[i] * one)),
    }),
  };

  // The loss summed over sequences {X, Tau}, and its gradients.
  function objective(p, data, head) {
    const g = Object.fromEntries(Object.entries(p).map(([name, array]) => [name, zerosLike(array)]));
    let E = 0;
    for (const { X, Tau } of data) {
      const { h, o } = forward(p, X);
      const found = o.map((one, t) => heads[head](one, Tau[t]));
      E += sum(found.map((one) => one.E));
      backward(p, X, h, found.map((one) => one.eps), g);
    }
    return { E, g };
  }

  const moved = (a, g, by) => a.map((one, i) => (Array.isArray(one) ? moved(one, g[i], by) : one - by * g[i]));

  // Descent with the gradient clipped to norm 1: the losses before each step, and the parameters at some of them.
  function descend(p, data, { head, eta, steps, every = steps }) {
    const losses = [];
    const kept = [];
    for (let step = 0, now = p; step <= steps; step++) {
      const { E, g } = objective(now, data, head);
      losses.push(E);
      if (step % every === 0) {
        kept.push(now);
      }
      const by = eta / Math.max(maths.norm(flat(g)), 1);
      now = Object.fromEntries(Object.entries(now).map(([name, array]) => [name, moved(array, g[name], by)]));
    }
    return { losses, kept };
  }

  maths.training = { descend, forward, objective, start };
})(globalThis);
