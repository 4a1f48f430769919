// Loaded in the head and not deferred, so that the first paint has the right theme.
// <html data-theme="light|dark"> is what the reader chose, else what the system prefers.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme");
  const wanted = () => chosen() ?? (system.matches ? "dark" : "light");

  function apply() {
    const theme = wanted();
    if (root.dataset.theme === theme) return;
    root.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("theme:changed", { detail: theme }));
  }

  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", event => { if (event.key === "theme") apply(); });
  // Blazor's enhanced navigation takes off what the server did not put on; this runs before the next paint.
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-theme"] });

  document.addEventListener("click", event => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    localStorage.setItem("theme", wanted() === "dark" ? "light" : "dark");
    apply();
  });
})();
