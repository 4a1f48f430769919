// What can be done about a bed without leaving the wall. Loaded when it is first opened; one menu for all tiles [ARIA APG, "Menu button"].
import { post, refused } from "./acts.js";
import { open as alerts } from "./feed.js";

const mayAct = () => document.querySelector("[data-palette]")?.hasAttribute("data-clinician");
let menu, button;

function build() {
  menu = Object.assign(document.createElement("div"), { className: "menu tile-menu", popover: "manual" });
  menu.addEventListener("keydown", event => {
    const items = [...menu.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close();
    if (to === undefined) return;
    event.preventDefault();
    items[to % items.length].focus();
  });
  // Not left to the browser: it would close what a long press opens as soon as the finger is lifted.
  menu.addEventListener("focusout", event => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.hidePopover(); });
  document.addEventListener("pointerdown", event => { if (!menu.contains(event.target)) menu.hidePopover(); });
}

function close() {
  menu.hidePopover();
  button.focus();
}

function item(text, run) {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent: text, tabIndex: -1 });
  element.setAttribute("role", "menuitem");
  element.addEventListener("click", run);
  return element;
}

const go = address => () => { menu.hidePopover(); Blazor.navigateTo(address); };

const act = (open, what) => async () => {
  if (await post(open.map(alert => `/api/alerts/${alert.id}/${what}`), {})) return close();
  const failure = Object.assign(document.createElement("p"), { textContent: refused });
  failure.setAttribute("role", "alert");
  menu.append(failure);
};

export function openTileMenu(tile) {
  if (!menu) build();
  if (!menu.isConnected) document.getElementById("page").append(menu);
  menu.hidePopover();
  button = tile.querySelector("[data-tile-menu]");
  const id = tile.dataset.patientId;
  const open = [...alerts.values()].filter(alert => alert.patientId === id && alert.response === "unacknowledged");
  const title = Object.assign(document.createElement("h2"), { textContent: `${tile.querySelector(".tile-bed").textContent} ${tile.querySelector(".tile-name").textContent}` });
  const items = Object.assign(document.createElement("div"), { className: "tile-menu-items" });
  items.setAttribute("role", "menu");
  items.setAttribute("aria-label", title.textContent);
  if (mayAct() && open.length) {
    items.append(
      item(open.length > 1 ? `Acknowledge all ${open.length}` : "Acknowledge", act(open, "acknowledge")),
      item(`Silence ${document.querySelector("[data-silence]").dataset.silence}`, act(open, "silence")));
  }
  items.append(item("Charts", go(`/patients/${id}`)), item("Record", go(`/patients/${id}?tab=record`)), item("Alerts", go("/alerts")));
  menu.replaceChildren(title, items);
  menu.showPopover();
  // Beside the tile, and whole on the screen.
  const [at, size] = [tile.getBoundingClientRect(), menu.getBoundingClientRect()];
  menu.style.left = `${Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(at.top + 24, innerHeight - size.height - 8))}px`;
  items.firstElementChild.focus();
}
