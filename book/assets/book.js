// Small remedies for a site that is read from disk and on paper.
"use strict";

// A page opened from disk may not read its neighbours, so the search shows titles without extracts there.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// Paper is white: print in the light theme, then go back.
let themeOnScreen = null;

window.addEventListener("beforeprint", () => {
  themeOnScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});

window.addEventListener("afterprint", () => {
  if (themeOnScreen !== null) {
    document.documentElement.dataset.theme = themeOnScreen;
  }
});

// Formulas, once they are drawn: one that heads a column of a table is its name, so it is said as a text, too; one
// that is wider than the screen is scrolled, so the Tab key has to come to it.
function serveFormulas() {
  for (const formula of document.querySelectorAll("th math")) {
    formula.setAttribute("aria-label", formula.textContent.replace(/\s+/g, " ").trim());
  }
  for (const formula of document.querySelectorAll("mjx-container[display=true]")) {
    if (formula.scrollWidth > formula.clientWidth) {
      formula.tabIndex = 0;
    } else {
      formula.removeAttribute("tabindex");
    }
  }
}

window.addEventListener("load", () => {
  const drawn = window.MathJax && MathJax.startup && MathJax.startup.promise;
  Promise.resolve(drawn).then(serveFormulas);
});
window.addEventListener("resize", serveFormulas);
