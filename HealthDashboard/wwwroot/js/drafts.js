// Keeps what is typed in a form marked data-keep until it is saved, so that nothing typed is lost with a session, a reload or a wrong click.
// In this tab alone (sessionStorage), under who typed it and on which page; never a password, a code or a file. Whoever comes back to the page
// as the same person is offered it; nobody else is. A form with data-keep-version has what is stored under that version: what was typed in
// another is shown, and not filled in, so that nobody's change of meanwhile is undone unseen.
import { serverTime } from "./feed.js";
import { clock } from "./hospital-time.js";

const prefix = "draft:";
const longest = 12 * 3_600_000;   // ms, as long as a session
const after = 500;                // ms in which many changes of the page are one look
const settled = 2_000;            // ms after which a form that is not on the page is not about to come
const skipped = "[type=password], [type=file], [type=hidden], [type=search], [type=submit], [type=button], [readonly], [role=combobox], [autocomplete~=one-time-code]";

const thisPage = crypto.getRandomValues(new Uint32Array(2)).join("-");
const typedIn = new WeakSet();    // forms on which somebody is at work: they have what was typed
let since = Date.now();           // when this page came
const tabs = new BroadcastChannel("drafts");
let timer;
let restoring = false;
let signedOut = false;            // in another tab: a field may still change while this page closes
let shown = {};

const user = () => document.querySelector("[data-station-lock]")?.dataset.user;
const mine = () => `${prefix}${encodeURIComponent(user())}:`;
const key = () => mine() + location.pathname;
const keys = () => Object.keys(sessionStorage).filter(name => name.startsWith(prefix));
const formOf = keep => document.querySelector(`[data-keep="${CSS.escape(keep)}"]`);
// What is typed in another version is a draft of its own.
const idOf = ({ dataset: { keep, keepVersion } }) => keepVersion ? `${keep} ${keepVersion}` : keep;
const isOther = (form, draft) => form.dataset.keepVersion !== draft.version;
const isChecked = field => ["checkbox", "radio"].includes(field.type);
const valueOf = field => isChecked(field) ? field.checked : field.value;

function read(name = key()) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

function write(drafts, name = key()) {
  try {
    if (Object.keys(drafts).length === 0) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(drafts));
  } catch {
    // The browser has no room: what was kept before stays.
  }
}

/** A field by what a person calls it, because its id is another on each load. */
function nameOf(field) {
  const label = field.labels?.[0];
  const words = label && [...label.childNodes].filter(node => !node.contains(field)).map(node => node.textContent).join(" ");
  const group = field.closest("[role=group][aria-label]")?.getAttribute("aria-label") ?? field.closest("fieldset")?.querySelector("legend")?.textContent;
  const name = (words || field.getAttribute("aria-label") || field.name || field.id).replace(/\s+/g, " ").trim();
  return group ? `${group.trim()}: ${name}` : name;
}

function fieldsOf(form) {
  const fields = new Map();
  for (const field of form?.querySelectorAll("input, textarea, select") ?? []) {
    if (field.matches(skipped)) continue;
    const name = nameOf(field);
    let own = name;
    for (let n = 2; fields.has(own); n++) own = `${name} (${n})`;
    fields.set(own, field);
  }
  return fields;
}

function typed({ target }) {
  const form = target.closest?.("[data-keep]");
  if (!form || restoring || signedOut || !user()) return;
  typedIn.add(form);
  const name = [...fieldsOf(form)].find(([, field]) => field === target)?.[0];
  if (name === undefined) return;
  const drafts = read();
  const draft = drafts[idOf(form)] ??= { keep: form.dataset.keep, version: form.dataset.keepVersion, fields: {} };
  const title = form.dataset.keepTitle ?? form.closest("section, main")?.querySelector("h1, h2")?.textContent.trim() ?? "this form";
  Object.assign(draft, { at: Date.now(), page: thisPage, title, posted: false });
  draft.fields[name] = valueOf(target);
  write(drafts);
}

/** What was typed in a form, given by its data-keep, is saved; or nobody wants it any more, also of one draft alone. */
export function forget(which) {
  const drafts = read();
  for (const [id, draft] of Object.entries(drafts)) if (which === id || which === draft.keep) delete drafts[id];
  write(drafts);
  look();
}

function forgetAll(but) {
  for (const name of keys()) if (!but || !name.startsWith(but)) sessionStorage.removeItem(name);
}

// Also on a page that is left open, and on the one where people sign in.
function forgetOld() {
  for (const name of keys()) {
    const drafts = read(name);
    for (const [id, draft] of Object.entries(drafts)) if (Date.now() - draft.at > longest) delete drafts[id];
    write(drafts, name);
  }
}

// Of each draft the fields that do not have what was typed; nothing of one whose form is as it was left.
function offers() {
  const drafts = read();
  const found = [];
  for (const [id, draft] of Object.entries(drafts)) {
    const form = formOf(draft.keep);
    const isStale = !!form && isOther(form, draft);
    if (form && typedIn.has(form) && !draft.left && !isStale) continue;
    if (!form && (draft.page === thisPage || Date.now() - since < settled)) continue;
    const fields = fieldsOf(form);
    const lost = Object.entries(draft.fields).filter(([name, value]) => value !== "" && (!draft.left || draft.left.includes(name)) && (!fields.has(name) || valueOf(fields.get(name)) !== value));
    if (lost.length > 0) found.push({ id, draft, lost, isStale, canRestore: !isStale && lost.some(([name]) => fields.has(name)) });
  }
  return found;
}

