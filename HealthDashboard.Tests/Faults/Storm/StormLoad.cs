using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Storm;

/// <summary>
/// What people and devices do while the storm goes on, and what of it was acknowledged: readings, edits of records, assignments and
/// acknowledgements, beside charts, lists and analytics that are only looked at.
/// </summary>
internal sealed class StormLoad(StormClient client, int seed)
{
    private const int Patients = 6;
    private const int Nurses = 4;
    private const int SecondsPerBatch = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private static readonly string[] Signs = ["heartRate", "spo2"];

    private readonly DateTimeOffset start = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 3600 * 3600).AddDays(-3);
    private readonly List<string> patients = [];
    private readonly List<string> nurses = [];
    private readonly ConcurrentDictionary<(string Patient, int Batch), bool> batches = new();
    private readonly ConcurrentDictionary<string, (int Acknowledged, List<int> Unknown)> edits = new();
    private readonly ConcurrentDictionary<(string Patient, string Nurse), bool?> assignments = new();
    private readonly ConcurrentDictionary<string, string> acknowledged = new();
    private readonly ConcurrentDictionary<string, bool> alertsShown = new();

    /// <summary>What was acknowledged, for people.</summary>
    public string Summary =>
        $"{batches.Count(batch => batch.Value) * SecondsPerBatch * Signs.Length} readings, {edits.Values.Sum(edit => edit.Acknowledged)} edits, "
        + $"{assignments.Count(assignment => assignment.Value is not null)} assignments known, {acknowledged.Count} acknowledgements, {alertsShown.Count} alerts shown";

    /// <summary>Registers patients and nurses, while all is calm.</summary>
    public async Task PrepareAsync()
    {
        for (var i = 0; i < Patients; i++)
        {
            patients.Add(await RegisterAsync("/api/patients", attempt => new
            {
                mrn = $"S-{i}-{attempt}",
                region = "north",
                ward = "A1",
                givenName = "Storm",
                familyName = "Name0",
                birthDate = "1960-01-01",
                sex = "female",
            }));
        }
        for (var i = 0; i < Nurses; i++)
            nurses.Add(await RegisterAsync("/api/clinicians", attempt => new { name = $"Nurse {i}.{attempt}", profession = "nurse", region = "north", ward = "A1" }));
        foreach (var patient in patients)
            await Eventually.HoldsAsync(async () => (await client.AskAsync(1, HttpMethod.Get, $"/api/patients/{patient}")).Succeeded, "both nodes to know the patients");
    }

    /// <summary>Does all of it until it is cancelled.</summary>
    public Task RunAsync(CancellationToken until) => Task.WhenAll(
    [
        .. patients.Select((patient, i) => RepeatAsync(i, random => SendAsync(patient, random), until)),
        RepeatAsync(100, EditAsync, until),
        RepeatAsync(101, AssignAsync, until),
        RepeatAsync(102, AcknowledgeAsync, until),
        RepeatAsync(103, LookAsync, until),
    ]);

    // Servers that have just started are slow, and may not answer in time at first.
    private async Task<string> RegisterAsync(string path, Func<int, object> describe)
    {
        Answer answer = default;
        var attempt = 0;
        await Eventually.HoldsAsync(
            async () => (answer = await client.AskAsync(attempt % 2, HttpMethod.Post, path, describe(attempt++))).Status == HttpStatusCode.Created, path);
        return answer.Body.GetProperty("id").GetString()!;
    }

    private async Task RepeatAsync(int actor, Func<Random, Task> act, CancellationToken until)
    {
        var random = new Random(unchecked((seed * 1000) + actor));
        while (!until.IsCancellationRequested)
        {
            await act(random);
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    // The value of a moment follows from it, so that a later look needs no memory. A batch beyond the limit now and then raises an alert.
    private static double ValueOf(int batch, int second, string sign) =>
        sign == "heartRate" ? (batch % 6 == 0 ? 130 + (second % 10) : 70 + (second % 20)) : 95 + (second % 3);

    private async Task SendAsync(string patient, Random random)
    {
        // One that was not acknowledged is sent again, as a gateway does.
        var batch = batches.FirstOrDefault(batch => batch.Key.Patient == patient && !batch.Value) is { Key.Patient: not null } again
            ? again.Key.Batch
            : batches.Count(batch => batch.Key.Patient == patient);
        batches[(patient, batch)] = false;
        var from = start.AddSeconds(batch * SecondsPerBatch);
        var answer = await client.AskAsync(random.Next(2), HttpMethod.Post, "/api/vitals", new
        {
            readings = Enumerable.Range(0, SecondsPerBatch).SelectMany(second => Signs.Select(sign => new
            {
                patientId = patient,
                sign,
                value = ValueOf(batch, second, sign),
                time = from.AddSeconds(second),
            })),
        });
        if (answer.Succeeded && answer.Body.GetProperty("accepted").GetInt32() == SecondsPerBatch * Signs.Length)
            batches[(patient, batch)] = true;
    }

    private async Task EditAsync(Random random)
    {
        var patient = patients[random.Next(patients.Count)];
        var before = await client.AskAsync(random.Next(2), HttpMethod.Get, $"/api/patients/{patient}");
        if (!before.Succeeded)
            return;
        var (name, unknown) = edits.GetOrAdd(patient, _ => (0, []));
        var next = (unknown.Count == 0 ? name : Math.Max(name, unknown.Max())) + 1;
        var record = before.Body.EnumerateObject().ToDictionary(field => field.Name, field => (object)field.Value);
        record["familyName"] = $"Name{next}";
        var answer = await client.AskAsync(random.Next(2), HttpMethod.Put, $"/api/patients/{patient}", record, before.ETag);
        if (answer.Succeeded)
            edits[patient] = (next, []);
        else if (answer.IsUnknown)
            edits[patient] = (name, [.. unknown, next]);
    }

    private async Task AssignAsync(Random random)
    {
        var (patient, nurse) = (patients[random.Next(patients.Count)], nurses[random.Next(nurses.Count)]);
        var team = $"/api/patients/{patient}/care-team";
        var known = assignments.GetOrAdd((patient, nurse), false);
        var assign = known is null || !known.Value;
        var answer = assign
            ? await client.AskAsync(random.Next(2), HttpMethod.Post, team, new { clinicianId = nurse, role = "assignedNurse" })
            : await client.AskAsync(random.Next(2), HttpMethod.Delete, $"{team}?clinicianId={nurse}&role=assignedNurse");
        if (answer.Succeeded)
            assignments[(patient, nurse)] = assign;
        else if (answer.IsUnknown)
            assignments[(patient, nurse)] = null;
    }

    private async Task AcknowledgeAsync(Random random)
    {
        var page = await client.AskAsync(random.Next(2), HttpMethod.Get, "/api/alerts?state=open&limit=100");
        if (!page.Succeeded)
            return;
        foreach (var alert in page.Body.GetProperty("items").EnumerateArray())
        {
            var id = alert.GetProperty("id").GetString()!;
            // One that is not recorded yet may have another number once it is.
            if (alert.GetProperty("sequence").GetInt64() == 0)
                continue;
            alertsShown.TryAdd(id, true);
            if (alert.GetProperty("response").GetString() != "unacknowledged" || acknowledged.ContainsKey(id))
                continue;
            var note = $"seen {random.Next()}";
            if ((await client.AskAsync(random.Next(2), HttpMethod.Post, $"/api/alerts/{id}/acknowledge", new { note })).Succeeded)
                acknowledged[id] = note;
            return;
        }
    }

    private async Task LookAsync(Random random)
    {
        var patient = patients[random.Next(patients.Count)];
        string[] paths =
        [
            $"/api/patients/{patient}/vitals?sign=heartRate&from={start.UtcDateTime:O}&to={start.AddHours(12).UtcDateTime:O}&points=200",
            $"/api/patients/{patient}/vitals/latest", $"/api/patients/{patient}/news2", $"/api/patients/{patient}/care-team", "/api/patients?search=storm",
            "/api/clinicians/workload", $"/api/analytics/hourly?patientId={patient}&sign=heartRate", "/api/alerts?state=all", "/health/ready",
        ];
        var path = paths[random.Next(paths.Length)];
        // Health says by its status how the node is, without a problem's words.
        if (path != "/health/ready")
            await client.AskAsync(random.Next(2), HttpMethod.Get, path);
    }

    /// <summary>Holds all that was acknowledged against what is there now.</summary>
    public async Task CheckAsync()
    {
        foreach (var patient in patients)
        {
            await CheckReadingsAsync(patient);
            var (name, unknown) = edits.GetValueOrDefault(patient, (0, []));
            var record = (await client.AskAsync(0, HttpMethod.Get, $"/api/patients/{patient}")).Body;
            Assert.Contains(record.GetProperty("familyName").GetString(), unknown.Append(name).Select(number => $"Name{number}"));
            Assert.Equal("Storm", record.GetProperty("givenName").GetString());
            var team = (await client.AskAsync(1, HttpMethod.Get, $"/api/patients/{patient}/care-team")).Body.EnumerateArray()
                .Select(member => member.GetProperty("clinician").GetProperty("id").GetString()!).ToHashSet();
            foreach (var ((_, nurse), isAssigned) in assignments.Where(assignment => assignment.Key.Patient == patient && assignment.Value is not null))
                Assert.Equal(isAssigned, team.Contains(nurse));
        }
        foreach (var id in alertsShown.Keys)
        {
            var history = (await client.AskAsync(0, HttpMethod.Get, $"/api/alerts/{id}/history")).Body.GetProperty("items").EnumerateArray().ToList();
            Assert.Single(history, change => Kind(change) == "raised");
            if (acknowledged.TryGetValue(id, out var note))
                Assert.Contains(history, change => Kind(change) == "acknowledged" && change.GetRawText().Contains($"\"{note}\"", StringComparison.Ordinal));
        }

        static string? Kind(JsonElement change) => change.GetProperty("change").GetString();
    }

    // Readings that wait in a node's spool reach the store a moment after it is back.
    private async Task CheckReadingsAsync(string patient)
    {
        var mine = batches.Where(batch => batch.Key.Patient == patient).ToDictionary(batch => batch.Key.Batch, batch => batch.Value);
        foreach (var sign in Signs)
        {
            for (var first = 0; first < mine.Count; first += 20)
            {
                var (from, seconds) = (start.AddSeconds(first * SecondsPerBatch), 20 * SecondsPerBatch);
                var expected = Enumerable.Range(0, seconds)
                    .Select(second => (Batch: first + (second / SecondsPerBatch), Second: second))
                    .Where(at => mine.GetValueOrDefault(at.Batch))
                    .ToDictionary(at => from.AddSeconds(at.Second), at => ValueOf(at.Batch, at.Second % SecondsPerBatch, sign));
                Dictionary<DateTimeOffset, JsonElement> stored = [];
                await Eventually.HoldsAsync(
                    async () =>
                    {
                        var chart = await client.AskAsync(
                            0, HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/api/patients/{patient}/vitals?sign={sign}&from={from.UtcDateTime:O}&to={from.AddSeconds(seconds).UtcDateTime:O}&points={seconds}"));
                        stored = chart.Succeeded ? chart.Body.GetProperty("points").EnumerateArray().ToDictionary(point => point.GetProperty("time").GetDateTimeOffset()) : [];
                        return expected.Keys.All(stored.ContainsKey);
                    },
                    $"the {sign} of {patient} from {from:O}");
                foreach (var (time, value) in expected)
                {
                    Assert.Equal(1, stored[time].GetProperty("count").GetInt32());
                    Assert.Equal(value, stored[time].GetProperty("mean").GetDouble());
                }
            }
        }
    }
}
