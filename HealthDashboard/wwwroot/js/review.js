import { isForPage } from "./page-keys.js";

/** N and P go to the next earlier and later alert that waits for a review, until stopped. */
export function keys() {
  const pressed = event => {
    if (event.ctrlKey || event.shiftKey || !isForPage(event)) return;
    const link = /^[np]$/.test(event.key) && document.querySelector(`[data-review="${event.key}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  };
  document.addEventListener("keydown", pressed);
  return { stop: () => document.removeEventListener("keydown", pressed) };
}
