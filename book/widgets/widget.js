// What every widget shares: controls, prediction, pictures, words, table, links; in a page and in JupyterLab.
//
// A widget is a declaration: `ThroughTime.widget({name, title, controls, prediction, presets, compute, pictures,
// words, table})`. In a page it becomes the element <tt-NAME>, whose children, a static picture, stand in for it
// without JavaScript. In JupyterLab `ThroughTime.anywidget(NAME)` gives the same view on a model's traits.
(function (root) {
  "use strict";

  const api = (root.ThroughTime = root.ThroughTime || {});
  const declared = (api.declared = api.declared || {});
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

  // A value as the control allows it: within its range and on its step, or one of its choices.
  function allowed(control, value) {
    if (control.options) {
      return control.options.includes(value) ? value : control.value;
    }
    const number = Number(value);
    if (value === "" || value === null || !Number.isFinite(number)) {
      return control.value;
    }
    const steps = Math.round((number - control.min) / control.step);
    const snapped = Number((control.min + steps * control.step).toFixed(10));
    return Math.min(Math.max(snapped, control.min), control.max);
  }

  function settled(spec, state) {
    const known = spec.controls.filter((control) => control.key in state);
    return Object.fromEntries(known.map((control) => [control.key, allowed(control, state[control.key])]));
  }

  // #delta-back?w_h=1.5&T=50: the address of a setting.
  const address = (spec, state) => `#${spec.name}?${new URLSearchParams(state)}`;

  function addressed(spec) {
    const [name, query] = decodeURIComponent(root.location ? root.location.hash : "").slice(1).split("?");
    return name === spec.name && query ? settled(spec, Object.fromEntries(new URLSearchParams(query))) : null;
  }

  class View {
    constructor(spec, host, { state = {}, locked = true, onchange = () => {} }) {
      this.spec = spec;
      this.id = `tt-${spec.name}-${++made}`;
      this.state = { ...starts(spec), ...settled(spec, state) };
      this.locked = locked && Boolean(spec.prediction);
      this.onchange = onchange;
      this.fields = {};
      this.width = 600;
      this.build(host);
      this.draw();
    }

    build(host) {
      this.pictures = html("div", { class: "tt-pictures" });
      this.words = html("p", { class: "tt-words", role: "status" });
      this.table = html("div", { class: "tt-scroll", tabindex: "0", role: "region", "aria-label": "The drawn numbers" });
      this.controls = html("fieldset", { class: "tt-controls", disabled: this.locked },
        html("legend", {}, this.spec.title), ...this.spec.controls.map((control) => this.field(control)));
      this.shown = html("div", { class: "tt-shown", hidden: this.locked }, this.pictures, this.words);
      this.link = html("a", { class: "tt-link" }, "Link to this setting");
      this.extras = html("div", { class: "tt-extras", hidden: this.locked },
        html("button", { type: "button", onclick: () => this.set(starts(this.spec)) }, "Reset"),
        ...(this.spec.presets || []).map(([name, state]) =>
          html("button", { type: "button", onclick: () => this.set({ ...starts(this.spec), ...state }) }, name)),
        this.link,
        html("details", {}, html("summary", {}, "The numbers as a table"), this.table));
      this.root = html("div", { class: "tt", id: this.id },
        ...(this.locked ? [this.question()] : []), this.controls, this.shown, this.extras);
      // JupyterLab listens for letters and arrows at the document, and would run cell commands.
      this.root.addEventListener("keydown", (event) => {
        const lab = event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" ||
          (event.shiftKey && event.key === "Enter");
        if (!lab) {
          event.stopPropagation();
        }
      });
      host.replaceChildren(this.root);
      this.observer = new ResizeObserver(() => this.fit());
      this.observer.observe(this.root);
    }

    field(control) {
      const id = `${this.id}-${control.key}`;
      if (control.options) {
        const select = html("select", { id, onchange: () => this.set({ [control.key]: select.value }) },
          ...control.options.map((option) => html("option", { value: option }, option)));
        this.fields[control.key] = { put: (value) => { select.value = value; } };
        return html("div", { class: "tt-field" }, html("label", { for: id }, control.label), select);
      }
      const { min, max, step } = control;
      const output = html("output", { for: id });
      const input = html("input", { id, type: "range", min, max, step,
        oninput: () => this.set({ [control.key]: Number(input.value) }) });
      this.fields[control.key] = {
        put: (value) => {
          input.value = value;
          output.value = api.plots.say(value, 4);
          input.setAttribute("aria-valuetext", `${control.spoken || control.label} ${output.value}`);
        },
      };
      return html("div", { class: "tt-field" }, html("label", { for: id }, control.label), input, output);
    }

    // Ask first: the controls open once the reader has committed to an answer, which stays and is compared.
    question() {
      const { question, options, answer, because, state } = this.spec.prediction;
      const name = `${this.id}-prediction`;
      const reply = html("p", { class: "tt-reply", role: "status" });
      const form = html("form", { class: "tt-question", onsubmit: (event) => {
        event.preventDefault();
        const chosen = new FormData(form).get("answer");
        if (chosen === null) {
          reply.textContent = "Choose an answer first; a guess will do.";
          return;
        }
        form.querySelectorAll("input, button").forEach((node) => { node.disabled = true; });
        reply.textContent = `You said ${chosen}. ${chosen === answer ? "So it is." : `It is ${answer}.`} ${because}`;
        this.unlock(state || {});
      } },
      html("fieldset", {}, html("legend", {}, question), ...options.map((option, number) =>
        html("div", { class: "tt-option" },
          html("input", { type: "radio", name: "answer", value: option, id: `${name}-${number}` }),
          html("label", { for: `${name}-${number}` }, option)))),
      html("button", { type: "submit" }, "Show"), reply);
      return form;
    }

    unlock(state) {
      this.locked = false;
      this.controls.disabled = false;
      this.shown.hidden = this.extras.hidden = false;
      this.set(state);
    }

    set(change) {
      this.state = { ...this.state, ...settled(this.spec, change) };
      this.draw();
      this.onchange(this.state);
    }

    fit() {
      const width = Math.floor(this.shown.clientWidth);
      if (width && Math.abs(width - this.width) > 4) {
        this.width = width;
        this.draw();
      }
    }

    draw() {
      for (const control of this.spec.controls) {
        this.fields[control.key].put(this.state[control.key]);
      }
      if (this.locked) {
        return;
      }
      const data = this.spec.compute(this.state);
      // Drawn in the page's own pixels, so that letters have their size on a phone, too.
      const width = this.shown.clientWidth || this.width;
      const size = { width: Math.floor(width >= 540 ? (width - 16) / 2 : width), height: 230 };
      const said = this.spec.words(this.state, data);
      this.pictures.replaceChildren(...this.spec.pictures(this.state, data, size).map((picture) => {
        const box = api.plots.svg("svg", { viewBox: `0 0 ${size.width} ${size.height}`, role: "img",
          "aria-label": picture.alt });
        picture.draw(box);
        return html("figure", {}, box, this.legend(picture.series || []));
      }));
      this.words.textContent = said;
      this.link.setAttribute("href", address(this.spec, this.state));
      this.tabulate(this.spec.table(this.state, data));
    }

    legend(series) {
      return html("div", { class: "tt-legend", "aria-hidden": "true" }, ...series.map((one, number) =>
        html("span", {}, api.plots.svg("svg", { width: 26, height: 10, viewBox: "0 0 26 10" },
          api.plots.svg("path", { d: "M1 5L25 5", class: `tt-line tt-${number}` })), one.name)));
    }

    tabulate({ caption, head, rows }) {
      const cells = (row) => row.map((cell, i) =>
        html(i ? "td" : "th", i ? {} : { scope: "row" }, typeof cell === "number" ? api.plots.say(cell, 4) : cell));
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
        if (this.view) {
          return;
        }
        const given = Object.fromEntries([...this.attributes].map((one) => [one.name, one.value]));
        const named = Object.fromEntries(spec.controls.map((control) =>
          [control.key, given[control.key.toLowerCase()]]).filter(([, value]) => value !== undefined));
        const asked = addressed(spec);
        // The static picture stays for paper; the style sheet hides it on the screen.
        const host = document.createElement("div");
        this.prepend(host);
        this.classList.add("tt-live");
        this.view = new View(spec, host, { state: { ...named, ...asked } });
        root.addEventListener("hashchange", () => this.go());
        if (asked) {
          this.go();
        }
      }

      // A link in the text, or in the address, sets the widget and brings it into sight.
      go() {
        const asked = addressed(spec);
        if (asked) {
          this.view.set({ ...starts(spec), ...asked });
          this.scrollIntoView({ block: "center" });
        }
      }
    });
  };

  // The view for JupyterLab: traits of the model and the state of the view follow each other.
  api.anywidget = (name) => ({
    render({ model, el }) {
      const spec = declared[name];
      const keys = spec.controls.map((control) => control.key);
      const state = Object.fromEntries(keys.map((key) => [key, model.get(key)]));
      const view = new View(spec, el, { state, locked: false, onchange: (next) => {
        keys.forEach((key) => model.set(key, next[key]));
        model.save_changes();
      } });
      const follow = () => {
        const next = Object.fromEntries(keys.map((key) => [key, model.get(key)]));
        if (keys.some((key) => next[key] !== view.state[key])) {
          view.state = { ...view.state, ...settled(spec, next) };
          view.draw();
        }
      };
      keys.forEach((key) => model.on(`change:${key}`, follow));
      return () => {
        keys.forEach((key) => model.off(`change:${key}`, follow));
        view.observer.disconnect();
      };
    },
  });
})(globalThis);
