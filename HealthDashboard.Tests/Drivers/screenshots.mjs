// node screenshots.mjs SMALL LARGE MINUTES FOLDER: see ../../screenshots.sh. Ends with 1 when a page is wider than its screen or logs an error.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";

const [small, large, minutes, folder] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)("../bin/Release/net10.0/.playwright/package");
const sizes = [[390, 844], [768, 1024], [1024, 768], [1440, 900], [1920, 1080]];
const key = { "X-Api-Key": "demo-key", "Content-Type": "application/json" };
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const wrong = [];

async function api(base, path, body) {
  const answer = await fetch(base + path, body ? { method: "POST", headers: key, body: JSON.stringify(body) } : { headers: key });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

// The ward of a restless night: what is acute, what is equipment, and something that a nurse has acknowledged.
async function unsettle(base) {
  while (!(await fetch(base + "/health/ready").then(answer => answer.ok, () => false))) await wait(500);
  const patients = (await api(base, "/api/patients?pageSize=100")).items;
  const inBed = bed => patients.find(patient => patient.bed === bed);
  const scenes = { I03: "sepsis", R04: "hypoxia", C03: "bradycardia", M02: "sensorOff", S05: "deviceSilent", S02: "bleeding" };
  for (const [bed, scenario] of Object.entries(scenes)) await api(base, "/api/demo/scenarios", { patientId: inBed(bed).id, scenario });
  await wait(90_000);
  const bleeding = (await api(base, `/api/alerts?patientId=${inBed("S02").id}`)).items;
  for (const alert of bleeding) await api(base, `/api/alerts/${alert.id}/acknowledge`, { note: "two units ordered" });
  return inBed("I03").id;
}

async function take(browser, base, theme, [width, height], pages) {
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height } });
  const page = await context.newPage();
  page.on("console", message => { if (message.type() === "error") wrong.push(`${theme} ${width} ${page.url()}: ${message.text()}`); });
  await page.goto(base + "/signin");
  await page.fill('input[autocomplete="username"]', "charge");
  await page.fill('input[type="password"]', "demo");
  await page.press('input[type="password"]', "Enter");
  await page.waitForURL(url => !url.pathname.startsWith("/signin"));
  for (const [name, path] of pages) {
    await page.goto(base + path);
    await wait(4000);
    await page.screenshot({ path: `${folder}/${name}-${width}-${theme}.png` });
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wrong.push(`${name} is wider than ${width} (${theme})`);
  }
  await context.close();
}

const [patient] = await Promise.all([unsettle(small), unsettle(large)]);
await wait(Math.max(0, minutes * 60_000 - 90_000));
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/chromium-headless-shell"].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const pages = [
  ["wall", "/"], ["alerts", "/alerts"], ["analytics", "/analytics"], ["history", "/alerts/history"], ["patients", "/patients"], ["patient", `/patients/${patient}`],
  ["record", `/patients/${patient}?tab=record`], ["team", `/patients/${patient}?tab=team`], ["limits", `/patients/${patient}?tab=limits`],
  ["on-call", "/on-call"], ["system", "/system"],
];
for (const theme of ["dark", "light"]) {
  for (const size of sizes) await take(browser, small, theme, size, pages);
  for (const size of [[1920, 1080], [3840, 2160]]) await take(browser, large, theme, size, [["wall77", "/"]]);
}
await browser.close();
for (const line of wrong) console.error(line);
process.exitCode = wrong.length ? 1 : 0;
