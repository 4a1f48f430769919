using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Analytics;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Analytics;

/// <summary>The alarm load against a plain count over the alerts, over hours, months and wards.</summary>
public sealed class AlarmLoadTests
{
    private static readonly DateTimeOffset Start = AlarmLoadWorld.Start;

    [Fact]
    public async Task Sums_are_those_of_a_plain_count_over_days_and_over_months()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        var alerts = await world.RaiseAsync(seed: 3, count: 600);
        await world.RollUpAsync();
        var random = new Random(4);
        for (var i = 0; i < 40; i++)
        {
            // Short ones by the day, long ones with whole months in between.
            var from = Start.AddHours(random.Next(130 * 24));
            var to = from.AddHours(1 + random.Next(i % 2 == 0 ? 200 : 139 * 24));
            var query = AlarmLoadQuery.Of(from, to) with
            {
                Ward = i % 3 == 0 ? "ICU" : null,
                Region = i % 3 == 0 ? "North" : null,
                Sign = i % 5 == 0 ? "spo2" : null,
                Priority = i % 7 == 0 ? AlertPriority.High : null,
            };
            var report = await world.ReadAsync(query);
            Assert.Equal(Plain(alerts, query), Shown(report));
        }
    }

    [Fact]
    public async Task An_alarm_belongs_to_the_bed_where_its_patient_was_then()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        await world.RaiseAsync(seed: 8, count: 200);
        await world.RollUpAsync();
        var report = await world.ReadAsync(AlarmLoadQuery.Of(Start, world.Now));
        Assert.Contains(report.Beds, bed => bed.Key.Name == "B1" && bed.Value.Sums.Raised > 0);
        Assert.Contains(report.Beds, bed => bed.Key.Name == "B9" && bed.Value.Sums.Raised > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_changes_later_changes_the_day_and_the_month_in_which_it_was_raised(bool isRestarted)
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        var alerts = await world.RaiseAsync(seed: 5, count: 300);
        await world.RollUpAsync();
        var old = alerts.First(one => one.Alert.RaisedAt < Start.AddDays(40) && one.Alert.AcknowledgedAt is null && one.Alert.Group is null);
        var taken = old.Alert with { Response = AlertResponse.Acknowledged, AcknowledgedAt = old.Alert.RaisedAt.AddSeconds(77), AcknowledgedBy = "nurse", Version = old.Alert.Version + 1 };
        await world.Alerts.WriteAsync([new AlertChange(AlertChangeKind.Acknowledged, taken, "nurse", world.Now)], []);
        alerts[alerts.IndexOf(old)] = old with { Alert = taken };
        var other = alerts.First(one => one.Alert.RaisedAt < Start.AddDays(40) && one.Alert.Review is null && one.Alert.Id != old.Alert.Id);
        var reviewed = other.Alert with { Review = new(AlertVerdict.Artefact, "cuff moved", "doc", world.Now), Version = other.Alert.Version + 1 };
        await world.Alerts.WriteAsync([new AlertChange(AlertChangeKind.Reviewed, reviewed, "doc", world.Now)], []);
        alerts[alerts.IndexOf(other)] = other with { Alert = reviewed };

        // Also when the program was started again meanwhile.
        if (isRestarted)
            world.Restart();
        await world.RollUpAsync(days: 1, last: world.Now);

        foreach (var days in new[] { 60, 140 })
        {
            var query = AlarmLoadQuery.Of(Start, Start.AddDays(days));
            Assert.Equal(Plain(alerts, query), Shown(await world.ReadAsync(query)));
        }
    }

    [Fact]
    public async Task Hours_in_which_somebody_lay_in_a_bed_are_counted_once_for_each_bed()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        var day = DateOnly.FromDateTime(world.Now.UtcDateTime).AddDays(-1);
        var hour = new DateTimeOffset(day, new TimeOnly(4, 0), TimeSpan.Zero);
        world.Monitored[world.Moved.Id] = new HashSet<DateTimeOffset> { hour, hour.AddHours(2) };
        await world.RollUpAsync();
        var before = await world.ReadAsync(AlarmLoadQuery.Of(hour, hour.AddHours(4)));
        // The record was made long before, so every hour counts; those with readings are not counted twice.
        Assert.Equal(8, before.All.BedHours);
        // When an alert of that day changes later, who was there then need not be known any more: what was known stays.
        world.Present.Clear();
        world.Monitored.Clear();
        var alert = AlarmTallyTests.Alert(hour.AddMinutes(5)) with { PatientId = world.Stayed.Id };
        await world.Alerts.WriteAsync([new AlertChange(AlertChangeKind.Raised, alert, AlertChange.SystemActor, world.Now)], []);
        await world.RollUpAsync(days: 1);
        Assert.Equal(1, (await world.ReadAsync(AlarmLoadQuery.Of(hour, hour.AddHours(4)))).All.Raised);
        Assert.Equal(8, (await world.ReadAsync(AlarmLoadQuery.Of(hour, hour.AddHours(4)))).All.BedHours);
    }

    [Fact]
    public async Task A_damaged_row_costs_itself_alone_and_is_mended_by_the_next_run()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        var alerts = await world.RaiseAsync(seed: 7, count: 200);
        await world.RollUpAsync();
        var query = AlarmLoadQuery.Of(Start, Start.AddDays(60));
        var day = DateOnly.FromDateTime(alerts.First(one => one.Bed == "B2" && one.Alert.RaisedAt < Start.AddDays(20)).Alert.RaisedAt.UtcDateTime);
        var load = (await world.Store.AlarmLoadAsync("North", "ICU", LoadPeriod.Day, day, day)).Items.Single(item => item.Bed == "B2");
        foreach (var broken in new[] { load.Tally[..^1], new byte[] { 9, 9 }, Flipped(load.Tally, 25) })
        {
            await world.Store.PutAsync([load with { Tally = broken }], world.Now);
            var report = await world.ReadAsync(query);
            Assert.Equal(1, report.Damaged);
            Assert.InRange(report.All.Raised, 1, alerts.Count);
            await world.RollUpAsync();
            Assert.Equal(Plain(alerts, query), Shown(await world.ReadAsync(query)));
        }

        static byte[] Flipped(ReadOnlyMemory<byte> packed, int at)
        {
            var copy = packed.ToArray();
            copy[at] = 0xFF;
            return copy;
        }
    }

    [Fact]
    public async Task Somebody_of_a_ward_sees_its_beds_and_no_others()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        var alerts = await world.RaiseAsync(seed: 2, count: 200);
        await world.RollUpAsync();
        var query = AlarmLoadQuery.Of(Start, world.Now);
        Assert.Equal(Plain(alerts.Where(one => one.Ward == "ICU"), query), Shown(await world.ReadAsync(query, "North/ICU")));
        Assert.Empty((await world.ReadAsync(query with { Region = "North", Ward = "ICU" }, "North/Surgery")).Beds);
        await (await world.Host.SignedInAsync("nurse")).GetStringAsync("/api/analytics/alarm-load.csv");
        Assert.Contains(await world.Host.ReadAuditAsync(null, 9), entry => entry is { Action: "export.alarmLoad", Actor: "nurse" });
    }

    [Fact]
    public void Hours_of_the_day_are_those_of_the_hospital_also_when_clocks_change()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");
        // Clocks go back on 25 October 2026 at 01:00 UTC.
        var report = new AlarmReport(AlarmLoadQuery.Of(new(2026, 10, 24, 0, 0, 0, TimeSpan.Zero), new(2026, 10, 27, 0, 0, 0, TimeSpan.Zero)), zone);
        foreach (var raised in new DateTimeOffset[] { new(2026, 10, 24, 6, 30, 0, TimeSpan.Zero), new(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), new(2026, 10, 25, 1, 30, 0, TimeSpan.Zero), new(2026, 10, 26, 6, 30, 0, TimeSpan.Zero) })
        {
            var tally = new AlarmTally();
            tally.Add(AlarmTallyTests.Alert(raised));
            report.Add(new AlarmLoad("North", "ICU", "B1", LoadPeriod.Day, DateOnly.FromDateTime(raised.UtcDateTime), 1, tally.Pack()));
        }
        Assert.Equal([(2, 2), (7, 1), (8, 1)], report.ByHourOfDay.Index().Where(hour => hour.Item.Raised > 0).Select(hour => (hour.Index, hour.Item.Raised)));
        Assert.Equal([6, 24, 25, 54], report.Hours.Index().Where(hour => hour.Item > 0).Select(hour => hour.Index));
    }

    [Fact]
    public async Task Other_programs_count_by_hour_bed_sign_and_priority()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        var alerts = await world.RaiseAsync(seed: 6, count: 100);
        await world.RollUpAsync();
        var client = world.Host.Client(FeatureHost.ReadKey);
        var span = $"from={Start.AddDays(100):yyyy-MM-dd}&to={Start.AddDays(140):yyyy-MM-dd}";
        var within = alerts.Where(one => one.Alert.RaisedAt >= Start.AddDays(100) && one.Alert.RaisedAt < Start.AddDays(140)).ToList();
        foreach (var (by, keys) in new (string, Func<Placed, string>)[]
                 {
                     ("hour", one => $"{one.Alert.RaisedAt:yyyy-MM-ddTHH}:00:00Z"), ("bed", one => one.Bed), ("sign", one => one.Sign),
                     ("priority", one => one.Alert.Priority.ToString().ToLowerInvariant()),
                 })
        {
            var answer = await client.GetFromJsonAsync<JsonElement>($"/api/analytics/alarm-load?{span}&by={by}");
            Assert.Equal(world.Now, answer.GetProperty("asOf").GetDateTimeOffset());
            Assert.Equal("SQLite", answer.GetProperty("store").GetString());
            Assert.Equal(JsonValueKind.String, answer.GetProperty("consistency").ValueKind);
            Assert.Equal(
                within.GroupBy(keys).Select(same => $"{same.Key} {same.Count()}").Order(StringComparer.Ordinal),
                answer.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("key")} {item.GetProperty("alerts")}").Order(StringComparer.Ordinal));
        }
        var csv = await client.GetStringAsync($"/api/analytics/alarm-load.csv?{span}&region=North&ward=ICU");
        Assert.Equal(
            within.Where(one => one.Ward == "ICU").GroupBy(one => (one.Bed, one.Sign)).Select(same => $"North,ICU,{same.Key.Bed},{same.Key.Sign},{same.Count()}").Order(StringComparer.Ordinal),
            csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => string.Join(',', line.Split(',').Take(5))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_page_shows_the_same_and_each_cell_leads_to_its_alarms()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        var nurse = await world.Host.SignedInAsync("nurse");
        Assert.Contains("nothing has been added up yet", await nurse.GetStringAsync("/analytics"), StringComparison.Ordinal);
        var alerts = await world.RaiseAsync(seed: 9, count: 400);
        await world.RollUpAsync();

        var page = WebUtility.HtmlDecode(await nurse.GetStringAsync("/analytics?ward=&days=30"));
        var month = alerts.Where(one => one.Alert.RaisedAt >= world.Now.AddDays(-30).AddHours(-1)).ToList();
        Assert.Contains($"of {month.Count} alarms", page, StringComparison.Ordinal);
        var reviewed = month.Where(one => one.Alert.Review is not null).ToList();
        Assert.Contains($"of {reviewed.Count} reviewed \u00b7 {reviewed.Count(one => one.Alert.Review!.Verdict == AlertVerdict.FalseAlarm)} false", page, StringComparison.Ordinal);
        var spo2 = reviewed.Where(one => one.Sign == "spo2").ToList();
        Assert.Contains($">{spo2.Count(one => one.Alert.Review!.Verdict != AlertVerdict.TrueAlarm)} of {spo2.Count}<", page, StringComparison.Ordinal);
        Assert.Contains("as of <time", page, StringComparison.Ordinal);
        // From the hospital to a ward, and from a bed's hour to the list of its alarms.
        Assert.Contains("/analytics?ward=North%2FICU&days=30", page, StringComparison.Ordinal);
        page = WebUtility.HtmlDecode(await nurse.GetStringAsync("/analytics?ward=North/ICU&days=30"));
        var hour = month.First(one => one.Bed == "B2").Alert.RaisedAt.Hour;
        var count = month.Count(one => one.Bed == "B2" && one.Alert.RaisedAt.Hour == hour);
        Assert.Contains($"B2, {hour:00}:00 to {(hour + 1) % 24:00}:00: {count} alarm{(count == 1 ? "" : "s")} in ", page, StringComparison.Ordinal);
        Assert.Matches($"""/alerts/history\?patient=B2&ward=North%2FICU&[^"]*hour={hour}"?""", page);
    }

    [Theory]
    [InlineData("by=patient", "by")]
    [InlineData("priority=1", "priority")]
    [InlineData("from=2025-01-01&to=2025-12-31", "from")]
    [InlineData("by=bed&from=1990-01-01", "from")]
    [InlineData("patient=1", "patient")]
    public async Task What_is_asked_for_wrongly_is_named(string query, string fields)
    {
        await using var host = await FeatureHost.StartAsync();
        var answer = await host.Client(FeatureHost.ReadKey).GetAsync("/api/analytics/alarm-load?" + query);
        Assert.Equal(fields.Split(' '), await Patients.PatientEndpointTests.ErrorsAsync(answer));
    }

    // Written from what the figures mean, without the roll-up's code.
    private static string Plain(IEnumerable<Placed> all, AlarmLoadQuery query)
    {
        List<Placed> these =
        [
            .. all.Where(one => one.Alert.RaisedAt >= query.From && one.Alert.RaisedAt < query.To && (query.Ward ?? one.Ward) == one.Ward
                && (query.Sign ?? one.Sign) == one.Sign && (query.Priority ?? one.Alert.Priority) == one.Alert.Priority),
        ];
        double[] responses = [.. these.Where(one => one.Alert.AcknowledgedAt is not null).Select(one => (one.Alert.AcknowledgedAt - one.Alert.RaisedAt)!.Value.TotalSeconds).Order()];
        return string.Join('\n', [
            $"raised {these.Count}",
            $"by itself {these.Count(one => (one.Alert.EndedAt - one.Alert.RaisedAt)?.TotalSeconds <= 30 && (one.Alert.AcknowledgedAt is null || one.Alert.AcknowledgedAt > one.Alert.EndedAt))}",
            $"in alarm {these.Sum(one => (one.Alert.EndedAt - one.Alert.RaisedAt)?.TotalSeconds ?? 0)}",
            $"escalated {these.Count(one => one.Alert.Escalation > 0)}",
            $"reviewed {string.Join(' ', Enum.GetValues<AlertVerdict>().Select(verdict => these.Count(one => one.Alert.Review?.Verdict == verdict)))}",
            $"p50 {(responses.Length == 0 ? "" : responses[(int)Math.Ceiling(0.5 * responses.Length) - 1])}",
            .. these.GroupBy(one => $"{one.Ward} {one.Bed}").Select(same => $"bed {same.Key}: {same.Count()}").Order(StringComparer.Ordinal),
            .. these.GroupBy(one => one.Sign).Select(same => $"sign {same.Key}: {same.Count()}, {same.Count(one => one.Alert.Review is { Verdict: not AlertVerdict.TrueAlarm })} false").Order(StringComparer.Ordinal),
            .. these.GroupBy(one => one.Alert.RaisedAt.Hour).OrderBy(same => same.Key).Select(same => $"hour {same.Key}: {same.Count()}"),
        ]);
    }

    private static string Shown(AlarmReport report) => string.Join('\n', [
        $"raised {report.All.Raised}",
        $"by itself {report.All.EndedBySelf}",
        $"in alarm {report.All.InAlarm.TotalSeconds}",
        $"escalated {report.All.Escalated}",
        $"reviewed {string.Join(' ', Enum.GetValues<AlertVerdict>().Select(report.All.Of))}",
        $"p50 {report.All.Responses.Within(0.5)?.TotalSeconds}",
        .. report.Beds.Where(bed => bed.Value.Sums.Raised > 0).Select(bed => $"bed {bed.Key.Ward} {bed.Key.Name}: {bed.Value.Sums.Raised}").Order(StringComparer.Ordinal),
        .. report.Signs.Select(sign => $"sign {sign.Key}: {sign.Value.Raised}, {sign.Value.FalseOrArtefact} false").Order(StringComparer.Ordinal),
        .. report.ByHourOfDay.Index().Where(hour => hour.Item.Raised > 0).Select(hour => $"hour {hour.Index}: {hour.Item.Raised}"),
    ]);
}
