// The ordinary calls of a program, through a client that was generated from the OpenAPI document. That it compiles under "strict"
// is half of the test; that the server answers as the types say is the other half.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Alert = components["schemas"]["Alert"];
type LatestVital = components["schemas"]["LatestVital"];

function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`There is no ${what}.`);
  return value;
}

function same(expected: unknown, actual: unknown, what: string): void {
  if (JSON.stringify(expected) !== JSON.stringify(actual))
    throw new Error(`${what} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

export async function run(baseUrl: string, key: string): Promise<number> {
  const api = createClient<paths>({ baseUrl, headers: { "X-Api-Key": key } });
  let calls = 0;
  api.use({ onResponse: () => void calls++ });

  // A record: add, find, read, replace.
  const record = { mrn: "TS-1", region: "North", ward: "ICU/HDU", bed: "7", givenName: "José", familyName: "Núñez", birthDate: "1960-02-29", sex: "male" } as const;
  const added = await api.POST("/api/patients", { body: record });
  same(201, added.response.status, "the status of an added patient");
  const patient = must(added.data, "patient");
  same(null, patient.room, "the room");
  const twice = await api.POST("/api/patients", { body: record });
  same(409, twice.response.status, "the status of a second one with the MRN");
  must(twice.error?.detail, "reason");

  const page = must((await api.GET("/api/patients", { params: { query: { search: "nunez jose", status: "admitted", pageSize: 10 } } })).data, "page");
  same([patient.id], page.items.map(item => item.id), "who was found");
  const found = await api.GET("/api/patients/{id}", { params: { path: { id: patient.id } } });
  const version = must(found.response.headers.get("ETag"), "ETag");
  const replaced = await api.PUT("/api/patients/{id}", {
    params: { path: { id: patient.id }, header: { "If-Match": version } },
    body: { ...must(found.data, "record"), allergies: ["penicillin"] },
  });
  same(["penicillin"], replaced.data?.allergies, "the allergies");
  const stale = await api.PUT("/api/patients/{id}", { params: { path: { id: patient.id }, header: { "If-Match": version } }, body: record });
  same(412, stale.response.status, "the status of a stale change");

  const wrong = await api.POST("/api/patients", { body: { ...record, mrn: "TS-2", birthDate: "2960-01-01" } });
  same(400, wrong.response.status, "the status of a wrong birth date");
  const nobody = await api.GET("/api/patients/{id}", { params: { path: { id: "0".repeat(24) } } });
  same(404, nobody.response.status, "the status of nobody");
  must(nobody.error?.detail, "reason");

  // Readings, now and of the past.
  const now = new Date();
  const at = (secondsAgo: number) => new Date(now.getTime() - 1000 * secondsAgo).toISOString();
  const sent = await api.POST("/api/vitals", {
    body: {
      readings: [
        ...Array.from({ length: 30 }, (_, i) => ({ patientId: patient.id, sign: "spo2" as const, value: 70, time: at(30 - i), deviceId: "ts" })),
        { patientId: patient.id, sign: "consciousness", value: "A", time: at(0) },
        { patientId: patient.id, sign: "heartRate", value: 9999, time: at(0) },
      ],
    },
  });
  same([31, [31]], [sent.data?.accepted, sent.data?.rejected.map(one => one.index)], "what was accepted");
  const imported = await api.POST("/api/import/vitals", {
    body: { readings: [{ patientId: patient.id, sign: "heartRate", value: 71, time: at(40 * 86400) }] },
  });
  same(1, imported.data?.accepted, "what was imported");
  const chart = await api.GET("/api/patients/{id}/vitals", {
    params: { path: { id: patient.id }, query: { sign: "heartRate", from: at(41 * 86400), to: at(39 * 86400), points: 100 } },
  });
  same([71], chart.data?.points.map(point => point.mean), "the chart");
  const latest: LatestVital[] = must((await api.GET("/api/patients/{id}/vitals/latest", { params: { path: { id: patient.id } } })).data, "latest values");
  same(["spo2 70", "consciousness A"], latest.map(vital => `${vital.sign} ${vital.value}`), "the latest values");
  const score = must((await api.GET("/api/patients/{id}/news2", { params: { path: { id: patient.id } } })).data, "score");
  same(false, score.complete, "whether the score is complete");

  // Limits, of the patient and of a ward with a slash in its name.
  const own = await api.GET("/api/patients/{id}/limits", { params: { path: { id: patient.id } } });
  const limits = must(own.data, "limits");
  const set = await api.PUT("/api/patients/{id}/limits", {
    params: { path: { id: patient.id }, header: { "If-Match": must(own.response.headers.get("ETag"), "ETag") } },
    body: { ...limits, limits: { ...limits.limits, heartRate: { low: 45, high: 130 } }, reason: "athlete" },
  });
  same(45, set.data?.limits["heartRate"]?.low, "the low limit");
  same(200, (await api.GET("/api/wards/{region}/{ward}/limits", { params: { path: { region: "North", ward: "ICU/HDU" } } })).response.status, "the ward's limits");
  same(404, (await api.GET("/api/wards/{region}/{ward}/limits", { params: { path: { region: "North", ward: "none" } } })).response.status, "no ward's limits");

  // The alert that the readings raise, acknowledged.
  let alert: Alert | undefined;
  for (let tries = 0; !alert && tries < 600; tries++) {
    const list = await api.GET("/api/alerts", { params: { query: { state: "open", patientId: patient.id, limit: 50 } } });
    alert = list.data?.items.find(one => one.sign === "spo2");
    if (!alert) await new Promise(resolve => setTimeout(resolve, 50));
  }
  const acknowledged = await api.POST("/api/alerts/{id}/acknowledge", { params: { path: { id: must(alert, "alert").id } }, body: { note: "seen" } });
  same(["acknowledged", "seen"], [acknowledged.data?.response, acknowledged.data?.note], "the acknowledgement");
  const silenced = await api.POST("/api/alerts/{id}/silence", { params: { path: { id: must(alert, "alert").id } } });
  same(200, silenced.response.status, "the status of silencing without a body");
  same("raised", must((await api.GET("/api/alerts/{id}/history", { params: { path: { id: must(alert, "alert").id } } })).data, "history").items[0]?.["change"], "the first change");

  // The care team.
  const nurse = must((await api.POST("/api/clinicians", { body: { name: "Nurse Type", profession: "nurse", region: "North", ward: "ICU/HDU" } })).data, "clinician");
  const assigned = await api.POST("/api/patients/{id}/care-team", { params: { path: { id: patient.id } }, body: { clinicianId: nurse.id, role: "assignedNurse" } });
  same(201, assigned.response.status, "the status of an assignment");
  const team = must((await api.GET("/api/patients/{id}/care-team", { params: { path: { id: patient.id } } })).data, "team");
  same(["Nurse Type"], team.map(member => member.clinician.name), "the team");
  const onCall = await api.PUT("/api/wards/{region}/{ward}/on-call", { params: { path: { region: "North", ward: "ICU/HDU" } }, body: { chargeNurseId: nurse.id } });
  same("Nurse Type", onCall.data?.chargeNurse?.name, "who is on call");
  const gone = await api.DELETE("/api/patients/{id}/care-team", { params: { path: { id: patient.id }, query: { clinicianId: nurse.id, role: "assignedNurse" } } });
  same(204, gone.response.status, "the status of an assignment's end");

  // The stay, analytics, health.
  const moved = await api.POST("/api/patients/{id}/move", { params: { path: { id: patient.id } }, body: { ward: "A2" } });
  same("A2", moved.data?.ward, "the ward");
  const open = await api.POST("/api/patients/{id}/discharge", { params: { path: { id: patient.id } } });
  same(409, open.response.status, "the status of a discharge with open alerts");
  const discharged = await api.POST("/api/patients/{id}/discharge", { params: { path: { id: patient.id } }, body: { reason: "went home" } });
  same("discharged", discharged.data?.status, "the status");
  const hourly = await api.GET("/api/analytics/hourly", { params: { query: { patientId: patient.id, sign: "spo2" } } });
  same(true, Array.isArray(hourly.data?.items), "whether analytics are a list");
  must((await api.GET("/health/ready")).data?.stores["vitals"], "state of the vital store");

  const stranger = createClient<paths>({ baseUrl });
  same(401, (await stranger.GET("/api/clinicians")).response.status, "the status without a key");
  return calls;
}
