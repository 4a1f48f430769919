// Which ward this screen follows: chosen in the bar, kept for each person on this device. Bell, sound, title, wall and list of
// alerts follow it. Events: "change".
export const scope = new EventTarget();

const element = () => document.querySelector("[data-scope]");
const key = () => `scope:${element()?.dataset.scope}`;
const chosen = () => element() ? localStorage.getItem(key()) ?? "" : "";

/** { region, ward }; both undefined for the whole hospital. */
export function current() {
  const [region, ward] = chosen().split("/").map(decodeURIComponent);
  return region ? { region, ward } : {};
}

/** Whether an alert concerns this screen. One whose ward nobody knows concerns every screen. */
export function concerns(alert) {
  const { region, ward } = current();
  return !region || !alert.ward || (alert.region === region && alert.ward === ward);
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
  const tell = () => {
    const { region, ward } = current();
    component.invokeMethodAsync("ScopeChangedAsync", region ?? null, ward ?? null).catch(() => scope.removeEventListener("change", tell));
  };
  scope.addEventListener("change", tell);
  tell();
  return { stop: () => scope.removeEventListener("change", tell) };
}

export function startScope() {
  show();
  Blazor.addEventListener("enhancedload", show);
  document.addEventListener("change", event => {
    if (!event.target.matches("[data-scope]")) return;
    localStorage.setItem(key(), event.target.value);
    show();
    scope.dispatchEvent(new Event("change"));
  });
  // Another tab of this person on this device.
  addEventListener("storage", event => { if (event.key === key()) { show(); scope.dispatchEvent(new Event("change")); } });
}
