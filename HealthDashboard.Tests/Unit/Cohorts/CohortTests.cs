using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Cohorts;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Cohorts;

/// <summary>A sign since admission against a plain computation over the raw readings.</summary>
public sealed class CohortTests
{
    private static readonly Cohort All = new();

    [Fact]
    public async Task Medians_and_bands_are_those_of_a_plain_computation_over_the_raw_readings()
    {
        await using var world = await CohortWorld.StartAsync(seed: 5, patients: 60);
        (Cohort Cohort, Func<PlacedStay, bool> Plain)[] cohorts =
        [
            (All, _ => true),
            (new("North", "ICU"), stay => stay.Ward == "ICU"),
            (new(Age: AgeBand.From40), stay => stay.Age is >= 40 and < 65),
            (new(Age: AgeBand.From80), stay => stay.Age >= 80),
            (new(Condition: "asthme severe"), stay => stay.Condition?.StartsWith("Asthme", StringComparison.Ordinal) == true),
            (new(Condition: "x1 co"), stay => stay.Condition == "COPD"),
            (new(Spo2Scale: 2), stay => stay.Scale == 2),
            (new("North", "Ward 2", Spo2Scale: 1), stay => stay is { Ward: "Ward 2", Scale: 1 }),
        ];
        var (from, to) = (CohortWorld.Start.AddDays(1), CohortWorld.Start.AddDays(19));
        foreach (var (cohort, plain) in cohorts)
        {
            var report = await world.ReadAsync(new(VitalSign.HeartRate, from, to, 100, cohort, All));
            Assert.Equal(world.Now, report.AsOf);
            Assert.False(report.IsCut);
            Assert.Equal(Plain(world, stay => plain(stay) && stay.From >= from && stay.From < to, 100), Shown(report.Courses[0]));
            Assert.Equal(Plain(world, stay => stay.From >= from && stay.From < to, 100), Shown(report.Courses[1]));
        }
    }

    [Fact]
    public async Task Late_readings_are_in_after_the_next_run_and_running_again_changes_nothing()
    {
        await using var world = await CohortWorld.StartAsync(seed: 6, patients: 20);
        var query = new CohortQuery(VitalSign.HeartRate, CohortWorld.Start, world.Now, 72, All, null);
        List<Reading> late = [.. world.Stays.Select(stay => new Reading(stay.Patient, VitalSign.HeartRate, stay.From.AddMinutes(61).ToUnixTimeMilliseconds(), 200))];
        await world.Host.Vitals.AppendAsync(late);
        world.Readings.AddRange(late);
        for (var run = 0; run < 2; run++)
        {
            await world.RollUpAsync();
            Assert.Equal(Plain(world, _ => true, 72), Shown((await world.ReadAsync(query)).Courses[0]));
        }
    }

    [Fact]
    public async Task Somebody_of_a_ward_sees_the_stays_that_began_there_and_no_others()
    {
        await using var world = await CohortWorld.StartAsync(seed: 7, patients: 25);
        var query = new CohortQuery(VitalSign.HeartRate, CohortWorld.Start, world.Now, 72, All, null);
        Assert.Equal(Plain(world, stay => stay.Ward == "ICU", 72), Shown((await world.ReadAsync(query, "North/ICU")).Courses[0]));
        Assert.Empty((await world.ReadAsync(query with { First = new("North", "ICU") }, "North/Ward%202")).Courses[0].Stays);
    }

    [Fact]
    public async Task More_than_are_looked_at_are_cut_to_the_latest_and_said_so()
    {
        await using var world = await CohortWorld.StartAsync(seed: 8, patients: 20);
        var report = await world.ReadAsync(new(VitalSign.HeartRate, CohortWorld.Start, world.Now, 72, All, null), most: 6);
        Assert.True(report.IsCut);
        Assert.Equal(6, report.Courses[0].Stays.Count);
        Assert.False((await world.ReadAsync(new(VitalSign.HeartRate, CohortWorld.Start, world.Now, 72, All, null), most: 50)).IsCut);
    }

