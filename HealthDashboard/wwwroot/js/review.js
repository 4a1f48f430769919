// N and P go to the next and the previous alert that waits for a review, unless something is typed in or chosen [WCAG 2.1.4: only while the focus is on the page's
// own part, or nowhere].
export function keys() {
  const pressed = event => {
    const target = event.target;
    if (event.altKey || event.metaKey || event.ctrlKey || event.shiftKey || document.querySelector("dialog[open]") || target.closest("input, select, textarea, [contenteditable]")) return;
    if (target !== document.body && !target.closest("#page")) return;
    const link = /^[np]$/.test(event.key) && document.querySelector(`[data-review="${event.key}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  };
  document.addEventListener("keydown", pressed);
  return { stop: () => document.removeEventListener("keydown", pressed) };
}
