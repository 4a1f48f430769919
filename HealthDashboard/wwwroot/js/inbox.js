// Alerts that were escalated to this person: counted in the bar of every page, said to a screen reader, and shown by the browser where
// the person wants that. A notification names the bed and not the patient, because a locked screen shows it to everybody.
import { feed } from "./feed.js";

const after = 300;          // ms in which many changes are one question
const anew = 30_000;        // ms after which the question is repeated: teams change without an alert
const known = new Set();
let timer;
let first = true;

async function ask() {
  if (!document.querySelector("[data-inbox]")) return;
  try {
    const answer = await fetch("/api/inbox", { headers: { accept: "application/json" }, cache: "no-store" });
    if (answer.ok) show((await answer.json()).items);
  } catch {
    // Unreachable: the feed says so, and the next look comes by itself.
  }
}

// Only what was escalated can be this person's, or what was theirs before; without a detail anything may have changed.
function changed({ detail }) {
  if (detail && !(detail.escalation > 0) && !known.has(detail.id)) return;
  timer ??= setTimeout(() => {
    timer = undefined;
    ask();
  }, after);
}

function show(items) {
  const badge = document.querySelector("[data-inbox]");
  badge.classList.toggle("has-some", items.length > 0);
  badge.querySelector("[data-inbox-count]").textContent = items.length;
  const fresh = items.filter(item => !known.has(item.id));
  known.clear();
  for (const item of items) known.add(item.id);
  if (fresh.length > 0 && !first) tell(fresh);
  first = false;
}

function tell(items) {
  const region = document.querySelector("[data-announce]");
  if (region) region.textContent = `Escalated to you: ${items[0].text}, ${items[0].place}`;
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  for (const item of items.slice(0, 3)) {
    const note = new Notification(`${item.text}, ${item.place}`, { body: "Escalated to you. Nobody has acknowledged it.", tag: item.id, requireInteraction: item.priority === "high" });
    note.onclick = () => { window.focus(); location.href = "/inbox"; note.close(); };
  }
}

// The browser asks for permission only after the person has pressed the button.
function offer() {
  const place = document.querySelector("[data-inbox-notify]");
  if (place) place.hidden = !("Notification" in window) || Notification.permission !== "default";
}

export function startInbox() {
  feed.addEventListener("change", changed);
  setInterval(ask, anew);
  ask();
  document.addEventListener("click", event => {
    if (event.target.closest("[data-inbox-ask]")) Notification.requestPermission().then(offer);
  });
  new MutationObserver(offer).observe(document.body, { childList: true, subtree: true });
  offer();
}
