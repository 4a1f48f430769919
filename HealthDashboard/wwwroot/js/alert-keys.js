// The cards of alerts by keyboard. One card at a time is in the tab order; keys act on it only while the focus is inside the
// list [WCAG 2.1.4]. Rows come, go and change places at any moment, and the focus stays with its patient.
const actions = { a: "acknowledge", n: "note", s: "silence", e: "escalate", o: "open" };

let at;   // { id, index, action } of the row that has the focus; undefined while the focus is elsewhere

const list = () => document.querySelector("[data-alert-list]");
const rows = () => [...(list()?.querySelectorAll("[data-alert-card]") ?? [])];
const rowOf = element => element?.closest?.("[data-alert-card]");

function remember(row, element) {
  const all = rows();
  at = { id: row.dataset.alertCard, index: all.indexOf(row), action: element.dataset.action };
  for (const other of all) other.tabIndex = other === row ? 0 : -1;
}

function go(index) {
  const all = rows();
  const row = all[Math.min(Math.max(index, 0), all.length - 1)];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

// After a change of the list: exactly one row in the tab order, and the focus back where it was if the change took it.
function settle() {
  const all = rows();
  const index = all.findIndex(row => row.dataset.alertCard === at?.id);
  if (at && (document.activeElement === document.body || !document.activeElement)) {
    const row = all[index];
    if (row) (at.action && row.querySelector(`[data-action="${at.action}"]:not(:disabled)`) || row).focus({ preventScroll: true });
    else go(at.index);
  }
  if (all.length && !all.some(row => row.tabIndex === 0)) all[0].tabIndex = 0;
}

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.matches("input, select, textarea");
  if (typing) {
    if (event.key === "Escape" && event.target.matches("[data-note]")) {
      const row = rowOf(event.target);
      row.querySelector('[data-action="cancel"]').click();
      row.focus();
    }
    return;
  }
  const row = rowOf(event.target);
  if (!row) {
    if (event.key === "ArrowDown" && list() && event.target.matches("body, h1, main")) { go(0); event.preventDefault(); }
    return;
  }
  if (handle(event, row, rows().indexOf(row))) event.preventDefault();
}

function handle(event, row, index) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "ArrowDown" || key === "j") return go(index + 1), true;
  if (key === "ArrowUp" || key === "k") return go(index - 1), true;
  if (key === "Home") return go(0), true;
  if (key === "End") return go(Infinity), true;
  if (key === "?") return document.getElementById("alert-keys").showModal(), true;
  if (key === "Enter" && event.target === row) return row.querySelector(".alert-who a")?.click(), true;
  // A key held down must not acknowledge again and again.
  if (!actions[key] || event.repeat) return false;
  row.querySelector(`[data-action="${actions[key]}"]:not(:disabled)`)?.click();
  return true;
}

document.addEventListener("keydown", pressed);
document.addEventListener("focusin", event => {
  const row = rowOf(event.target);
  if (row && list()?.contains(row)) remember(row, event.target);
  else if (event.target !== document.body) at = undefined;
});
document.addEventListener("pointerdown", event => { if (!rowOf(event.target)) at = undefined; });
document.addEventListener("click", event => {
  const id = event.target.closest("[data-dialog]")?.dataset.dialog;
  if (id) document.getElementById(id).showModal();
});

new MutationObserver(changes => {
  for (const change of changes) {
    for (const added of change.addedNodes) added.querySelector?.("[data-note]")?.focus();
  }
  if (list()) settle();
}).observe(document.body, { childList: true, subtree: true });
