// What every widget shares: controls, prediction, pictures, words, table, links; in a page and in JupyterLab.
//
// A widget is a declaration: `ThroughTime.widget({name, title, controls, prediction, presets, compute, pictures,
// words, table})`. In a page it becomes the element <tt-NAME>, whose children, a static picture, stand in for it
// without JavaScript. In JupyterLab `ThroughTime.anywidget(NAME)` gives the same view on a model's traits.
(function (root) {
  "use strict";

  const api = (root.ThroughTime = root.ThroughTime || {});
  const declared = (api.declared = api.declared || {});
  const SILENCE = 700; // milliseconds without a change, before a screen reader is told what is shown
  let made = 0;

  function html(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) {
        node.addEventListener(key.slice(2), value);
      } else if (value !== false) {
        node.setAttribute(key, value === true ? "" : value);
      }
    }
    node.append(...children);
    return node;
  }

  const starts = (spec) => Object.fromEntries(spec.controls.map((control) => [control.key, control.value]));
  const most = (control, state) => (typeof control.max === "function" ? control.max(state) : control.max);

  // A value as the control allows it: within its range, or one of its choices.
  function allowed(control, value, state) {
    if (control.options) {
      return control.options.includes(value) ? value : control.value;
    }
    const number = Number(value);
    if (value === "" || value === null || !Number.isFinite(number)) {
      return control.value;
    }
    // Counts are whole; any other number may lie between the slider's steps, from Python or in a link.
    const whole = Number.isInteger(control.step) && Number.isInteger(control.min) && !control.log;
    const steps = Math.round((number - control.min) / control.step);
    const snapped = whole ? control.min + steps * control.step : number;
    return Math.min(Math.max(snapped, control.min), most(control, state));
  }

  // A whole state: what is given, where it is allowed, on top of a state that is.
  function settled(spec, given, base = starts(spec)) {
    const state = { ...base };
    for (const control of spec.controls) {
      const { key } = control;
      state[key] = allowed(control, key in given ? given[key] : state[key], state);
    }
    return state;
  }

  // #delta-back?w_h=1.5&T=50: the address of a setting.
  const address = (spec, state) => `#${spec.name}?${new URLSearchParams(state)}`;

  function addressed(spec) {
    const hash = (root.location ? root.location.hash : "").slice(1);
    const [name, query] = hash.replace(/%3F/i, "?").split("?");
    return name === spec.name && query ? Object.fromEntries(new URLSearchParams(query)) : null;
  }

  // What the reader answered in this tab; some browsers refuse to keep anything for a page from disk.
  const memory = {
    read(key) {
      try {
        return root.sessionStorage.getItem(key);
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        root.sessionStorage.setItem(key, value);
      } catch {
        // The question is asked again on the next visit.
      }
    },
  };

  class View {
    constructor(spec, host, { state = {}, locked = true, onchange = () => {} }) {
      this.spec = spec;
      this.id = `tt-${spec.name}-${++made}`;
      this.state = settled(spec, state);
      this.locked = locked && Boolean(spec.prediction);
      this.onchange = onchange;
      this.fields = {};
      this.drawn = [];
      this.build(host);
      const said = this.locked && memory.read(`tt-${spec.name}`);
      if (said) {
        this.answer(said);
      }
      this.draw();
    }

    build(host) {
      const { spec } = this;
      this.pictures = html("div", { class: "tt-pictures",
        onclick: (event) => this.pick(event), onpointermove: (event) => event.buttons === 1 && this.pick(event) });
      this.words = html("p", { class: "tt-words" });
      this.spoken = html("p", { class: "tt-unseen", role: "status" });
      this.table = html("div", { class: "tt-scroll", tabindex: "0", role: "region", "aria-label": `The drawn numbers: ${spec.title}` });
      this.details = html("details", { ontoggle: () => this.tabulate() },
        html("summary", {}, "The numbers as a table"), this.table);
      this.controls = html("fieldset", { class: "tt-controls", disabled: this.locked },
        html("legend", {}, spec.title), ...spec.controls.map((control) => this.field(control)));
      this.shown = html("div", { class: "tt-shown", hidden: this.locked }, this.pictures, this.words);
      this.link = html("a", { class: "tt-link" }, "Link to this setting");
      this.extras = html("div", { class: "tt-extras", hidden: this.locked },
        html("button", { type: "button", onclick: () => this.set(starts(spec)) }, "Reset"),
        ...(spec.presets || []).map(([name, state]) =>
          html("button", { type: "button", onclick: () => this.set({ ...starts(spec), ...state }) }, name)),
        this.link, this.details);
      this.root = html("div", { class: "tt", id: this.id, role: "group", "aria-label": spec.title, tabindex: "-1" },
        ...(this.locked ? [this.question()] : []), this.controls, this.shown, this.extras, this.spoken);
      // JupyterLab listens for letters and arrows at the document, and would run cell commands.
      this.root.addEventListener("keydown", (event) => {
        const lab = event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" ||
          (event.shiftKey && event.key === "Enter");
        if (!lab) {
          event.stopPropagation();
        }
      });
      host.replaceChildren(this.root);
      // Drawing within the observer's call would change what it observes.
      this.observer = new ResizeObserver(() => root.requestAnimationFrame(() => this.fit()));
      this.watch();
    }

    watch() {
      this.observer.observe(this.root);
    }

    leave() {
      this.observer.disconnect();
      clearTimeout(this.later);
    }

    field(control) {
      const { key, min, step } = control;
      const id = `${this.id}-${key}`;
      const label = html("label", { for: id }, control.label);
      const set = (value) => this.set({ [key]: value });
      if (control.press) {
        this.fields[key] = () => {};
        return html("div", { class: "tt-field" },
          html("button", { type: "button", onclick: () => set((this.state[key] + 1) % (control.max + 1)) }, control.press));
      }
      if (control.options) {
        const select = html("select", { id, onchange: () => set(select.value) },
          ...control.options.map((option) => html("option", { value: option }, option)));
        this.fields[key] = (value) => { select.value = value; };
        return html("div", { class: "tt-field" }, label, select);
      }
      const scale = control.log ? Math.log10 : (value) => value;
      const value = control.log ? (place) => Number((10 ** place).toPrecision(3)) : (place) => place;
      const output = html("output", { for: id });
      const input = html("input", { id, type: "range", min: scale(min), step, oninput: () => set(value(Number(input.value))) });
      const by = (change) => html("button", { type: "button", "aria-label": `${control.label}, one ${change > 0 ? "on" : "back"}`,
        onclick: () => set(this.state[key] + change) }, change > 0 ? "▶" : "◀");
      this.fields[key] = (now) => {
        input.max = scale(most(control, this.state));
        input.value = scale(now);
        output.value = control.say ? control.say(now, this.state) : api.plots.say(now, 4);
        input.setAttribute("aria-valuetext", `${control.spoken || control.label} ${output.value}`);
      };
      return html("div", { class: "tt-field" }, label,
        control.stepper ? html("div", { class: "tt-stepper" }, by(-1), input, by(1)) : input, output);
    }

    // Ask first: the controls open once the reader has committed to an answer, which stays and is compared.
    question() {
      const { question, options, number } = this.spec.prediction;
      const id = `${this.id}-guess`;
      this.reply = html("p", { class: "tt-reply", role: "status" });
      const fields = number
        ? [html("label", { for: id, class: "tt-legend-text" }, question),
          html("input", { id, name: "answer", type: "number", step: "any", required: true })]
        : [html("fieldset", {}, html("legend", {}, question), ...options.map((option, i) =>
          html("div", { class: "tt-option" },
            html("input", { type: "radio", name: "answer", value: option, id: `${id}-${i}` }),
            html("label", { for: `${id}-${i}` }, option))))];
      this.form = html("form", { class: "tt-question", novalidate: true, onsubmit: (event) => {
        event.preventDefault();
        const chosen = new FormData(this.form).get("answer");
        if (!chosen) {
          this.reply.textContent = "Answer first; a guess will do.";
          return;
        }
        memory.write(`tt-${this.spec.name}`, chosen);
        this.answer(chosen);
        // The button that had the focus is gone: the first control is what comes next.
        this.controls.querySelector("input, select, button").focus();
      } }, ...fields, html("button", { type: "submit" }, "Show"), this.reply);
      return this.form;
    }

    answer(chosen) {
      const { answer, because, state, number, near } = this.spec.prediction;
      const right = number ? Math.abs(Number(chosen) - answer) <= (near || 0) : chosen === answer;
      const truth = number ? api.plots.say(answer) : answer;
      this.form.querySelectorAll(".tt-option, input, [type=submit]").forEach((node) => node.remove());
      this.reply.textContent = `You said “${chosen}”: ${right ? "right" : `it is “${truth}”`}. ${because}`;
      this.locked = false;
      this.controls.disabled = this.shown.hidden = this.extras.hidden = false;
      this.set(this.asked || state || {}, false);
    }

    // A link's setting. Before the prediction it waits, so that the answer isn't given away.
    go(state) {
      if (this.locked) {
        this.asked = state;
        this.reply.textContent = "Answer first; then the widget shows the setting of the link.";
      } else {
        this.set({ ...starts(this.spec), ...state });
      }
    }

    // A change; if the reader made it, a widget that shows the same setting follows.
    set(change, leads = true) {
      this.state = settled(this.spec, change, this.state);
      this.draw();
      this.onchange(this.state);
      for (const other of leads && this.spec.sets ? document.querySelectorAll(`tt-${this.spec.sets}`) : []) {
        if (other.view && !other.view.locked) {
          other.view.set(this.state);
        }
      }
    }

    pick(event) {
      const figure = event.target.closest("figure");
      const one = this.drawn[[...this.pictures.children].indexOf(figure)];
      if (one && one.picture.pick && event.target.closest("svg")) {
        const area = one.box.getBoundingClientRect();
        const scale = one.size.width / area.width;
        const { x, y } = one.at.back((event.clientX - area.left) * scale, (event.clientY - area.top) * scale);
        this.set(one.picture.pick(x, y));
      }
    }

    fit() {
      const width = this.shown.clientWidth;
      if (width && Math.abs(width - this.width) > 4) {
        this.draw();
      }
    }

    draw() {
      const { spec, state } = this;
      for (const control of spec.controls) {
        this.fields[control.key](state[control.key]);
      }
      if (this.locked) {
        return;
      }
      this.data = spec.compute(state);
      // Drawn in the page's own pixels, so that letters have their size on a phone, too.
      this.width = this.shown.clientWidth || this.width || 600;
      const half = this.width >= 540 ? (this.width - 16) / 2 : this.width;
      const size = (wide, height = 230) => ({ width: Math.floor(wide ? this.width : half), height });
      const narrow = { width: Math.floor(half), whole: Math.floor(this.width) };
      this.drawn = spec.pictures(state, this.data, narrow).map((picture) => {
        const of = size(picture.wide, picture.height);
        const box = api.plots.svg("svg", { viewBox: `0 0 ${of.width} ${of.height}`, role: "img", "aria-label": picture.alt });
        const drawn = picture.draw(box, of) || {};
        return { picture, box, size: of, at: drawn.at };
      });
      this.pictures.replaceChildren(...this.drawn.map(({ picture, box }) =>
        html("figure", { class: `${picture.wide ? "tt-wide" : ""}${picture.pick ? " tt-pick" : ""}` },
          box, this.legend(picture))));
      this.words.textContent = spec.words(state, this.data);
      this.link.setAttribute("href", address(spec, state));
      this.tabulate();
      clearTimeout(this.later);
      this.later = setTimeout(() => { this.spoken.textContent = this.words.textContent; }, SILENCE);
    }

    legend({ series = [], key = [], filled }) {
      const { svg, tint } = api.plots;
      const sample = (shape) => svg("svg", { width: 26, height: 12, viewBox: "0 0 26 12" }, shape);
      const line = (number) => svg("path", { d: "M1 6L25 6", class: `tt-line tt-${number}` });
      const box = (more) => svg("rect", { x: 4, y: 0.5, width: 18, height: 11, ...more });
      return html("div", { class: "tt-legend", "aria-hidden": "true" },
        ...(series.length > 1 ? series : []).map((one, number) => html("span", {},
          sample(filled ? box({ class: `tt-bar tt-${number}` }) : line(number)), one.name)),
        ...key.map((one) => html("span", {},
          sample(box(one.class ? { class: one.class } : tint(one.shade))), one.name)));
    }

    tabulate() {
      if (!this.details.open || this.locked) {
        return;
      }
      const { caption, head, rows } = this.spec.table(this.state, this.data);
      const cells = (row) => row.map((cell, i) =>
        html(i ? "td" : "th", i ? {} : { scope: "row" }, typeof cell === "number" ? api.plots.say(cell, 4) : String(cell)));
      this.table.replaceChildren(html("table", {}, html("caption", {}, caption),
        html("thead", {}, html("tr", {}, ...head.map((name) => html("th", { scope: "col" }, name)))),
        html("tbody", {}, ...rows.map((row) => html("tr", {}, ...cells(row))))));
    }
  }

  api.widget = (spec) => {
    declared[spec.name] = spec;
    if (!root.customElements || root.customElements.get(`tt-${spec.name}`)) {
      return;
    }
    root.customElements.define(`tt-${spec.name}`, class extends HTMLElement {
      connectedCallback() {
        const asked = addressed(spec);
        if (this.view) {
          this.view.watch();
        } else {
          const given = Object.fromEntries([...this.attributes].map((one) => [one.name, one.value]));
          const keys = spec.controls.map((control) => control.key).filter((key) => key.toLowerCase() in given);
          const state = Object.fromEntries(keys.map((key) => [key, given[key.toLowerCase()]]));
          // The static picture stays for paper; the style sheet hides it on the screen.
          const host = document.createElement("div");
          this.prepend(host);
          this.classList.add("tt-live");
          this.view = new View(spec, host, { state });
        }
        this.listening = new AbortController();
        const { signal } = this.listening;
        root.addEventListener("hashchange", () => this.go(), { signal });
        // A link to the address that is shown already changes no address, but it sets the widget again.
        root.document.addEventListener("click", (event) => {
          const link = event.target.closest && event.target.closest("a[href*='#']");
          if (link && link.hash === root.location.hash && link.pathname === root.location.pathname) {
            this.go();
          }
        }, { signal });
        if (asked) {
          this.go();
        }
      }

      disconnectedCallback() {
        this.listening.abort();
        this.view.leave();
      }

      // A link in the text, or in the address, sets the widget and brings it into sight.
      go() {
        const asked = addressed(spec);
        if (asked) {
          this.view.go(asked);
          this.view.root.focus({ preventScroll: true });
          this.view.root.scrollIntoView({ block: "start" });
        }
      }
    });
  };

  // The view for JupyterLab: traits of the model and the state of the view follow each other.
  api.anywidget = (name) => ({
    render({ model, el }) {
      const spec = declared[name];
      const keys = spec.controls.map((control) => control.key);
      const asked = () => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
      const tell = (state) => {
        keys.forEach((key) => model.set(key, state[key]));
        model.save_changes();
      };
      const view = new View(spec, el, { state: asked(), locked: Boolean(model.get("predict")), onchange: tell });
      const follow = () => {
        const next = settled(spec, asked(), view.state);
        if (keys.some((key) => next[key] !== view.state[key])) {
          view.state = next;
          view.draw();
        }
        if (keys.some((key) => next[key] !== model.get(key))) {
          tell(next);
        }
      };
      follow();
      keys.forEach((key) => model.on(`change:${key}`, follow));
      return () => {
        keys.forEach((key) => model.off(`change:${key}`, follow));
        view.leave();
      };
    },
  });
})(globalThis);
