// Turns the slides, keeps the presenter's window in step, and queries what is live on the slide that is shown.
import { isForPage } from "./page-keys.js";

const root = document.querySelector("[data-present]");
const slides = [...root.querySelectorAll("[data-slide]")];
const isPresenter = root.dataset.present === "presenter";
const channel = new BroadcastChannel("presentation");
let current = 0;
let started = Date.now();

const find = name => root.querySelector(`[data-${name}]`);
const clock = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const minutes = slide => Number(slide.dataset.minutes);

function numberInAddress() {
  const asked = Number(location.hash.slice(1));
  return Number.isInteger(asked) && asked >= 1 && asked <= slides.length ? asked - 1 : 0;
}

function cell(row, name, text) {
  row.appendChild(document.createElement(name)).textContent = text;
}

async function query(part) {
  const [store, state] = [part.querySelector("[data-live-store]"), part.querySelector("[data-live-state]")];
  part.dataset.state = "querying";
  try {
    const answer = await fetch(`/api/presentation/live/${part.dataset.livePart}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    store.textContent = found.store;
    state.textContent = `${found.state} in ${found.milliseconds} ms`;
    part.dataset.state = found.answered ? "answered" : "unavailable";
    const head = part.querySelector("thead tr");
    const body = part.querySelector("tbody");
    head.replaceChildren();
    body.replaceChildren();
    for (const column of found.columns) cell(head, "th", column);
    for (const values of found.rows) {
      const row = body.insertRow();
      for (const value of values) cell(row, "td", value);
    }
  } catch {
    store.textContent = "This program";
    state.textContent = "unavailable: it did not answer";
    part.dataset.state = "unavailable";
  }
}

// A page in a slide lives only while it is shown: it has a bell of its own.
function frames() {
  for (const frame of root.querySelectorAll("iframe[data-address]")) {
    const shown = frame.closest("[data-slide]") === slides[current] && !isPresenter;
    if (shown && !frame.hasAttribute("src")) frame.src = frame.dataset.address;
    else if (!shown) frame.removeAttribute("src");
  }
}

function pace() {
  if (!isPresenter || !slides.length) return;
  const seconds = (Date.now() - started) / 1000;
  const planned = slides.slice(0, current + 1).reduce((sum, slide) => sum + minutes(slide), 0) * 60;
  const late = seconds - planned;
  find("elapsed").textContent = clock(seconds);
  find("planned").textContent = clock(planned);
  const words = late > 0 ? `Late by ${Math.ceil(late / 60)} min` : "On time";
  if (find("pace").textContent !== words) find("pace").textContent = words;
  find("pace").toggleAttribute("data-late", late > 0);
}

function show(number, tell) {
  current = Math.max(0, Math.min(slides.length - 1, number));
  slides.forEach((slide, i) => { slide.hidden = i !== current; });
  const slide = slides[current];
  find("number").textContent = `${current + 1} of ${slides.length}`;
  find("progress").value = current + 1;
  history.replaceState(null, "", `${location.pathname}${location.search}#${current + 1}`);
  if (isPresenter) {
    find("now-title").textContent = slide.dataset.title;
    find("next-title").textContent = slides[current + 1]?.dataset.title ?? "the end";
    find("notes-shown").textContent = slide.querySelector("[data-notes]").textContent;
    pace();
  } else {
    for (const part of slide.querySelectorAll("[data-live-part]")) if (!part.dataset.state) query(part);
  }
  frames();
  if (tell) channel.postMessage({ slide: current });
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => { });
}

const acts = {
  next: () => show(current + 1, true),
  previous: () => show(current - 1, true),
  first: () => show(0, true),
  last: () => show(slides.length - 1, true),
  screen: fullScreen,
  help: () => root.querySelector("[data-keys]").showModal(),
  presenter: () => window.open(`/present?view=presenter#${current + 1}`, "presenter", "width=1000,height=700"),
};
const keys = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", ArrowLeft: "previous", ArrowUp: "previous", PageUp: "previous",
  Home: "first", End: "last", f: "screen", s: "presenter", "?": "help",
};

if (slides.length) {
  document.addEventListener("keydown", event => {
    const does = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!root.isConnected || !does || event.ctrlKey || !isForPage(event) || (event.key === " " && event.target.closest("button, a"))) return;
    event.preventDefault();
    acts[does]();
  });
  root.addEventListener("click", event => {
    const go = event.target.closest("[data-go]");
    if (go) acts[go.dataset.go]();
    const again = event.target.closest("[data-live-again]");
    if (again) query(again.closest("[data-live-part]"));
    if (event.target.closest("[data-clock-start]")) { started = Date.now(); pace(); }
  });
  let touched = null;
  root.addEventListener("touchstart", event => { touched = event.changedTouches[0]; }, { passive: true });
  root.addEventListener("touchend", event => {
    const [x, y] = [event.changedTouches[0].clientX - touched.clientX, event.changedTouches[0].clientY - touched.clientY];
    if (Math.abs(x) > 60 && Math.abs(x) > 2 * Math.abs(y)) (x < 0 ? acts.next : acts.previous)();
  }, { passive: true });
  window.addEventListener("hashchange", () => show(numberInAddress(), true));
  channel.onmessage = message => { if (message.data.slide !== current) show(message.data.slide, false); };
  show(numberInAddress(), false);
  if (isPresenter) setInterval(pace, 1000);
  root.dataset.ready = "";
}

// Going back here from another page puts new slides in place of those that this script knows.
// Once the page has loaded, because Blazor starts after this script.
window.addEventListener("load", () => Blazor.addEventListener("enhancedload", () => {
  if (document.querySelector("[data-present]:not([data-ready]) [data-slide]")) location.reload();
}));
