// Day or night, decided before the first paint so that the page never flashes. A classic script: it must not wait.
(function () {
  "use strict";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const read = function () { try { return localStorage.getItem("fabula-theme"); } catch { return null; } };
  const paint = function () {
    root.dataset.theme = read() || (system.matches ? "night" : "day");
    const colour = document.querySelector("meta[name=theme-color]");
    if (colour) colour.content = root.dataset.theme === "night" ? "#11152b" : "#f6efe1";
  };
  paint();
  system.addEventListener("change", paint);
  addEventListener("storage", paint);
  addEventListener("fabula-theme", function () {
    const next = root.dataset.theme === "night" ? "day" : "night";
    try { localStorage.setItem("fabula-theme", next); } catch { /* only this visit, then */ }
    paint();
    root.dataset.theme = next;
  });
})();
