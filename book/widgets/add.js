// W12.1: two small networks that have learnt to add bits, on numbers longer than any that they saw.
(function (root) {
  "use strict";

  const { maths, plots, widget } = root.ThroughTime;
  const { say } = plots;
  const { training } = maths;
  const { range, sum } = maths;
  const CELLS = ["carry as the state", "free state"];
  const [UNITS, ETA, STEPS, PAIRS] = [4, 1, 1000, 200];
  const cases = range(8, (i) => [(i >> 2) & 1, (i >> 1) & 1, i & 1]);
  const sumBit = (ones) => ones % 2;
  const carryBit = (ones) => (ones >= 2 ? 1 : 0);

  // The cell that sees both bits and the carry, on its 8 rows; or a network that sees bits only, on 8 sequences
  // of three steps: one that sets the carry, one case, and one that lets the last carry out.
  const data = {
    [CELLS[0]]: cases.map((x) => ({ X: [x], Tau: [[sumBit(sum(x)), carryBit(sum(x))]] })),
    [CELLS[1]]: cases.map(([a, b, c]) => ({ X: [[c, c], [a, b], [0, 0]], Tau: [[0], [sumBit(a + b + c)], [carryBit(a + b + c)]] })),
  };

  const trained = (cell, seed) => maths.once(`add ${cell} ${seed}`, () => {
    const sizes = cell === CELLS[0] ? { d: UNITS, n: 3, k: 2 } : { d: UNITS, n: 2, k: 1 };
    const p = training.start(seed, sizes, 1);
    if (cell === CELLS[0]) {
      delete p.W;
    }
    const { losses, kept } = training.descend(p, data[cell], { head: "sigmoid", eta: ETA, steps: STEPS });
    return { p: kept[1], E: losses[STEPS] };
  });

  // One state of tanh units from an input and, if there is W, from the state before.
  function next(p, x, before) {
    return p.b.map((b, i) => {
      let z = b;
      for (let j = 0; j < x.length; j++) {
        z += p.U[i][j] * x[j];
      }
      for (let j = 0; p.W && j < before.length; j++) {
        z += p.W[i][j] * before[j];
      }
      return Math.tanh(z);
    });
  }

  const output = (p, i, h) => p.V[i].reduce((total, v, j) => total + v * h[j], p.c[i]);

  // The logits of the sum bits. The carry cell's second output is its own third input a step later, unrounded.
  function logits(cell, p, pairs) {
    let [carry, h] = [0, new Array(UNITS).fill(0)];
    return pairs.map(([a, b]) => {
      h = next(p, cell === CELLS[0] ? [a, b, carry] : [a, b], h);
      carry = cell === CELLS[0] ? maths.activations.sigmoid.f(output(p, 1, h)) : 0;
      return output(p, 0, h);
    });
  }

  // Two numbers of N bits, lowest first, and a last pair of zeros for the last carry; with the true bits.
  function task(source, N) {
    const pairs = range(N + 1, (t) => (t < N ? [source() < 0.5 ? 0 : 1, source() < 0.5 ? 0 : 1] : [0, 0]));
    let carry = 0;
    const truth = pairs.map(([a, b]) => {
      const ones = a + b + carry;
      const found = { bit: sumBit(ones), carry };
      carry = carryBit(ones);
      return found;
    });
    return { pairs, bits: truth.map((one) => one.bit), carries: truth.map((one) => one.carry) };
  }

  const answer = (cell, p, pairs) => logits(cell, p, pairs).map((one) => (one > 0 ? 1 : 0));

  function share(cell, seed, N) {
    return maths.once(`add ${cell} ${seed} ${N}`, () => {
      const { p } = trained(cell, seed);
      const source = maths.uniform(1000 + N);
      const right = range(PAIRS, () => task(source, N)).filter(({ pairs, bits }) =>
        answer(cell, p, pairs).every((bit, t) => bit === bits[t]));
      return right.length / PAIRS;
    });
  }

  widget({
    name: "add",
    title: "An adder on longer numbers",
    needs: ["training"],
    controls: [
      { key: "N", label: "bits N", spoken: "N", min: 1, max: 64, step: 1, value: 8 },
      { key: "cell", label: "network", options: CELLS, value: CELLS[0] },
      { key: "seed", label: "seed of the training", spoken: "seed", min: 0, max: 7, step: 1, value: 0 },
      { key: "numbers", press: "New numbers", min: 0, max: 99, step: 1, value: 0 },
    ],
    prediction: {
      question: "Free state, trained on all 8 cases to a loss below 0.01: does it add numbers of 64 bits?",
      options: ["yes", "no"],
      answer: "no",
      because: "It was never asked to keep its carry for more than one step. The cell whose state is the carry does it.",
      state: { cell: CELLS[1], N: 64 },
    },
    presets: [
      ["carry as the state, N = 8", {}],
      ["carry as the state, N = 64", { N: 64 }],
      ["free state, N = 8", { cell: CELLS[1] }],
      ["free state, N = 64", { cell: CELLS[1], N: 64 }],
    ],

    compute({ N, cell, seed, numbers }) {
      const { p, E } = trained(cell, seed);
      const found = task(maths.uniform(numbers), N);
      const o = logits(cell, p, found.pairs);
      const given = o.map((one) => (one > 0 ? 1 : 0));
      return { ...found, o, given, E, wrong: given.filter((bit, t) => bit !== found.bits[t]).length, share: share(cell, seed, N) };
    },

    pictures({ N, cell }, { pairs, carries, bits, given, wrong }) {
      const columns = pairs.map(([a, b], t) => [given[t] === bits[t] ? given[t] : 2, bits[t], carries[t], b, a]);
      return [{
        wide: true,
        height: 200,
        key: [{ shade: -0.75, name: "1" }, { shade: 0, name: "0" }, { shade: 1, name: "wrong" }],
        alt: `Two numbers of ${N} bits, their carries, their sum and the network's answer (${cell}): ${wrong} wrong.`,
        draw: (box, size) => plots.heat(box, { size, title: "bits, lowest first", values: columns,
          shade: (one) => [0, -0.75, 1][one], x: { low: 1, high: N + 1, label: "step t", whole: true },
          y: { low: 0, high: 4, ticks: [0, 1, 2, 3, 4], names: ["answer", "sum", "carry", "b", "a"] } }),
      }];
    },

    words: ({ N, cell, seed }, { wrong, E, share: right }) =>
      `${cell}, seed ${seed}, trained to a loss of ${say(E, 2)}: ${wrong} of ${N + 1} bits wrong here; ` +
      `of ${PAIRS} pairs of ${N}-bit numbers ${say(100 * right)} % come out right in every bit.`,

    table: (_, { pairs, carries, bits, given, o }) => ({
      caption: "Bit by bit, lowest first",
      head: ["t", "a", "b", "carry", "sum", "answer", "logit"],
      rows: pairs.map(([a, b], t) => [t + 1, a, b, carries[t], bits[t], given[t], o[t]]),
    }),
  });
})(globalThis);
