// Before anything is painted: light or dark, as chosen here before or as the system has it.
(function () {
  "use strict";
  var chosen = null;
  try {
    chosen = localStorage.getItem("backissue-theme");
  } catch (refused) {
    // private windows may refuse storage; the system's choice serves
  }
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var apply = function (theme) {
    document.documentElement.dataset.theme = theme;
  };
  apply(chosen || (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", function () {
    if (!chosen) apply(dark.matches ? "dark" : "light");
  });
  window.backissueTheme = function () {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    apply(chosen);
    try {
      localStorage.setItem("backissue-theme", chosen);
    } catch (refused) {
      // holds until the page is closed
    }
  };
})();
