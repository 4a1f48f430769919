// The command palette: go to a patient, bed, ward or page; acknowledge; in the demo start a scenario. Loaded when it is first opened.
// A combobox with its list in a dialog [ARIA APG, "Combobox with listbox popup"]: the focus stays in the field.
import { post, refused } from "./acts.js";
import { open as alerts } from "./feed.js";
import { concerns } from "./scope.js";

const most = 8;
const scenarios = { sepsis: "Sepsis", hypoxia: "Hypoxia", bleeding: "Bleeding", bradycardia: "Bradycardia", sensorOff: "Sensor off", deviceSilent: "Device silent", recovery: "Recovery" };
const may = name => document.querySelector("[data-palette]")?.hasAttribute(`data-${name}`);
const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const isIn = (words, text) => fold(words).split(/\s+/).every(word => fold(text).split(/[\s,-]+/).some(part => part.startsWith(word)));

let dialog, field, list, status;
let options = [];      // { group, text, detail, run } in the order shown
let chosen = 0;
let asking;            // ends the question that a later one made needless
let found;             // resolves when what is typed has been looked for

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", "Search and commands");
  dialog.innerHTML = `
    <input class="input" role="combobox" aria-label="Name, MRN, bed, ward, page or command" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
      autocomplete="off" spellcheck="false" maxlength="100" placeholder="Name, MRN, bed, ward or page">
    <div class="palette-list" id="palette-list" role="listbox" aria-label="Results"></div>
    <p class="palette-status muted" role="status"></p>`;
  [field, list, status] = ["input", ".palette-list", ".palette-status"].map(selector => dialog.querySelector(selector));
  field.addEventListener("input", () => { found = find(120); });
  dialog.addEventListener("keydown", pressed);
  dialog.addEventListener("click", event => {
    const option = event.target.closest("[role=option]");
    if (option) run(Number(option.dataset.index));
    else if (event.target === dialog) dialog.close();
  });
}

function pressed(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key];
  if (step) choose(event.key.startsWith("Arrow") ? (chosen + step + options.length) % options.length : Math.min(Math.max(chosen + step, 0), options.length - 1));
  // Not what was found for what stood there before.
  else if (event.key === "Enter") found.then(() => run(chosen));
  else if (event.key !== "Tab") return;
  event.preventDefault();
}

function choose(index) {
  chosen = Number.isNaN(index) ? 0 : index;
  for (const option of list.querySelectorAll("[role=option]")) {
    const is = Number(option.dataset.index) === chosen;
    option.setAttribute("aria-selected", String(is));
    if (is) option.scrollIntoView({ block: "nearest" });
  }
  if (options.length) field.setAttribute("aria-activedescendant", `palette-${chosen}`);
  else field.removeAttribute("aria-activedescendant");
}

function show(answers, words) {
  options = answers;
  list.replaceChildren();
  let group;
  options.forEach((option, index) => {
    if (option.group !== group?.getAttribute("aria-label")) {
      group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", option.group);
      const head = Object.assign(document.createElement("div"), { className: "palette-group", textContent: option.group });
      head.setAttribute("aria-hidden", "true");
      group.append(head);
      list.append(group);
    }
    const row = Object.assign(document.createElement("div"), { id: `palette-${index}`, className: "palette-option" });
    row.setAttribute("role", "option");
    row.dataset.index = index;
    row.append(Object.assign(document.createElement("b"), { textContent: option.text }), Object.assign(document.createElement("span"), { textContent: option.detail ?? "" }));
    group.append(row);
  });
  choose(0);
  const hints = ["a name, MRN, bed, ward or page", may("clinician") && "ack and a name", may("demo") && "a scenario and a bed: sepsis I03"].filter(Boolean);
  status.textContent = options.length === 0 ? "Nothing found." : words ? `${options.length} found` : `Type ${hints.join(", or ")}.`;
}

