// Counts what nobody has acknowledged: in the bar, in the tab's title and on its icon, and says it to a screen reader.
import { feed, open } from "./feed.js";
import { concerns, scope } from "./scope.js";

const priorities = ["high", "medium", "low"];
const marks = { high: "***", medium: "**", low: "*" };
const colours = { high: "#c8102e", medium: "#ffce1f", low: "#5fd6ea" };
let title = "";     // what we last wrote, to tell it from the page's own
let plainIcon;

const untaken = () => [...open.values()].filter(alert => alert.response === "unacknowledged" && concerns(alert));

function show() {
  const alerts = untaken();
  const count = priority => alerts.filter(alert => alert.priority === priority).length;
  const worst = priorities.find(count);
  showBar(count);
  showTitle(alerts.length, worst);
  showIcon(worst);
}

function showBar(count) {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  for (const priority of priorities) {
    const element = bell.querySelector(`[data-bell-count="${priority}"]`);
    element.hidden = count(priority) === 0;
    element.querySelector("[data-number]").textContent = count(priority);
  }
  bell.querySelector("[data-bell-none]").hidden = priorities.some(count);
}

function showTitle(total, worst) {
  const plain = document.title === title ? title.replace(/^\(\d+\) \*+ /, "") : document.title.replace(/^\(\d+\) \*+ /, "");
  title = worst ? `(${total}) ${marks[worst]} ${plain}` : plain;
  if (document.title !== title) document.title = title;
}

function showIcon(worst) {
  const link = document.querySelector('link[rel="icon"]');
  if (!link) return;
  plainIcon ??= link.href;
  const dot = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b5f8a"/>`
    + `<circle cx="16" cy="16" r="11" fill="${colours[worst]}" stroke="#fff" stroke-width="3"/></svg>`;
  const href = worst ? `data:image/svg+xml,${encodeURIComponent(dot)}` : plainIcon;
  if (link.href !== href) link.href = href;
}

function announce(change) {
  const region = document.querySelector("[data-announce]");
  if (!region || !change || change.response === "acknowledged" || !concerns(change)) return;
  if (change.change === "raised" || change.change === "resumed") region.textContent = `${change.priority} priority alert: ${change.text}`;
}

export function startBell() {
  feed.addEventListener("change", event => { show(); announce(event.detail); });
  scope.addEventListener("change", show);
  // Another page came into this document: it brings its own title and bar.
  Blazor.addEventListener("enhancedload", show);
  new MutationObserver(() => { if (document.title !== title) show(); }).observe(document.head, { childList: true, subtree: true, characterData: true });
}
