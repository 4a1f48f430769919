// What this screen follows: the whole hospital, a ward, or the person's own patients. Chosen in the bar, kept for each person on this
// device. Bell, sound, title, wall and list of alerts follow it. Events: "change".
export const scope = new EventTarget();

const mine = "mine";
const anew = 10_000;        // ms after which the own patients are asked for again: teams change without an alert
let own;                    // { patients, wards } as sets; undefined while nobody knows

const element = () => document.querySelector("[data-scope]");
const key = () => `scope:${element()?.dataset.scope}`;
const chosen = () => element() ? localStorage.getItem(key()) ?? "" : "";

/** Whether an alert concerns this screen. One whose place nobody knows concerns every screen, and so does all while the own patients are unknown. */
export function concerns(alert) {
  const choice = chosen();
  if (choice === mine) return !own || (alert.group ? own.wards.has(alert.group) : own.patients.has(alert.patientId));
  if (!choice || !alert.ward) return true;
  const [region, ward] = choice.split("/").map(decodeURIComponent);
  return alert.region === region && alert.ward === ward;
}

async function askForOwn() {
  if (chosen() !== mine) return;
  try {
    const answer = await fetch("/api/my-patients", { headers: { accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return;
    const { patients, wards } = await answer.json();
    own = { patients: new Set(patients), wards: new Set(wards.map(({ region, ward }) => `${region}/${ward}`)) };
    scope.dispatchEvent(new Event("change"));
  } catch {
    // Unreachable: what was known stays.
  }
}

// A ward that has no bed any more must not hide the others for good.
function show() {
  const select = element();
  if (!select) return;
  const known = [...select.options].some(option => option.value === chosen());
  if (!known) localStorage.removeItem(key());
  select.value = chosen();
  // What the server shows first; see ScopeCookie.
  document.cookie = `scope=${encodeURIComponent(encodeURIComponent(select.dataset.scope) + "/" + (select.value || "/"))}; path=/; max-age=31536000; samesite=lax`;
  select.toggleAttribute("data-narrow", select.value !== "");
}

/** Tells a component of the page now and at each change, until it is disposed. */
export function follow(component) {
  const tell = () => component.invokeMethodAsync("ScopeChangedAsync", chosen() || null).catch(() => scope.removeEventListener("change", tell));
  scope.addEventListener("change", tell);
  tell();
  return { stop: () => scope.removeEventListener("change", tell) };
}

function changed() {
  show();
  scope.dispatchEvent(new Event("change"));
  askForOwn();
}

export function startScope() {
  show();
  askForOwn();
  setInterval(askForOwn, anew);
  Blazor.addEventListener("enhancedload", show);
  document.addEventListener("change", event => {
    if (!event.target.matches("[data-scope]")) return;
    localStorage.setItem(key(), event.target.value);
    changed();
  });
  // Another tab of this person on this device.
  addEventListener("storage", event => { if (event.key === key()) changed(); });
}
