// The keys, the address and the title of the page of a past moment. Arrows and Space act unless something else takes them; letters only while the focus is among
// the controls [WCAG 2.1.4].
import { isForPage } from "./page-keys.js";

const steps = { ArrowLeft: -10, ArrowRight: 10 };

function meaning(event) {
  const target = event.target;
  if (!isForPage(event)) return;
  if (steps[event.key]) return String(steps[event.key] * (event.ctrlKey ? 60 : event.shiftKey ? 6 : 1));
  if (event.ctrlKey || event.shiftKey) return;
  if (event.key === " " && !target.closest("button, a, summary")) return "play";
  if (!target.closest(".past-controls")) return;
  return { n: "next", p: "previous" }[event.key.toLowerCase()];
}

/** Tells a page what each key stands for, until stopped. */
export function keys(page) {
  const pressed = event => {
    const does = meaning(event);
    if (!does) return;
    event.preventDefault();
    page.invokeMethodAsync("KeyAsync", does);
  };
  document.addEventListener("keydown", pressed);
  return { stop: () => document.removeEventListener("keydown", pressed) };
}

/** The address and the title are those of the moment that is shown, so that what is copied from the bar is a link to it. */
export function show(address, title) {
  history.replaceState(null, "", address);
  document.title = title;
}