async function find(pause) {
  asking?.abort();
  const { signal } = asking = new AbortController();
  const words = field.value.trim();
  await new Promise(resolve => setTimeout(resolve, pause));
  if (signal.aborted) return;
  try {
    const all = await answers(words, signal);
    if (!signal.aborted) show(all, words);
  } catch {
    if (!signal.aborted) status.textContent = "Patients cannot be searched now.";
  }
}

async function answers(words, signal) {
  const ack = may("clinician") && /^ack\w*\s*/i.exec(words);
  if (ack) return (await patients(words.slice(ack[0].length), 500, signal)).flatMap(acknowledging).slice(0, most);
  const [first, ...rest] = words.split(/\s+/);
  const scenario = may("demo") && first.length > 2 && Object.keys(scenarios).find(name => name.toLowerCase().startsWith(first.toLowerCase()));
  const people = words ? await patients(words, most, signal) : [];
  return [
    ...people.map(patient => ({ group: "Patients", text: `${patient.bed ?? ""} ${nameOf(patient)}`.trim(), detail: `${patient.mrn}, ${patient.ward}`, run: () => go(`/patients/${patient.id}`) })),
    ...(may("clinician") ? people.flatMap(acknowledging) : []),
    ...(scenario ? (await patients(rest.join(" "), most, signal)).map(patient => starting(scenario, patient)) : []),
    ...places(words),
  ];
}

const nameOf = patient => [patient.familyName, patient.givenName].filter(Boolean).join(", ");

async function patients(words, count, signal) {
  const query = new URLSearchParams({ status: "admitted", pageSize: count, ...(words && { search: words }) });
  const answer = await fetch(`/api/patients?${query}`, { signal, headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).items;
}

// Wards that a screen can follow, and the pages that the bar and the person's menu lead to.
function places(words) {
  const scope = document.querySelector("[data-scope]");
  const wards = [...scope?.options ?? []].map(option => ({
    group: "Wards", text: option.textContent, detail: "follow it on this screen",
    run: () => { scope.value = option.value; scope.dispatchEvent(new Event("change", { bubbles: true })); go("/"); },
  }));
  const pages = [...document.querySelectorAll(".nav a, #user-menu a"), { textContent: "History of alerts", href: "/alerts/history" }, { textContent: "Shifts", href: "/care-team/shifts" }]
    .map(link => ({ group: "Pages", text: link.textContent.trim(), run: () => go(link.href) }));
  return [...(words ? wards : []), ...pages].filter(place => !words || isIn(words, place.text)).slice(0, most);
}

function acknowledging(patient) {
  const open = [...alerts.values()].filter(alert => alert.patientId === patient.id && alert.response === "unacknowledged" && concerns(alert));
  return open.length === 0 ? [] : [{
    group: "Acknowledge", text: `${patient.bed ?? ""} ${nameOf(patient)}`.trim(), detail: open.map(alert => alert.text).join(", "),
    run: () => send(open.map(alert => `/api/alerts/${alert.id}/acknowledge`), {}, `Acknowledged: ${open.length} of ${nameOf(patient)}`),
  }];
}

const starting = (scenario, patient) => ({
  group: "Demo", text: `${scenarios[scenario]} for ${patient.bed ?? nameOf(patient)}`, detail: nameOf(patient),
  run: () => send(["/api/demo/scenarios"], { patientId: patient.id, scenario }, `${scenarios[scenario]} started for ${nameOf(patient)}`),
});

async function send(addresses, body, done) {
  if (await post(addresses, body)) {
    dialog.close();
    const region = document.querySelector("[data-announce]");
    if (region) region.textContent = done;
  } else {
    status.textContent = refused;
  }
}

function go(address) {
  dialog.close();
  Blazor.navigateTo(address);
}

async function run(index) {
  await options[index]?.run();
}

export function openPalette() {
  if (!dialog) build();
  if (!dialog.isConnected) document.body.append(dialog);
  if (dialog.open) return dialog.close();
  asking?.abort();
  field.value = "";
  show(places(""), "");
  found = Promise.resolve();
  dialog.showModal();
  field.focus();
}
