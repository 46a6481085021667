// Drawing for the widgets: lines, bars, maps and arrows as SVG, in colours and dashes that anyone can tell apart.
(function (root) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function svg(name, attributes, ...children) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes || {})) {
      node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }

  const text = (x, y, words, more) => svg("text", { x, y, ...more }, words);
  const middle = { "text-anchor": "middle" };
  const raised = (exponent) => String(exponent).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
  const lowered = (number) => String(number).replace(/./g, (c) => "₀₁₂₃₄₅₆₇₈₉"[c]);

  // A number as people write it: three digits, a real minus, 2.1 × 10⁻³ where it is small or large.
  function say(value, digits = 3) {
    if (!Number.isFinite(value)) {
      return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
    }
    const size = Math.abs(value);
    if (size === 0) {
      return "0";
    }
    if (size >= 1e-3 && size < 1e5) {
      return String(Number(value.toPrecision(digits))).replace("-", "−");
    }
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return `${mantissa.replace("-", "−")} × 10${raised(Number(exponent))}`;
  }

  // The same for a number of which the logarithm is known: it may be too small for a number of its own.
  function sayPower(log, digits = 3) {
    if (log === -Infinity || Math.abs(log) < 300) {
      return say(10 ** log, digits);
    }
    const exponent = Math.floor(log);
    return `${(10 ** (log - exponent)).toFixed(digits - 1)} × 10${raised(exponent)}`;
  }

  const nice = (span, count) => {
    const raw = span / count;
    const power = 10 ** Math.floor(Math.log10(raw));
    return power * [1, 2, 5, 10].find((step) => step * power >= raw);
  };

  function ticks(low, high, count, least = 0) {
    const step = Math.max(nice(high - low || 1, count), least);
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => (first + i) * step);
  }

  // A frame with axes; returns the group to draw in and the two scales. With `y.log` the axis holds logarithms.
  function frame(box, { width, height, x, y, title }) {
    const margin = { left: 58, right: 12, top: 26, bottom: 40 };
    const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
    const at = {
      x: (value) => margin.left + ((value - x.low) / (x.high - x.low || 1)) * inner.width,
      y: (value) => margin.top + (1 - (value - y.low) / (y.high - y.low || 1)) * inner.height,
    };
    // From a point of the picture back to the values that it stands for.
    at.back = (px, py) => ({
      x: x.low + ((px - margin.left) / inner.width) * (x.high - x.low),
      y: y.low + (1 - (py - margin.top) / inner.height) * (y.high - y.low),
    });
    const group = svg("g", {});
    group.append(text(margin.left, 15, title, { class: "tt-title" }));
    const number = (axis, value) => (axis.log ? sayPower(value, 1).replace(/^1 × /, "") : say(value));
    const label = (axis, value) => (axis.names ? axis.names[value] : number(axis, value));
    const most = Math.min(5, Math.max(2, height / 50));
    for (const value of y.ticks || ticks(y.low, y.high, most, y.log || y.whole ? 1 : 0)) {
      group.append(
        svg("line", { x1: margin.left, x2: width - margin.right, y1: at.y(value), y2: at.y(value), class: "tt-grid" }),
        text(margin.left - 6, at.y(value) + 4, label(y, value), { "text-anchor": "end" }),
      );
    }
    for (const value of ticks(x.low, x.high, Math.max(3, width / 60), x.log || x.whole ? 1 : 0)) {
      group.append(text(at.x(value), height - 22, label(x, value), middle));
    }
    group.append(
      text(margin.left + inner.width / 2, height - 5, x.label, middle),
      svg("rect", { x: margin.left, y: margin.top, width: inner.width, height: inner.height, class: "tt-frame" }),
    );
    box.append(group);
    return { group, at };
  }

  const finite = (values) => values.filter(Number.isFinite);
  const decades = (values) => values.map((value) => (value > 0 ? Math.log10(value) : -Infinity));

  // The interval of the values, a little wider; of logarithms, whole decades, at most `depth` of them.
  function interval(values, { log = false, zero = false, depth = 40 } = {}) {
    const used = [...finite(values), ...(zero ? [0] : [])];
    if (!used.length) {
      return { low: -1, high: 0, log };
    }
    const low = used.reduce((a, b) => Math.min(a, b));
    const high = used.reduce((a, b) => Math.max(a, b));
    if (log) {
      return { low: Math.floor(Math.max(low, high - depth) - 0.05), high: Math.ceil(high + 0.05), log };
    }
    const room = 0.06 * (high - low || Math.abs(high) || 1);
    return { low: low - room, high: high + room, log };
  }

  // Lines over xs, or over first, first + 1, ...: series of {name, values}; what can't be drawn leaves a gap.
  // `log` draws the values' logarithms, `logs` values that are logarithms; `mark` is the setting {x, y} of now.
  function lines(box, { size, title, label, first = 1, xs, series, log, logs, xlog, zero, depth, low, high, mark }) {
    const shown = series.map((one) => (log ? decades(one.values) : one.values));
    const count = Math.max(...shown.map((values) => values.length));
    const places = xs || Array.from({ length: count }, (_, i) => first + i);
    const last = places[count - 1];
    const x = { low: places[0], high: last > places[0] ? last : places[0] + 1, label, whole: !xs, log: xlog };
    const held = mark && mark.y !== undefined ? [log ? Math.log10(mark.y) : mark.y] : [];
    const found = interval([...shown.flat(), ...held], { log: log || logs, zero, depth });
    const y = { ...found, low: low ?? found.low, high: high ?? found.high };
    const { group, at } = frame(box, { ...size, x, y, title });
    if (mark) {
      group.append(svg("line", { x1: at.x(mark.x), x2: at.x(mark.x), y1: at.y(y.low), y2: at.y(y.high), class: "tt-now" }));
    }
    shown.forEach((values, number) => {
      const inside = (value) => Number.isFinite(value) && value >= y.low - 1e-9 && value <= y.high + 1e-9;
      let path = "";
      values.forEach((value, i) => {
        if (inside(value)) {
          const pen = i > 0 && inside(values[i - 1]) ? "L" : "M";
          path += `${pen}${at.x(places[i]).toFixed(1)} ${at.y(value).toFixed(1)}`;
          if (count <= 30 && !series[number].plain) {
            group.append(svg("circle", { cx: at.x(places[i]), cy: at.y(value), r: 3, class: `tt-dot tt-${number}` }));
          }
        }
      });
      group.append(svg("path", { d: path, class: `tt-line tt-${number}` }));
    });
    if (held.length && Number.isFinite(held[0])) {
      group.append(svg("circle", { cx: at.x(mark.x), cy: at.y(held[0]), r: 5, class: "tt-here" }));
    }
    return { group, at };
  }

  // Vertical bars from zero: one for each value, or side by side, or (`stacked`) on top of each other.
  // `faded` tells which of a single series' bars are drawn hollow.
  function bars(box, { size, title, label, first = 1, series, stacked, names, faded, low, high }) {
    const count = Math.max(...series.map((one) => one.values.length));
    const ends = range(count).flatMap((i) => {
      const values = finite(series.map((one) => one.values[i] || 0));
      return stacked ? [-1, 1].map((sign) => values.reduce((a, b) => a + (b * sign > 0 ? b : 0), 0)) : values;
    });
    const x = { low: first - 0.6, high: first + count - 0.4, label, whole: true };
    const found = interval(ends, { zero: true });
    const y = { ...found, low: low ?? found.low, high: high ?? found.high };
    const { group, at } = frame(box, { ...size, x: names ? { ...x, low: 0.4, high: 0.4 } : x, y, title });
    const place = (i) => 58 + ((i + 0.6) / (count + 0.2)) * (size.width - 70);
    const share = stacked ? 1 : series.length;
    const width = Math.max(1, (0.76 * (place(1) - place(0))) / share);
    for (let i = 0; i < count; i++) {
      const base = { up: 0, down: 0 };
      series.forEach((one, number) => {
        const value = one.values[i];
        if (Number.isFinite(value) && value !== 0) {
          const side = value > 0 ? "up" : "down";
          const start = stacked ? base[side] : 0;
          base[side] = start + value;
          const [top, bottom] = [Math.max(start, start + value), Math.min(start, start + value)].map(at.y);
          const left = place(i) - (width * share) / 2 + (stacked ? 0 : number * width);
          const colour = series.length === 1 && value < 0 ? 1 : number;
          group.append(svg("rect", {
            x: left, y: top, width, height: Math.max(bottom - top, 0.5),
            class: `tt-bar tt-${colour}${faded && faded[i] ? " tt-hollow" : ""}`,
          }));
        }
      });
      if (names) {
        group.append(text(place(i), size.height - 22, names[i], middle));
      }
    }
    group.append(svg("line", { x1: 58, x2: size.width - 12, y1: at.y(0), y2: at.y(0), class: "tt-axis" }));
    return { group, at };
  }

  const range = (count) => Array.from({ length: count }, (_, i) => i);

  // A fill between the ground and blue (0 to −1) or orange (0 to 1).
  const tint = (shade) => ({
    class: shade < 0 ? "tt-cold" : "tt-hot",
    style: `--tt-share:${Math.round(Math.min(Math.abs(shade), 1) * 100)}%`,
  });

  // A map of values[column][row], columns over x.low..x.high and rows over y.low..y.high; null leaves a hole.
  // Cells of one shade are one path, and neighbours in a column one piece of it.
  function heat(box, { size, title, x, y, values, shade, cross }) {
    const [columns, rows] = [values.length, Math.max(...values.map((column) => column.length))];
    const half = { x: (x.high - x.low) / (columns - 1 || 1) / 2, y: (y.high - y.low) / (rows - 1 || 1) / 2 };
    const wide = (axis, by) => ({ ...axis, low: axis.low - by, high: axis.high + by });
    const { group, at } = frame(box, { ...size, x: wide(x, half.x), y: wide(y, half.y), title });
    const paths = new Map();
    values.forEach((column, i) => {
      const [left, right] = [-1, 1].map((side) => at.x(x.low + (2 * i + side) * half.x).toFixed(1));
      const level = (j) => (column[j] === null || column[j] === undefined ? null : shade(column[j]));
      for (let j = 0, from = 0; j < column.length; j++) {
        if (j + 1 === column.length || level(j + 1) !== level(j)) {
          const [top, bottom] = [2 * j + 1, 2 * from - 1].map((step) => at.y(y.low + step * half.y).toFixed(1));
          const piece = `M${left} ${bottom}V${top}H${right}V${bottom}Z`;
          paths.set(level(j), (paths.get(level(j)) || "") + piece);
          from = j + 1;
        }
      }
    });
    for (const [level, d] of paths) {
      if (level !== null) {
        group.append(svg("path", { d, ...tint(level), "data-shade": level }));
      }
    }
    if (cross) {
      const [cx, cy] = [at.x(cross.x), at.y(cross.y)];
      group.append(
        svg("line", { x1: cx, x2: cx, y1: at.y(y.low - half.y), y2: at.y(y.high + half.y), class: "tt-cross" }),
        svg("line", { x1: at.x(x.low - half.x), x2: at.x(x.high + half.x), y1: cy, y2: cy, class: "tt-cross" }),
        svg("circle", { cx, cy, r: 5, class: "tt-here" }),
      );
    }
    return { group, at };
  }

  // An arrow from one point to another, `short` of both by so many pixels.
  function arrow([x1, y1], [x2, y2], { short = 0, more = "" } = {}) {
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
    const [sx, sy, ex, ey] = [x1 + dx * short, y1 + dy * short, x2 - dx * short, y2 - dy * short];
    const side = (sign) => `${ex - 7 * dx + sign * 4 * dy} ${ey - 7 * dy - sign * 4 * dx}`;
    return svg("g", { class: `tt-arrow ${more}` },
      svg("path", { d: `M${sx} ${sy}L${ex - 5 * dx} ${ey - 5 * dy}`, class: "tt-shaft" }),
      svg("path", { d: `M${ex} ${ey}L${side(1)}L${side(-1)}Z`, class: "tt-head" }));
  }

  const api = (root.ThroughTime = root.ThroughTime || {});
  api.plots = { arrow, bars, frame, heat, interval, lines, lowered, middle, say, sayPower, svg, text, ticks, tint };
})(globalThis);
