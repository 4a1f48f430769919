using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using HealthDashboard.TimeTravel;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.TimeTravel;

public sealed class PastWallTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_moment_is_what_the_readings_and_changes_up_to_then_come_to(int seed)
    {
        await using var host = await FeatureHost.StartAsync();
        var story = new PastStory(seed, host.Time.GetUtcNow().AddHours(-PastStory.Hours));
        await TellAsync(host, story);
        using var client = host.Client(FeatureHost.ReadKey);
        var random = new Random(seed);

        for (var i = 0; i < 60; i++)
        {
            var at = story.Start.AddMilliseconds(random.Next(PastStory.Hours * 3_600_000));
            var beds = await ReadAsync(client, at);
            var here = story.Here(at).OrderBy(patient => patient.Ward, StringComparer.Ordinal).ThenBy(patient => patient.Bed!.Length).ThenBy(patient => patient.Bed, StringComparer.Ordinal).ToList();
            Assert.Equal(here.Select(patient => $"{patient.Id} {patient.Bed}"), beds.Select(bed => $"{bed["patientId"]} {bed["bed"]}"));
            foreach (var (patient, bed) in here.Zip(beds))
            {
                Assert.Equal(story.Values(patient, at).Select(value => Line(value.Last, value.State, at)), bed["vitals"]!.AsArray().Select(value => Line(value)));
                Assert.Equal(story.Score(patient, at), ((int?)bed["news2"]!["score"], (bool)bed["news2"]!["complete"]!));
                Assert.Equal(at, (DateTimeOffset)bed["news2"]!["asOf"]!);
                Assert.Equal(story.Open(patient, at).Select(alert => Line(alert)).Order(StringComparer.Ordinal), bed["alerts"]!.AsArray().Select(alert => Line(alert!.Deserialize<Alert>(AlertJson.Options)!)).Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public async Task The_wall_of_then_can_be_asked_for_one_ward_of_then_and_the_look_is_written_down()
    {
        await using var host = await FeatureHost.StartAsync();
        var story = new PastStory(3, host.Time.GetUtcNow().AddHours(-PastStory.Hours));
        await TellAsync(host, story);
        using var nurse = await host.SignedInAsync("nurse");

        Assert.Equal(["12"], (await ReadAsync(nurse, story.Start.AddHours(2), "?region=North&ward=Surgery")).Select(bed => (string?)bed["bed"]));
        Assert.Empty(await ReadAsync(nurse, story.Start.AddHours(1), "?ward=Surgery"));
        Assert.Equal(["patientId", "bed", "vitals", "news2", "alerts"], (await ReadAsync(nurse, story.Start.AddHours(1)))[0].AsObject().Select(field => field.Key));
        // Once, with the day that was looked at.
        Assert.Equal(["nurse 2026-01-05"], (await host.ReadAuditAsync(null, 20)).Where(entry => entry.Action == "look.pastWall").Select(entry => $"{entry.Actor} {entry.Detail}"));
    }

    [Theory]
    [InlineData("yesterday", "time", "is 'yesterday'")]
    [InlineData("2026-01-05T08:00:01Z", "time", "in the future")]
    [InlineData("1969-12-31T23:59:59Z", "time", "from 1970")]
    [InlineData("2026-01-05T07:00:00Z?wards=ICU", "wards", "allowed are region, ward")]
    public async Task What_is_no_past_moment_is_refused_by_name(string time, string field, string says)
    {
        await using var host = await FeatureHost.StartAsync();
        using var client = host.Client(FeatureHost.ReadKey);

        var parts = time.Split('?');
        var answer = await client.GetAsync($"/api/at/{parts[0]}/wall{(parts.Length > 1 ? $"?{parts[1]}" : "")}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["errors"]![field]![0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_open_a_record_does_not_see_its_past()
    {
        await using var host = await FeatureHost.StartAsync();
        var story = new PastStory(4, host.Time.GetUtcNow().AddHours(-PastStory.Hours));
        await TellAsync(host, story);
        var nurse = await host.Accounts.FindByNameAsync("nurse");
        await host.Accounts.ReplaceAsync(nurse!.SignedOut() with { Wards = "North/Surgery" });
        using var client = await host.SignedInAsync("nurse");

        // Who lies in the ward now was in another one then.
        Assert.Equal(["1"], (await ReadAsync(client, story.Start.AddHours(1))).Select(bed => (string?)bed["bed"]));
        Assert.Equal(["12"], (await ReadAsync(client, story.Start.AddHours(2))).Select(bed => (string?)bed["bed"]));
        var other = await client.GetAsync($"/at/{story.Start.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}/patients/{story.Versions[3][0].Record.Id}");
        Assert.StartsWith($"/patients/{story.Versions[3][0].Record.Id}/break-glass", other.Headers.Location?.ToString(), StringComparison.Ordinal);
        var own = await client.GetAsync($"/at/{story.Start.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}/patients/{story.Versions[0][0].Record.Id}");
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task The_next_alert_is_the_first_of_medium_or_high_priority_raised_after_the_moment()
    {
        await using var host = await FeatureHost.StartAsync();
        var story = new PastStory(6, host.Time.GetUtcNow().AddHours(-PastStory.Hours));
        await TellAsync(host, story);
        var times = host.Services.GetRequiredService<PastAlertTimes>();
        var user = new ClaimsPrincipal(new ClaimsIdentity([new(Policies.ScopeClaim, "read")], "key"));
        // One that became urgent later counts from when it was raised.
        List<DateTimeOffset> Raised(Func<Alert, bool> counts) =>
        [
            .. story.Changes.GroupBy(change => change.Alert.Id).Where(alert => alert.Any(change => change.Alert.Priority >= AlertPriority.Medium) && counts(alert.First().Alert))
                .Select(alert => alert.First().Time).Distinct().Order(),
        ];

        async Task<List<DateTimeOffset>> WalkAsync(DateTimeOffset from, bool isForward, Func<string, string, ObjectId?, bool>? asked)
        {
            List<DateTimeOffset> met = [];
            for (var at = from; await times.NextAsync(at, isForward, user, asked, default) is { } next; at = next)
                met.Add(next);
            return met;
        }
        var (before, after) = (story.Start.AddDays(-3), host.Time.GetUtcNow().AddDays(3));
        var all = Raised(_ => true);
        Assert.Equal(all, await WalkAsync(before, isForward: true, null));
        Assert.Equal(all, (await WalkAsync(after, isForward: false, null)).AsEnumerable().Reverse());

        // Of a ward only: one patient of the story has moved there.
        var ofWard = Raised(alert => alert.PatientId == story.Versions[0][0].Record.Id);
        Assert.NotEmpty(ofWard);
        Assert.Equal(ofWard, await WalkAsync(before, isForward: true, (_, ward, _) => ward == "Surgery"));
        Assert.Equal(ofWard, (await WalkAsync(after, isForward: false, (_, ward, _) => ward == "Surgery")).AsEnumerable().Reverse());
        Assert.Equal(ofWard, (await times.RaisedAsync(before, after, user, (_, ward, _) => ward == "Surgery", default)).Select(alert => alert.RaisedAt).Distinct().Reverse());
    }

    [Fact]
    public async Task The_limits_are_those_in_force_then()
    {
        await using var host = await FeatureHost.StartAsync();
        var start = host.Time.GetUtcNow().AddHours(-PastStory.Hours);
        var story = new PastStory(5, start);
        await TellAsync(host, story);
        var records = host.Services.GetRequiredService<IPatientStore>();
        var (ward, own) = (LimitScope.OfWard("North", "ICU"), LimitScope.OfPatient(story.Versions[3][0].Record.Id));
        var first = await records.PutLimitsAsync(ward, Low(55, start.AddHours(1)));
        await records.PutLimitsAsync(own, Low(45, start.AddHours(2)));
        await records.PutLimitsAsync(ward, Low(60, start.AddHours(3)) with { Version = first.Version });

        async Task<string> LowsAsync(double hours)
        {
            var reader = host.Services.GetRequiredService<PastReader>();
            var lows = new List<double?>();
            foreach (var patient in (int[])[3, 4])
                lows.Add((await reader.FindAsync(story.Versions[patient][0].Record.Id, start.AddHours(hours), default))!.Monitored.Limits[VitalSign.HeartRate].Low);
            return string.Join(' ', lows);
        }
        Assert.Equal("50 50", await LowsAsync(0.5));
        Assert.Equal("55 55", await LowsAsync(1.5));
        Assert.Equal("45 55", await LowsAsync(2.5));
        Assert.Equal("45 60", await LowsAsync(3.5));
    }

    private static AlarmLimits Low(double low, DateTimeOffset at) =>
        new() { Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(low, 130) }, SetBy = "doctor", SetAt = at };

    private static async Task TellAsync(FeatureHost host, PastStory story)
    {
        var records = host.Services.GetRequiredService<IPatientStore>();
        foreach (var versions in story.Versions)
        {
            var stored = (await records.AddAsync([versions[0].Record with { ChangedAt = versions[0].Since }]))[0];
            foreach (var (since, record) in versions.Skip(1))
                stored = await records.ReplaceAsync(record with { ChangedAt = since, Version = stored.Version });
        }
        await host.Services.GetRequiredService<IVitalStore>().AppendAsync(story.Arrived);
        var written = await host.Services.GetRequiredService<IAlertStore>().WriteAsync(story.Changes, []);
        Assert.All(written, outcome => Assert.True(outcome.Taken));
    }

    private static async Task<JsonNode[]> ReadAsync(HttpClient client, DateTimeOffset at, string query = "")
    {
        var answer = await client.GetAsync($"/api/at/{at:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}/wall{query}");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return [.. (await answer.Content.ReadFromJsonAsync<JsonArray>())!.OfType<JsonNode>()];
    }

    private static string Line(Reading last, string state, DateTimeOffset at) => Line(
        last.Sign.Info().Name, last.Sign == VitalSign.Consciousness ? $"{(Acvpu)(int)last.Value}" : $"{last.Value}", last.At, Math.Round((at - last.At).TotalSeconds, 1), state);

    private static string Line(JsonNode? value) => Line(
        (string)value!["sign"]!, value["value"]!.ToString(), (DateTimeOffset)value["time"]!, (double)value["ageSeconds"]!, (string)value["state"]!);

    private static string Line(string sign, string value, DateTimeOffset time, double age, string state) => $"{sign} {value} {time:O} {age} {state}";

    // Without its number, which the store gives.
    private static string Line(Alert alert) => JsonSerializer.Serialize(alert with { Sequence = 0 }, AlertJson.Options);
}