    [Fact]
    public void A_stay_begins_with_the_first_version_that_admits_and_one_of_unknown_beginning_is_left_out()
    {
        var (start, record) = (CohortWorld.Start, Contracts.Samples.Patient("M-1"));
        Patient At(int hour, PatientStatus status, int version) => record with { Status = status, ChangedAt = start.AddHours(hour), Version = version };
        Patient[] versions =
        [
            At(9, PatientStatus.Admitted, 5), At(7, PatientStatus.Admitted, 4), At(5, PatientStatus.Discharged, 3), At(3, PatientStatus.Admitted, 2), At(1, PatientStatus.Admitted, 1),
        ];
        Assert.Equal([(1, 5), (7, null)], CohortStay.Of(versions).Select(Hours));
        // Where the first version is not known, nor is when its stay began.
        Assert.Equal([(7, null)], CohortStay.Of(versions[..^1]).Select(Hours));
        Assert.Equal([(1, 5)], CohortStay.Of([.. versions[2..4], At(1, PatientStatus.Admitted, 1)]).Select(Hours));
        Assert.Empty(CohortStay.Of([record with { Version = 1 }]));

        (int, int?) Hours(CohortStay stay) => ((int)(stay.AdmittedAt - start).TotalHours, stay.EndedAt == DateTimeOffset.MaxValue ? null : (int)(stay.EndedAt - start).TotalHours);
    }

    [Fact]
    public async Task Other_programs_and_spreadsheets_get_the_same_and_it_is_in_the_audit()
    {
        await using var world = await CohortWorld.StartAsync(seed: 9, patients: 30);
        var span = $"from={CohortWorld.Start:yyyy-MM-dd}&to={world.Now:yyyy-MM-ddTHH:mm:ssZ}&hours=48&sign=heartRate";
        var nurse = await world.Host.SignedInAsync("nurse");
        var answer = await nurse.GetFromJsonAsync<JsonElement>($"/api/analytics/cohorts?{span}&age=65-79&compare=1&otherWard=ICU&otherRegion=North");
        Assert.Equal((world.Now, "SQLite", "/min", false), (answer.GetProperty("asOf").GetDateTimeOffset(), answer.GetProperty("store").GetString()!, answer.GetProperty("unit").GetString()!, answer.GetProperty("cut").GetBoolean()));
        var (first, other) = (answer.GetProperty("cohorts")[0], answer.GetProperty("cohorts")[1]);
        Assert.Equal(("65-79", "ICU"), (first.GetProperty("age").GetString()!, other.GetProperty("ward").GetString()!));
        Assert.False(first.TryGetProperty("ward", out _));
        Assert.Equal(Plain(world, stay => stay.Age is >= 65 and < 80, 48), Shown(first));
        Assert.Equal(Plain(world, stay => stay.Ward == "ICU", 48), Shown(other));
        Assert.Equal(world.Stays.Where(stay => stay.Ward == "ICU").Select(stay => stay.Patient).Distinct().Count(), other.GetProperty("patients").GetInt32());

        var csv = await nurse.GetStringAsync($"/api/analytics/cohorts.csv?{span}&ward=ICU&region=North");
        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("cohort,sign,unit,hour since admission,stays,p10,median,p90", lines[0].TrimStart('\uFEFF'));
        Assert.Equal(Plain(world, stay => stay.Ward == "ICU", 48), string.Join('\n', lines[1..].Select(line => Line(line.Split("/min,")[1].Split(',')))));
        var audit = await world.Host.ReadAuditAsync(null, 9);
        Assert.Contains(audit, entry => entry is { Action: "look.cohorts", Actor: "nurse" });
        Assert.Contains(audit, entry => entry is { Action: "export.cohorts", Actor: "nurse" });

        string Line(string[] cells) => $"{cells[0]} {cells[1]} {Rounded(cells[2])} {Rounded(cells[3])} {Rounded(cells[4])}";
    }

