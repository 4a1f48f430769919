// Says "feed lost" when this page would otherwise go on showing what is no longer true.
import { feed, lastHeard, serverTime } from "./feed.js";
import { clock } from "./hospital-time.js";

const silence = 5000;    // of the hub, or of an interactive page's own heartbeat
const circuitGrace = 2000;
const backFor = 8000;

let since;               // when it was lost; undefined while all is well
let circuitDownAt;
let beat = { value: undefined, at: Date.now() };
let missed = 0;
let backUntil = 0;
let signedOut = false;

const banner = name => document.querySelector(`[data-banner="${name}"]`);

function say(name, text, look) {
  const element = banner(name);
  if (!element || element.textContent === text) return;
  element.textContent = text;
  element.className = text ? `banner ${look}` : "";
}

// An interactive page changes [data-page-heartbeat] every 2 s as long as its own stream of alerts is alive.
function pageSilentSince(now) {
  const value = document.querySelector("[data-page-heartbeat]")?.dataset.pageHeartbeat;
  if (value === undefined || value !== beat.value) beat = { value, at: now };
  return now - beat.at > silence ? beat.at : undefined;
}

function lostSince(now) {
  const reasons = [
    now - lastHeard() > silence ? lastHeard() : undefined,
    circuitDownAt && now - circuitDownAt > circuitGrace ? circuitDownAt : undefined,
    pageSilentSince(now),
  ].filter(Boolean);
  return reasons.length ? Math.min(...reasons) : undefined;
}

const caughtUp = count => count === 0 ? "nothing was missed" : count === 1 ? "1 change caught up" : `${count === Infinity ? "many" : count} changes caught up`;

/** To be called a few times a second. */
export function watch() {
  const now = Date.now();
  if (signedOut) return say("lost", "You are signed out, and see no more alerts. Load the page again to sign in.", "banner-lost");
  const lost = lostSince(now);
  if (lost) {
    if (!since) feed.dispatchEvent(new Event("lost"));
    since = Math.min(since ?? lost, lost);
    say("lost", `Feed lost since ${clock(serverTime(since))} \u2013 reconnecting. What you see may be old.`, "banner-lost");
    backUntil = 0;
  } else if (since) {
    since = undefined;
    backUntil = now + backFor;
    say("lost", "");
    say("back", `Feed back \u2013 ${caughtUp(missed)}.`, "banner-back");
    missed = 0;
  }
  if (backUntil < now) say("back", "");
  document.documentElement.toggleAttribute("data-feed-lost", Boolean(since));
}

feed.addEventListener("up", event => {
  missed += event.detail;
  signedOut = false;
});
feed.addEventListener("signed-out", () => { signedOut = true; });
document.addEventListener("circuit:down", () => { circuitDownAt ??= Date.now(); });
document.addEventListener("circuit:up", () => { circuitDownAt = undefined; });
