// Covers the page when nobody has used the station for some minutes, or when its session has ended. The page behind stays as it is, with
// what was typed; its alarms go on. The server keeps the lock too: a reload shows nothing either.
import { feed, resume } from "./feed.js";

const ACTIVE = "station-active";
const EVERY = 5_000;
const ASK_EVERY = 60_000;

const dialog = () => document.querySelector("[data-station-lock]");
const ask = (path, body) => fetch(`/api/session${path}`, body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
// A wall hangs there to be looked at.
const isWall = () => ["/", "/wall"].includes(location.pathname);
const lastUse = () => Number(localStorage.getItem(ACTIVE)) || 0;
let noted = 0;

function used() {
  if (dialog()?.open || Date.now() - noted < EVERY) return;
  localStorage.setItem(ACTIVE, noted = Date.now());
}

function show(ended) {
  const cover = dialog();
  if (!cover) return;
  cover.querySelector("[data-title]").textContent = ended ? "Your session has ended" : "Locked";
  cover.querySelector("[data-label]").textContent = ended ? "Password" : "Password or PIN";
  cover.querySelector("[data-submit]").textContent = ended ? "Sign in again" : "Unlock";
  cover.querySelector("[data-code]").hidden = !ended;
  if (cover.open) return;
  for (const menu of document.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
  cover.showModal();
  cover.querySelector("input").focus();
}

function uncover() {
  const cover = dialog();
  for (const input of cover.querySelectorAll("input[type=password], [data-code] input")) input.value = "";
  cover.querySelector("[data-error]").hidden = true;
  cover.close();
  resume();
  noted = 0;
  used();
}

async function lock() {
  show(false);
  await ask("/lock", {}).catch(() => { });
}

// Also how another tab learns that this one is unlocked, and how an open page keeps its session.
async function askServer() {
  if (!dialog()) return;
  const answer = await ask("").catch(() => null);
  if (answer?.status === 401) return show(true);
  if (!answer?.ok) return;
  const { isLocked } = await answer.json();
  if (isLocked) show(false);
  else if (dialog().open) uncover();
}

async function unlock(event) {
  const cover = event.target.closest("[data-station-lock]");
  if (!cover || event.target.method !== "dialog") return;
  event.preventDefault();
  const error = cover.querySelector("[data-error]");
  const [secret, code] = cover.querySelectorAll(".field input");
  const answer = await ask("/unlock", { userName: cover.dataset.user, secret: secret.value, code: code.value || null }).catch(() => null);
  if (answer?.ok) return uncover();
  error.textContent = answer?.status === 401 ? (await answer.json()).detail : "The server does not answer. Try again.";
  error.hidden = false;
  secret.select();
}

export function startStationLock() {
  localStorage.setItem(ACTIVE, noted = Date.now());
  for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) document.addEventListener(name, used, { passive: true, capture: true });
  document.addEventListener("submit", unlock);
  document.addEventListener("cancel", event => { if (event.target === dialog()) event.preventDefault(); }, true);
  setInterval(() => {
    const minutes = Number(dialog()?.dataset.minutes);
    if (minutes > 0 && !dialog().open && !isWall() && Date.now() - lastUse() >= minutes * 60_000) lock();
  }, EVERY);
  setInterval(askServer, ASK_EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) askServer(); });
  addEventListener("online", askServer);
  // The server ends the feed within 5 s of a lock, another role or a new password.
  feed.addEventListener("signed-out", askServer);
}