    [Fact]
    public async Task The_page_shows_the_figures_and_leads_to_the_patients_whom_the_account_may_see()
    {
        await using var world = await CohortWorld.StartAsync(seed: 10, patients: 30);
        var nurse = await world.Host.SignedInAsync("nurse");
        var page = WebUtility.HtmlDecode(await nurse.GetStringAsync("/analytics/cohorts?ward=&days=90&compare=1&other-age=65-79"));
        Assert.Contains("as of <time", page, StringComparison.Ordinal);
        Assert.Contains($"Everybody: {world.Stays.Count} stays of {world.Stays.Select(stay => stay.Patient).Distinct().Count()} patients", page, StringComparison.Ordinal);
        Assert.Contains($"65 to 79: {world.Stays.Count(stay => stay.Age is >= 65 and < 80)} stay", page, StringComparison.Ordinal);
        Assert.Contains("<path class=\"median\" d=\"M", page, StringComparison.Ordinal);
        Assert.Contains("/api/analytics/cohorts.csv?sign=heartRate", page, StringComparison.Ordinal);
        var behind = world.Stays.Where(stay => Means(world, stay, 72)[3] is not null).Select(stay => stay.Patient).ToHashSet();
        page = await nurse.GetStringAsync("/analytics/cohorts?ward=&days=90&at=3");
        Assert.All(world.Stays, stay => Assert.Equal(behind.Contains(stay.Patient), page.Contains($"\"/patients/{stay.Patient}\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("sign=consciousness", "sign")]
    [InlineData("hours=400", "hours")]
    [InlineData("age=old&otherAge=65", "age otherAge")]
    [InlineData("spo2Scale=3", "spo2Scale")]
    [InlineData("compare=yes", "compare")]
    [InlineData("from=1990-01-01", "from")]
    [InlineData("bed=1", "bed")]
    public async Task What_is_asked_for_wrongly_is_named(string query, string fields)
    {
        await using var host = await FeatureHost.StartAsync();
        var answer = await host.Client(FeatureHost.ReadKey).GetAsync("/api/analytics/cohorts?" + query);
        Assert.Equal(fields.Split(' '), await Patients.PatientEndpointTests.ErrorsAsync(answer));
    }

    // Written from what the figures mean, over the readings themselves and without the program's code.
    private static string Plain(CohortWorld world, Func<PlacedStay, bool> isIn, int hours)
    {
        var means = world.Stays.Where(isIn).Select(stay => Means(world, stay, hours)).ToList();
        return string.Join('\n', Enumerable.Range(0, hours).Select(hour =>
        {
            double[] sorted = [.. means.Select(stay => stay[hour]).OfType<double>().Order()];
            string[] percentiles = [.. new[] { 10, 50, 90 }.Select(percent => sorted.Length < 5 ? "" : Rounded(NearestRank(sorted, percent)))];
            return $"{hour} {sorted.Length} {string.Join(' ', percentiles)}";
        }));
    }

    // The least value that at least so many per cent of all values reach at most.
    private static double NearestRank(double[] sorted, int percent) => sorted.First(value => sorted.Count(other => other <= value) * 100 >= percent * sorted.Length);

    private static double?[] Means(CohortWorld world, PlacedStay stay, int hours)
    {
        var first = stay.From.AddMinutes(-stay.From.Minute);
        var theirs = world.Readings.Where(reading => reading.PatientId == stay.Patient && reading.Value != 0).ToList();
        return
        [
            .. Enumerable.Range(0, hours).Select(hour =>
            {
                var (from, to) = (first.AddHours(hour), first.AddHours(hour + 1));
                return from >= stay.To ? null : theirs.Where(reading => reading.At >= from && reading.At < to).Select(reading => (double?)reading.Value).Average();
            }),
        ];
    }

    private static string Shown(CohortCourse course) =>
        string.Join('\n', course.Hours.Select(hour => $"{hour.Hour} {hour.Stays} {Rounded(hour.P10)} {Rounded(hour.Median)} {Rounded(hour.P90)}"));

    private static string Shown(JsonElement cohort) => string.Join('\n', cohort.GetProperty("hours").EnumerateArray().Select(hour =>
        $"{hour.GetProperty("hour")} {hour.GetProperty("stays")} {string.Join(' ', new[] { "p10", "median", "p90" }.Select(name => Rounded(hour.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null)))}"));

    private static string Rounded(double? value) => value?.ToString("0.000000", CultureInfo.InvariantCulture) ?? "";

    private static string Rounded(string text) => text.Length == 0 ? "" : Rounded(double.Parse(text, CultureInfo.InvariantCulture));
}
