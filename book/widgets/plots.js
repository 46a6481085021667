// Drawing for the widgets: lines, bars and axes as SVG, with colours and dashes that anyone can tell apart.
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

  // A number as people write it: three digits, a real minus, 2.1 × 10⁻³ where it is small or large.
  function say(value, digits = 3) {
    if (!Number.isFinite(value)) {
      return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
    }
    if (value === 0) {
      return "0";
    }
    const size = Math.abs(value);
    if (size >= 1e-3 && size < 1e5) {
      return String(Number(value.toPrecision(digits))).replace("-", "−");
    }
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const raised = exponent.replace("+", "").replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
    return `${mantissa.replace("-", "−")} × 10${raised}`;
  }

  const nice = (span, count) => {
    const raw = span / count;
    const power = 10 ** Math.floor(Math.log10(raw));
    return power * [1, 2, 5, 10].find((step) => step * power >= raw);
  };

  function ticks(low, high, count) {
    const step = nice(high - low || 1, count);
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => (first + i) * step);
  }

  // A frame with axes; returns the group to draw in and the two scales. `y.log` plots log10 of the values.
  function frame(box, { width, height, x, y, title }) {
    const margin = { left: 58, right: 12, top: 26, bottom: 40 };
    const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
    const at = {
      x: (value) => margin.left + ((value - x.low) / (x.high - x.low || 1)) * inner.width,
      y: (value) => margin.top + (1 - (value - y.low) / (y.high - y.low || 1)) * inner.height,
    };
    const group = svg("g", {});
    group.append(svg("text", { x: margin.left, y: 15, class: "tt-title" }, title));
    for (const value of ticks(y.low, y.high, Math.min(5, Math.max(2, height / 50)))) {
      const label = y.log ? say(10 ** value, 1) : say(value);
      group.append(
        svg("line", { x1: margin.left, x2: width - margin.right, y1: at.y(value), y2: at.y(value), class: "tt-grid" }),
        svg("text", { x: margin.left - 6, y: at.y(value) + 4, "text-anchor": "end" }, label),
      );
    }
    const whole = (value) => !x.whole || Number.isInteger(Number(value.toFixed(9)));
    for (const value of ticks(x.low, x.high, Math.max(3, width / 60)).filter(whole)) {
      group.append(svg("text", { x: at.x(value), y: height - 22, "text-anchor": "middle" }, say(value)));
    }
    group.append(
      svg("text", { x: margin.left + inner.width / 2, y: height - 5, "text-anchor": "middle" }, x.label),
      svg("rect", { x: margin.left, y: margin.top, width: inner.width, height: inner.height, class: "tt-frame" }),
    );
    box.append(group);
    return { group, at };
  }

  // The interval of the values, a little wider; for `log`, of their logarithms, at most `depth` decades deep.
  function interval(values, { log = false, zero = false, depth = 40 } = {}) {
    const used = values
      .filter((value) => Number.isFinite(value) && (!log || value > 0))
      .map((value) => (log ? Math.log10(value) : value));
    if (!used.length) {
      return { low: -1, high: 0, log };
    }
    let low = Math.min(...used, ...(zero ? [0] : []));
    const high = Math.max(...used, ...(zero ? [0] : []));
    if (log) {
      low = Math.max(low, high - depth);
      return { low: Math.floor(low - 0.05), high: Math.ceil(high + 0.05), log };
    }
    const room = 0.06 * (high - low || Math.abs(high) || 1);
    return { low: low - room, high: high + room, log };
  }

  // Lines over t = first, first + 1, ...: series of {name, values}; what can't be drawn leaves a gap.
  function lines(box, { size, title, label, first = 1, series, log = false, zero = false }) {
    const count = Math.max(...series.map((one) => one.values.length));
    const x = { low: first, high: Math.max(first + count - 1, first + 1), label, whole: true };
    const y = interval(series.flatMap((one) => one.values), { log, zero });
    const { group, at } = frame(box, { ...size, x, y, title });
    series.forEach((one, number) => {
      const shown = one.values.map((value) => (log ? Math.log10(value) : value));
      const inside = (value) => Number.isFinite(value) && value >= y.low - 1e-9;
      let path = "";
      shown.forEach((value, i) => {
        if (inside(value)) {
          const pen = i > 0 && inside(shown[i - 1]) ? "L" : "M";
          path += `${pen}${at.x(first + i).toFixed(1)} ${at.y(value).toFixed(1)}`;
          if (count <= 30) {
            group.append(svg("circle", { cx: at.x(first + i), cy: at.y(value), r: 3, class: `tt-dot tt-${number}` }));
          }
        }
      });
      group.append(svg("path", { d: path, class: `tt-line tt-${number}` }));
    });
    return group;
  }

  // Vertical bars, one per value, from zero.
  function bars(box, { size, title, label, first = 1, values, names = [] }) {
    const x = { low: first - 0.6, high: first + values.length - 0.4, label, whole: true };
    const y = interval(values, { zero: true });
    const { group, at } = frame(box, { ...size, x, y, title });
    const width = Math.max(1, 0.7 * (at.x(1) - at.x(0)));
    values.forEach((value, i) => {
      if (Number.isFinite(value)) {
        const [top, bottom] = [Math.max(value, 0), Math.min(value, 0)].map(at.y);
        const place = { x: at.x(first + i) - width / 2, y: top, width, height: Math.max(bottom - top, 0.5) };
        group.append(svg("rect", { ...place, class: `tt-bar tt-${value < 0 ? 1 : 0}` }));
      }
      if (names[i]) {
        group.append(svg("text", { x: at.x(first + i), y: at.y(y.low) - 4, "text-anchor": "middle" }, names[i]));
      }
    });
    return group;
  }

  const api = (root.ThroughTime = root.ThroughTime || {});
  api.plots = { bars, frame, interval, lines, say, svg, ticks };
})(globalThis);