function set(field, value) {
  if (isChecked(field)) {
    if (field.checked !== value) field.click();
    return;
  }
  field.value = value;
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
}

function restore(id) {
  const drafts = read();
  const draft = drafts[id];
  const form = draft && formOf(draft.keep);
  if (!form) return;
  if (isOther(form, draft)) return look();
  const fields = fieldsOf(form);
  const wanted = Object.entries(draft.fields).filter(([name]) => !draft.left || draft.left.includes(name));
  const here = wanted.filter(([name]) => fields.has(name) && !fields.get(name).disabled);
  typedIn.add(form);
  restoring = true;
  for (const [name, value] of here) set(fields.get(name), value);
  restoring = false;
  // A row that is not there has no field yet.
  draft.left = wanted.filter(one => !here.includes(one)).map(([name]) => name);
  if (draft.left.length === 0) delete draft.left;
  draft.page = thisPage;
  write(drafts);
  look();
  fields.get(here[0]?.[0])?.focus();
}

function element(name, words, className) {
  const made = document.createElement(name);
  made.textContent = words ?? "";
  if (className) made.className = className;
  return made;
}

function button(words, act, className = "button button-small") {
  const made = element("button", words, className);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function noticeOf({ id, draft, lost, isStale, canRestore }) {
  const at = clock(serverTime(draft.at));
  const notice = element("div", null, "draft");
  const words = isStale ? `\u201c${draft.title}\u201d has been changed since you typed this at ${at}, so it is not filled in:`
    : draft.left ? `Some fields of \u201c${draft.title}\u201d are not open, so this is not restored:`
    : canRestore ? `What you typed in \u201c${draft.title}\u201d was not saved.${formOf(draft.keep).querySelector(".mud-select") ? " What was chosen in its lists is not kept: look at them again." : ""}`
    : `What you typed in \u201c${draft.title}\u201d at ${at} was not saved. Open it again to restore it.`;
  notice.append(element("p", words));
  if (canRestore) notice.append(button(draft.left ? "Restore these" : `Restore what you typed at ${at}`, () => restore(id), "button button-small button-primary"));
  notice.append(button("Discard", () => forget(id)));
  if (draft.left || !canRestore) {
    const list = element("dl");
    for (const [name, value] of lost) list.append(element("dt", name), element("dd", value === true ? "yes" : value === false ? "no" : value));
    notice.append(list);
  }
  return notice;
}

// Only into a page that is connected: what is put into one that is still being set up would be lost again.
const isReady = () => document.documentElement.dataset.circuit === "up" || !document.querySelector("[data-keep]:not([method=post])");

function look() {
  clearTimeout(timer);
  timer = undefined;
  const place = document.querySelector("[data-drafts]");
  if (!place || !user()) return;
  const found = isReady() ? offers() : [];
  const words = JSON.stringify(found);
  if (shown.place === place && shown.words === words) return;
  shown = { place, words };
  place.replaceChildren(...found.map(noticeOf));
  place.hidden = found.length === 0;
}

const changed = () => { if (sessionStorage.length > 0) timer ??= setTimeout(look, after); };

function arrived() {
  since = Date.now();
  if (!user()) return;
  signedOut = false;
  // Drafts of another account go before anything is offered.
  forgetAll(mine());
  forgetOld();
  for (const name of keys()) {
    const drafts = read(name);
    for (const [id, draft] of Object.entries(drafts)) {
      // A form that was sent and does not come back was accepted.
      const isRefused = name === key() && formOf(draft.keep);
      if (draft.posted && !isRefused) delete drafts[id];
      else draft.posted = false;
    }
    write(drafts, name);
  }
  setTimeout(look, settled + after);
  changed();
}

function sent({ target }) {
  if (target.getAttribute("action") === "/signout") {
    forgetAll();
    tabs.postMessage("signed out");
    return;
  }
  if (!target.dataset.keep || target.method !== "post") return;
  const drafts = read();
  const draft = drafts[idOf(target)];
  if (draft) draft.posted = true;
  write(drafts);
}

// Signed out in another tab: this one has the same session.
tabs.onmessage = () => {
  signedOut = true;
  forgetAll();
  look();
};
forgetOld();
setInterval(() => {
  forgetOld();
  look();
}, 60_000);

/** Called once a document. */
export function startDrafts() {
  globalThis.drafts = { forget };
  for (const name of ["input", "change"]) document.addEventListener(name, typed, true);
  document.addEventListener("submit", sent, true);
  document.addEventListener("click", ({ target }) => {
    const form = target.closest?.("[data-keep-discard]")?.closest("[data-keep]");
    if (form) forget(form.dataset.keep);
  }, true);
  new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("circuit:up", changed);
  Blazor.addEventListener("enhancedload", arrived);
  arrived();
}
