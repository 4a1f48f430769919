using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Deidentified;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Deidentified;

/// <summary>What leaves without names: that nothing in it says whose it is, and that it can still be reckoned with.</summary>
public sealed class DeidentifiedTests
{
    private const string Address = "/api/analytics/alert-history";
    private static readonly string Secret = Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    [Fact]
    public async Task Nothing_in_it_says_whose_an_alert_is_and_times_keep_their_order_and_distance()
    {
        await using var host = await FeatureHost.StartAsync("Development", (Pseudonyms.Setting, Secret));
        var (patients, alerts) = await FillAsync(host);
        var admin = await host.SignedInAsync("admin");
        var lines = await admin.GetStringAsync($"{Address}.ndjson?deidentified=true");
        var table = await admin.GetStringAsync($"{Address}.csv?deidentified=true");

        foreach (var text in new[] { lines, table })
        {
            string[] secrets =
            [
                .. patients.SelectMany(patient => new[] { patient.Id.ToString(), patient.Mrn, patient.FamilyName, patient.GivenName, patient.Ward, patient.Bed!, $"{patient.BirthDate:yyyy-MM-dd}" }),
                .. alerts.Select(alert => alert.Id.ToString()), "Region-Q", "Note-Q", "Comment-Q", "Device-Q", "Text-Q", "nurse-q",
            ];
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
            // In the order of time, all together would tell how far each patient is shifted.
            Assert.Equal(patients.Select(Name).Order(StringComparer.Ordinal), NamesIn(text).Distinct());
        }
        var rows = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(alerts.Count, rows.Count);
        foreach (var patient in patients)
        {
            var theirs = rows.Where(row => row.GetProperty("patient").GetString() == Name(patient)).ToList();
            var own = alerts.Where(alert => alert.PatientId == patient.Id).OrderBy(alert => alert.RaisedAt).ToList();
            var shift = TimeSpan.FromDays(1 + (int)(BinaryPrimitives.ReadUInt64BigEndian(Code($"shift:{patient.Id}")) % 365));
            Assert.Equal(own.Select(alert => alert.RaisedAt - shift), theirs.Select(row => row.GetProperty("raised").GetDateTimeOffset()));
            Assert.Equal(own.Select(alert => alert.EndedAt - shift), theirs.Select(row => Time(row, "ended")));
            Assert.Equal(own.Select(alert => alert.AcknowledgedAt - shift), theirs.Select(row => Time(row, "acknowledged")));
            Assert.Equal(own.Select(alert => (alert.Sign.Split(':')[0], alert.Limit)), theirs.Select(row => (row.GetProperty("sign").GetString()!, row.GetProperty("limit").GetDouble() is var limit ? (double?)limit : null)));
            // Whoever is older than 89 is of one age.
            Assert.All(theirs, row => Assert.Equal(patient.BirthDate.Year < 1930 ? "90+" : "45", row.GetProperty("age").GetString()));
            Assert.Single(theirs.Select(row => row.GetProperty("ward").GetString()).Distinct());
        }
        Assert.Equal(2, rows.Select(row => row.GetProperty("ward").GetString()).Distinct().Count());
        Assert.Contains(await host.ReadAuditAsync(null, 9), entry => entry is { Action: "export.deidentified", Actor: "admin" } && entry.Detail!.EndsWith($"{patients.Count} patients", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_patient_stays_the_same_after_a_restart_and_is_another_one_under_another_secret()
    {
        await using var host = await FeatureHost.StartAsync();
        await FillAsync(host);
        var first = await (await host.SignedInAsync("admin")).GetStringAsync($"{Address}.csv?deidentified=true");
        await host.StartAgainAsync("Development");
        Assert.Equal(first, await (await host.SignedInAsync("admin")).GetStringAsync($"{Address}.csv?deidentified=true"));
        await host.StartAgainAsync("Development", (Pseudonyms.Setting, Secret));
        var other = await (await host.SignedInAsync("admin")).GetStringAsync($"{Address}.csv?deidentified=true");
        Assert.Empty(NamesIn(first).Intersect(NamesIn(other)));
    }

    [Fact]
    public async Task Only_who_may_take_everything_out_may_take_this_out()
    {
        await using var host = await FeatureHost.StartAsync();
        foreach (var name in new[] { "nurse", "doctor" })
            Assert.NotEqual(HttpStatusCode.OK, (await (await host.SignedInAsync(name)).GetAsync($"{Address}.ndjson?deidentified=true")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client(FeatureHost.ReadKey).GetAsync($"{Address}.csv?deidentified=true")).StatusCode);
        Assert.Contains(Address, await (await host.SignedInAsync("admin")).GetStringAsync("/analytics"), StringComparison.Ordinal);
        Assert.DoesNotContain(Address, await (await host.SignedInAsync("nurse")).GetStringAsync("/analytics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "deidentified")]
    [InlineData("deidentified=false", "deidentified")]
    [InlineData("deidentified=true&from=2026-01-01&to=2026-01-20", "from")]
    [InlineData("deidentified=true&from=2024-01-01&to=2026-01-01", "from")]
    public async Task What_is_asked_for_wrongly_is_named(string query, string fields)
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal(fields.Split(' '), await Patients.PatientEndpointTests.ErrorsAsync(await (await host.SignedInAsync("admin")).GetAsync($"{Address}.ndjson?{query}")));
    }

    [Fact]
    public async Task A_secret_that_is_too_short_stops_the_start()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => FeatureHost.StartAsync("Development", (Pseudonyms.Setting, "c2hvcnQ=")));
        Assert.Contains(Pseudonyms.Setting, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_patients_than_are_exported_are_cut_to_those_with_the_latest_alerts()
    {
        await using var host = await FeatureHost.StartAsync();
        var (_, alerts) = await FillAsync(host);
        var export = new DeidentifiedAlerts(
            host.Services.GetRequiredService<IAlertStore>(), host.Services.GetRequiredService<IPatientStore>(), host.Services.GetRequiredService<HealthDashboard.Analytics.PastStays>(), new(new byte[32]))
        { Most = 2 };
        var (kept, isCut) = await export.PatientsAsync(host.Time.GetUtcNow().AddDays(-365), host.Time.GetUtcNow(), default);
        Assert.True(isCut);
        Assert.Equal(alerts.OrderByDescending(alert => alert.RaisedAt).Select(alert => alert.PatientId).Distinct().Take(2).Order(), kept.Order());
    }

    // Four patients in two wards, one of them older than 89, with alerts that have everything that must not leave.
    private static async Task<(IReadOnlyList<Patient> Patients, List<Alert> Alerts)> FillAsync(FeatureHost host)
    {
        var (random, now) = (new Random(4), host.Time.GetUtcNow());
        var patients = await host.Services.GetRequiredService<IPatientStore>().AddAsync([.. Enumerable.Range(0, 4).Select(i => Contracts.Samples.Patient($"Mrn-Q{i}") with
        {
            Region = "Region-Q", Ward = $"Ward-Q{i % 2}", Bed = $"Bed-Q{i}", FamilyName = $"Family-Q{i}", GivenName = $"Given-Q{i}",
            BirthDate = i == 3 ? new(1929, 5, 6) : new(1980, 1, 7), ChangedAt = now.AddDays(-300),
        })]);
        List<Alert> alerts =
        [
            .. Enumerable.Range(0, 40).Select(i => Contracts.Samples.Alert(patients[i % 4].Id, i % 5 == 0 ? "clock:Device-Q" : "spo2") with
            {
                RaisedAt = now.AddDays(-3).AddSeconds(-random.Next(90 * 86_400)),
                Text = "Text-Q", Note = "Note-Q", AcknowledgedBy = "nurse-q", Reason = "Note-Q", EscalatedTo = "Family-Q", RespondedBy = "nurse-q",
                Review = new(AlertVerdict.Artefact, "Comment-Q", "nurse-q", now),
            }),
        ];
        alerts = [.. alerts.Select(alert => alert with { Condition = AlertCondition.Ended, EndedAt = alert.RaisedAt.AddSeconds(random.Next(500)), AcknowledgedAt = alert.RaisedAt.AddSeconds(random.Next(900)), Response = AlertResponse.Acknowledged })];
        // One of a whole ward, which is nobody's.
        var ward = Contracts.Samples.Alert() with { Group = "Region-Q/Ward-Q0", RaisedAt = now.AddDays(-9), Condition = AlertCondition.Ended, EndedAt = now.AddDays(-9) };
        Assert.All(
            await host.Services.GetRequiredService<IAlertStore>().WriteAsync([.. alerts.Append(ward).Select(alert => new AlertChange(AlertChangeKind.Raised, alert, AlertChange.SystemActor, alert.RaisedAt))], []),
            outcome => Assert.True(outcome.Taken));
        return (patients, alerts);
    }

    // Written from what the documentation says of a pseudonym.
    private static string Name(Patient patient) => Convert.ToHexStringLower(Code($"patient:{patient.Id}"))[..24];

    private static byte[] Code(string of) => HMACSHA256.HashData(Convert.FromBase64String(Secret), Encoding.UTF8.GetBytes(of));

    private static DateTimeOffset? Time(JsonElement row, string name) => row.GetProperty(name).GetDateTimeOffset();

    // The first cell of each line, or the first value of each object.
    private static List<string> NamesIn(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("patient,ward", StringComparison.Ordinal)).Select(line => line.Split(',')[0].Replace("{\"patient\":", "", StringComparison.Ordinal).Trim('"'))];
}
