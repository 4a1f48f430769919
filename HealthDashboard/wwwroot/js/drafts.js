// Keeps what is typed in a form marked data-keep until it is saved, so that nothing typed is lost with a session, a reload or a wrong click.
// In this tab alone (sessionStorage), under who typed it and on which page; never a password, a code or a file. Whoever comes back to the page
// as the same person is offered it; nobody else is.
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
let timer;
let restoring = false;
let shown = {};

const user = () => document.querySelector("[data-station-lock]")?.dataset.user;
const mine = () => `${prefix}${encodeURIComponent(user())}:`;
const key = () => mine() + location.pathname;
const keys = () => Object.keys(sessionStorage).filter(name => name.startsWith(prefix));
const formOf = keep => document.querySelector(`[data-keep="${CSS.escape(keep)}"]`);
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
  if (!form || restoring || !user()) return;
  typedIn.add(form);
  const name = [...fieldsOf(form)].find(([, field]) => field === target)?.[0];
  if (name === undefined) return;
  const drafts = read();
  const draft = drafts[form.dataset.keep] ??= { fields: {} };
  const title = form.dataset.keepTitle ?? form.closest("section, main")?.querySelector("h1, h2")?.textContent.trim() ?? "this form";
  Object.assign(draft, { at: Date.now(), page: thisPage, title, posted: false });
  draft.fields[name] = valueOf(target);
  write(drafts);
}

/** What was typed in a form is saved, or nobody wants it any more. */
export function forget(keep) {
  const drafts = read();
  delete drafts[keep];
  write(drafts);
  look();
}

function forgetAll(but) {
  for (const name of keys()) if (!but || !name.startsWith(but)) sessionStorage.removeItem(name);
}

// Of each draft the fields that do not have what was typed; nothing of one whose form is as it was left.
function offers() {
  const drafts = read();
  const found = [];
  for (const [keep, draft] of Object.entries(drafts)) {
    const form = formOf(keep);
    if (form && typedIn.has(form) && !draft.left) continue;
    if (!form && (draft.page === thisPage || Date.now() - since < settled)) continue;
    const fields = fieldsOf(form);
    const lost = Object.entries(draft.fields).filter(([name, value]) => value !== "" && (!draft.left || draft.left.includes(name)) && (!fields.has(name) || valueOf(fields.get(name)) !== value));
    if (lost.length > 0) found.push({ keep, draft, lost, canRestore: lost.some(([name]) => fields.has(name)) });
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

function restore(keep) {
  const form = formOf(keep);
  const drafts = read();
  const draft = drafts[keep];
  if (!form || !draft) return;
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

function noticeOf({ keep, draft, lost, canRestore }) {
  const at = clock(serverTime(draft.at));
  const notice = element("div", null, "draft");
  const words = draft.left ? `Some fields of \u201c${draft.title}\u201d are not open, so this is not restored:`
    : canRestore ? `What you typed in \u201c${draft.title}\u201d was not saved.${formOf(keep).querySelector(".mud-select") ? " What was chosen in its lists is not kept: look at them again." : ""}`
    : `What you typed in \u201c${draft.title}\u201d at ${at} was not saved. Open it again to restore it.`;
  notice.append(element("p", words));
  if (canRestore) notice.append(button(draft.left ? "Restore these" : `Restore what you typed at ${at}`, () => restore(keep), "button button-small button-primary"));
  notice.append(button("Discard", () => forget(keep)));
  if (draft.left || !canRestore) {
    const list = element("dl");
    for (const [name, value] of lost) list.append(element("dt", name), element("dd", value === true ? "yes" : value === false ? "no" : value));
    notice.append(list);
  }
  return notice;
}

// Only into a page that hears it: what is put into one that is still being set up would be lost again.
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
  // What somebody else has typed here is nobody's business.
  forgetAll(mine());
  for (const name of keys()) {
    const drafts = read(name);
    for (const [keep, draft] of Object.entries(drafts)) {
      // A form that was sent and is not asked again was accepted.
      const isRefused = name === key() && formOf(keep);
      if (Date.now() - draft.at > longest || (draft.posted && !isRefused)) delete drafts[keep];
      else draft.posted = false;
    }
    write(drafts, name);
  }
  setTimeout(look, settled + after);
  changed();
}

function sent({ target }) {
  if (target.getAttribute("action") === "/signout") return forgetAll();
  const keep = target.dataset.keep;
  if (!keep || target.method !== "post") return;
  const drafts = read();
  if (drafts[keep]) drafts[keep].posted = true;
  write(drafts);
}

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
