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
