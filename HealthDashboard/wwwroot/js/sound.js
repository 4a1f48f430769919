// Alarm sounds by Web Audio as IEC 60601-1-8 (2006, tables 3 and 4) shapes them: pulses of a tone with harmonics, in a
// burst of ten (high), three (medium) or one (low). Of all alerts that nobody has taken or silenced, the most urgent sounds.
import { feed, open, serverNow } from "./feed.js";
import { concerns } from "./scope.js";

// Pulse: seconds of each. Starts: seconds from the burst's first pulse. Repeat: seconds from one burst to the next.
const pulse = { high: 0.15, medium: 0.2, low: 0.2 };
const five = [0, 0.25, 0.5, 0.95, 1.2];
const starts = { high: [...five, ...five.map(start => start + 1.85)], medium: [0, 0.4, 0.8], low: [0] };
const repeat = { high: 7, medium: 15, low: 30 };
const pitch = { high: [523, 523, 523, 587, 523], medium: [440, 440, 440], low: [392] };
const harmonics = [1, 0.7, 0.5, 0.35, 0.25];
const urgency = ["high", "medium", "low"];

let audio;               // made by a click, and kept as long as this document lives
let last = { priority: undefined, at: -Infinity };

const wanted = () => localStorage.getItem("sound") === "on";
const volume = () => Number(localStorage.getItem("sound-volume") ?? 60) / 100;
const running = () => audio?.state === "running";

function tone(at, frequency, seconds, level) {
  const gain = audio.createGain();
  // Rise and fall of a quarter each: neither click nor fright.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(level, at + seconds / 4);
  gain.gain.setValueAtTime(level, at + seconds * 3 / 4);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  gain.connect(audio.destination);
  harmonics.forEach((share, index) => {
    const oscillator = audio.createOscillator();
    const part = audio.createGain();
    oscillator.frequency.value = frequency * (index + 1);
    part.gain.value = share / 3;
    oscillator.connect(part).connect(gain);
    oscillator.start(at);
    oscillator.stop(at + seconds);
  });
}

/** One burst, now. */
export function burst(priority) {
  if (!running()) return;
  starts[priority].forEach((start, index) =>
    tone(audio.currentTime + 0.02 + start, pitch[priority][index % 5], pulse[priority], volume()));
}

function mostUrgent() {
  const now = serverNow();
  const calling = [...open.values()].filter(alert => alert.response === "unacknowledged" && concerns(alert)
    && !(alert.silencedUntil && Date.parse(alert.silencedUntil) > now));
  return urgency.find(priority => calling.some(alert => alert.priority === priority));
}

/** To be called a few times a second. */
export function sound() {
  show();
  const priority = mostUrgent();
  const now = Date.now();
  const moreUrgent = urgency.indexOf(priority) < urgency.indexOf(last.priority);
  if (!priority) last = { priority, at: -Infinity };
  else if (running() && (!last.priority || moreUrgent || now - last.at >= repeat[priority] * 1000)) {
    last = { priority, at: now };
    burst(priority);
  }
}

function show() {
  const on = wanted() && running() ? "on" : "off";
  const element = document.querySelector("[data-sound]");
  if (element && element.dataset.sound !== on) element.dataset.sound = on;
}

async function allow() {
  audio ??= new AudioContext();
  await audio.resume();
  show();
}

async function clicked(event) {
  const turn = event.target.closest("[data-sound-turn]")?.dataset.soundTurn;
  const test = event.target.closest("[data-sound-test]")?.dataset.soundTest;
  if (turn) localStorage.setItem("sound", turn);
  if (turn === "off") {
    await audio?.suspend();
    document.getElementById("sound-menu")?.hidePopover();
    return show();
  }
  // Whoever turned the sound on once gets it back with the first click or key of any kind.
  if (wanted() && !running()) await allow();
  if (turn === "on") burst("low");
  if (test) burst(test);
}

export function startSound() {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", () => { if (wanted() && !running()) allow(); });
  document.addEventListener("input", event => {
    if (event.target.matches("[data-sound-volume]")) localStorage.setItem("sound-volume", event.target.value);
  });
  document.addEventListener("toggle", event => {
    if (event.target.id === "sound-menu") event.target.querySelector("[data-sound-volume]").value = volume() * 100;
  }, true);
  feed.addEventListener("change", sound);
  feed.addEventListener("lost", () => burst("low"));
  if (wanted()) {
    // Some browsers let a page sound at once where its reader has let it before.
    audio = new AudioContext();
  }
}
