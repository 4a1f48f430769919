// What every page does for alarms, whether or not the page itself is interactive.
import "./alarm-phase.js";
import "./alert-keys.js";
import "./full-screen.js";
import { ages } from "./ages.js";
import { showClock } from "./live-clock.js";
import { startBell } from "./bell.js";
import { startDrafts } from "./drafts.js";
import { listen } from "./feed.js";
import { startInbox } from "./inbox.js";
import { watchForStores } from "./retry.js";
import { startScope } from "./scope.js";
import { sound, startSound } from "./sound.js";
import { startStationLock } from "./station-lock.js";
import { watch } from "./watch.js";

const signedIn = () => document.querySelector("[data-bell]") !== null;
let started = false;

function start() {
  if (!signedIn() || started) return;
  started = true;
  startDrafts();
  startScope();
  listen();
  startBell();
  startInbox();
  startSound();
  startStationLock();
  let ticks = 0;
  new Worker(new URL("./clock.js", import.meta.url)).onmessage = () => {
    watch();
    sound();
    if (ticks++ % 4 === 0) ages();
    showClock();
  };
}

// The menu of a bed on the wall: its button, the menu key, the right button, a long press.
const tileOf = target => target.closest?.("[data-bed-tile][data-patient-id]");
const tileMenu = tile => import("./tile-menu.js").then(module => module.openTileMenu(tile));
document.addEventListener("click", event => { if (event.target.closest("[data-tile-menu]")) tileMenu(tileOf(event.target)); });
document.addEventListener("contextmenu", event => {
  const tile = tileOf(event.target);
  if (!tile) return;
  event.preventDefault();
  tileMenu(tile);
});

// Not every touch screen has a contextmenu. What was pressed for long is not clicked besides.
let press;
let pressed = false;
document.addEventListener("touchstart", event => {
  const tile = event.touches.length === 1 && tileOf(event.target);
  pressed = false;
  if (tile) press = setTimeout(() => { pressed = true; tileMenu(tile); }, 600);
}, { passive: true });
for (const name of ["touchcancel", "touchmove"]) document.addEventListener(name, () => clearTimeout(press), { passive: true });
document.addEventListener("touchend", event => { clearTimeout(press); if (pressed) event.preventDefault(); }, { passive: false });

const palette = () => import("./palette.js").then(module => module.openPalette());

document.addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !signedIn()) return;
  event.preventDefault();
  palette();
});
document.addEventListener("click", event => {
  if (!event.target.closest("[data-palette], [data-palette-open]")) return;
  event.target.closest("[popover]")?.hidePopover();
  palette();
});

// What only this script can do cannot be pressed before it is here.
const ready = () => document.querySelectorAll("button[data-scripted]").forEach(button => { button.disabled = false; });

document.addEventListener("click", event => { if (event.target.closest("[data-print]")) window.print(); });

const passkeys = () => import("./passkeys.js");
document.addEventListener("click", event => {
  const button = event.target.closest("[data-passkey-sign-in]");
  if (button) passkeys().then(module => module.signInByPasskey(button));
});
document.addEventListener("submit", event => {
  if (!event.target.matches("[data-passkey-add]")) return;
  event.preventDefault();
  passkeys().then(module => module.addPasskey(event.target));
});

start();
ready();
watchForStores();
Blazor.addEventListener("enhancedload", start);
Blazor.addEventListener("enhancedload", ready);
Blazor.addEventListener("enhancedload", watchForStores);
