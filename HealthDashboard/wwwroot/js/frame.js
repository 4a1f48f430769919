// What every page does for alarms, whether or not the page itself is interactive.
import "./alarm-phase.js";
import "./alert-keys.js";
import "./full-screen.js";
import { ages } from "./ages.js";
import { showClock } from "./live-clock.js";
import { startBell } from "./bell.js";
import { listen } from "./feed.js";
import { watchForStores } from "./retry.js";
import { startScope } from "./scope.js";
import { sound, startSound } from "./sound.js";
import { watch } from "./watch.js";

const signedIn = () => document.querySelector("[data-bell]") !== null;
let started = false;

function start() {
  if (!signedIn() || started) return;
  started = true;
  startScope();
  listen();
  startBell();
  startSound();
  let ticks = 0;
  new Worker(new URL("./clock.js", import.meta.url)).onmessage = () => {
    watch();
    sound();
    if (ticks++ % 4 === 0) ages();
    showClock();
  };
}

start();
watchForStores();
Blazor.addEventListener("enhancedload", start);
Blazor.addEventListener("enhancedload", watchForStores);
