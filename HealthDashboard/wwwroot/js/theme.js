// Loaded in the head and not deferred, so that the first paint has the right theme.
// <html data-theme="light|dark"> is what the reader chose, else what the system prefers; data-contrast is there for high contrast, which
// is a choice of its own, dark, and otherwise what the system prefers.
(() => {
  const root = document.documentElement;
  const [dark, more] = [matchMedia("(prefers-color-scheme: dark)"), matchMedia("(prefers-contrast: more)")];
  const chosen = () => localStorage.getItem("theme") ?? "system";

  function apply() {
    const choice = chosen();
    const theme = choice === "light" || choice === "dark" ? choice : choice === "contrast" || dark.matches ? "dark" : "light";
    const contrast = choice === "contrast" || more.matches;
    if (root.dataset.theme === theme && root.hasAttribute("data-contrast") === contrast) return;
    root.dataset.theme = theme;
    root.toggleAttribute("data-contrast", contrast);
    document.dispatchEvent(new CustomEvent("theme:changed", { detail: theme }));
  }

  function show() {
    for (const button of document.querySelectorAll("[data-theme-choice]"))
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen()));
  }

  apply();
  dark.addEventListener("change", apply);
  more.addEventListener("change", apply);
  addEventListener("storage", event => { if (event.key === "theme") { apply(); show(); } });
  // Blazor's enhanced navigation takes off what the server did not put on; this runs before the next paint.
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-theme", "data-contrast"] });

  // Whichever menu the choice is in.
  document.addEventListener("beforetoggle", show, true);
  document.addEventListener("click", event => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    localStorage.setItem("theme", button.dataset.themeChoice);
    apply();
    show();
  });
})();
