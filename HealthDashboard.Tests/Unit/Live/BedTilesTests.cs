using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Live;

public class BedTilesTests
{
    private readonly WallFixture wall = new();

    [Fact]
    public void A_tile_is_the_same_object_until_something_it_shows_changes()
    {
        wall.Read(VitalSign.HeartRate, 72);
        var first = wall.Tile();
        wall.Time.Advance(TimeSpan.FromSeconds(1));
        wall.Read(VitalSign.HeartRate, 72.3);

        Assert.Same(first, wall.Tile(first));

        wall.Read(VitalSign.HeartRate, 73);
        Assert.Equal("73", wall.Tile(first).HeartRate.Value.Text);
    }

    [Fact]
    public void A_score_with_parts_missing_reads_at_least_and_names_them()
    {
        wall.Read(VitalSign.HeartRate, 135);
        var score = wall.Tile().Score;
        Assert.Equal("\u22653", score.Text);
        Assert.Contains("missing respiratory rate", score.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void The_score_says_where_it_has_gone_in_an_hour_or_since_it_is_known_and_only_while_it_is_whole()
    {
        Assert.Equal(Trend.Steady, Whole(72).Trend);
        wall.Time.Advance(TimeSpan.FromMinutes(5));
        var (score, at) = (Whole(115), wall.Time.GetUtcNow().AddMinutes(-5));
        Assert.Equal((Trend.Rising, $"NEWS2 2, was 0 at {at:HH:mm}"), (score.Trend, score.Title));
        wall.Time.Advance(TimeSpan.FromMinutes(58));
        // The one of over an hour ago counts no more: since then it has stood.
        Assert.Equal(Trend.Steady, Whole(115).Trend);
        wall.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Trend.Falling, Whole(72).Trend);
        wall.Time.Advance(TimeSpan.FromMinutes(6));
        wall.Read(VitalSign.HeartRate, 135);
        Assert.Equal(("\u22653", Trend.Steady), (wall.Tile().Score.Text, wall.Tile().Score.Trend));

        TileScore Whole(double heartRate)
        {
            foreach (var (sign, value) in new[]
            {
                (VitalSign.HeartRate, heartRate), (VitalSign.RespiratoryRate, 16), (VitalSign.Spo2, 97), (VitalSign.Systolic, 120),
                (VitalSign.Temperature, 37), (VitalSign.OxygenFlow, 0), (VitalSign.Consciousness, 0),
            })
                wall.Read(sign, value);
            return wall.Tile().Score;
        }
    }

    [Fact]
    public void A_patient_of_whom_nothing_is_known_has_no_score() =>
        Assert.Equal(("\u2013", "no data", "NEWS2: no data"), (wall.Tile().Score.Text, wall.Tile().Score.Risk, wall.Tile().Score.Title));

    [Fact]
    public void A_pressure_is_shown_only_while_it_is_current()
    {
        wall.Read(VitalSign.Systolic, 118);
        wall.Read(VitalSign.Diastolic, 74);
        Assert.Equal("118/74", wall.Tile().Pressure.Value.Text);

        wall.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(("\u2013", ValueState.Stale), (wall.Tile().Pressure.Value.Text, wall.Tile().Pressure.Value.State));
    }

    [Theory]
    [InlineData(118.0, 0.0, "118/\u2013", ValueState.SensorOff, "off")]
    [InlineData(0.0, 74.0, "\u2013/74", ValueState.SensorOff, "off")]
    [InlineData(118.0, null, "118/\u2013", ValueState.None, "")]
    public void The_worse_of_two_pressures_says_how_both_are_shown(double systolic, double? diastolic, string text, ValueState state, string age)
    {
        wall.Read(VitalSign.Systolic, systolic);
        if (diastolic is { } value)
            wall.Read(VitalSign.Diastolic, value);
        var shown = wall.Tile().Pressure.Value;
        Assert.Equal((text, state, age), (shown.Text, shown.State, shown.Age));
    }

    [Fact]
    public void A_pressure_with_an_old_half_is_not_current()
    {
        wall.Read(VitalSign.Diastolic, 74);
        wall.Time.Advance(TimeSpan.FromMinutes(61));
        wall.Read(VitalSign.Systolic, 118);
        var shown = wall.Tile().Pressure.Value;
        Assert.Equal(("118/\u2013", ValueState.Stale, "1 h 01"), (shown.Text, shown.State, shown.Age));
    }

    [Fact]
    public void A_tile_has_the_colour_of_the_worst_that_is_true_though_it_is_acknowledged_and_names_what_calls()
    {
        var tile = wall.Tile(
            null, wall.Alert(VitalSign.HeartRate, AlertPriority.High, AlertResponse.Acknowledged), wall.Alert(VitalSign.Spo2, AlertPriority.Low));
        Assert.Equal(AlertPriority.High, tile.Worst);
        Assert.Equal((AlertPriority.Low, true, 1), (tile.Alarm!.Priority, tile.Alarm.Calls, tile.Alarm.More));
        Assert.Equal(AlertPriority.High, tile.HeartRate.Alarm);
        Assert.Equal(new AlarmCounts(1, 0, 1), tile.Alarms);
    }

    [Fact]
    public void What_is_over_colours_nothing_and_says_since_when()
    {
        var over = wall.Alert(VitalSign.HeartRate, AlertPriority.High) with { Condition = AlertCondition.Latched, EndedAt = wall.Time.GetUtcNow().AddMinutes(-5) };
        var tile = wall.Tile(null, over);
        Assert.Null(tile.Worst);
        Assert.Null(tile.HeartRate.Alarm);
        Assert.Equal(("over 07:55", false), (tile.Alarm!.Over, tile.Alarm.Holds));

        var both = wall.Tile(null, over, wall.Alert(VitalSign.Spo2, AlertPriority.Low));
        Assert.Equal((AlertPriority.Low, true), (both.Worst, both.Alarm!.Holds));
    }

    [Fact]
    public void An_acknowledged_alert_alone_keeps_its_colour_and_a_reminder_says_that_it_is_one()
    {
        var alert = wall.Alert(VitalSign.Spo2, AlertPriority.Medium, AlertResponse.Acknowledged);
        Assert.Equal((AlertPriority.Medium, false), (wall.Tile(null, alert).Worst, wall.Tile(null, alert).Alarm!.Calls));
        Assert.True(wall.Tile(null, alert with { Response = AlertResponse.Unacknowledged, Reminder = true }).Alarm!.Reminder);
    }

    [Fact]
    public void Of_two_sources_the_worse_is_shown_with_a_mark()
    {
        var now = wall.Time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 8; i >= 0; i--)
        {
            wall.Evaluate(
                new Reading(wall.Patient.Id, VitalSign.HeartRate, now - (i * 500), 80, "B", now),
                new Reading(wall.Patient.Id, VitalSign.HeartRate, now - (i * 500), 160, "A", now));
        }
        var shown = wall.Tile().HeartRate.Value;
        Assert.Equal(("160", true), (shown.Text, shown.IsOneOfTwo));
    }

    [Fact]
    public void Standby_is_said_with_its_end_and_its_reason_until_it_is_over()
    {
        wall.Patient = wall.Patient with { Standby = new(wall.Time.GetUtcNow().AddHours(6), "theatre", "nurse") };
        Assert.Equal([new(TileNoteKind.Standby, "Standby until 14:00: theatre")], wall.Tile().Notes.All);
        wall.Time.Advance(TimeSpan.FromHours(6));
        Assert.Empty(wall.Tile().Notes.All);
    }

    [Fact]
    public void An_alarm_that_is_off_is_said_with_its_end()
    {
        var off = new SignLimits(null, null) { OffUntil = wall.Time.GetUtcNow().AddHours(8) };
        wall.Own = new AlarmLimits { Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = off } };
        Assert.Equal([new(TileNoteKind.AlarmOff, "HR alarm off until 16:00")], wall.Tile().Notes.All);
        wall.Time.Advance(TimeSpan.FromHours(8));
        Assert.Empty(wall.Tile().Notes.All);
    }

    [Theory]
    [InlineData(-45, null, null)]
    [InlineData(-30, TileNoteKind.ObservationsDue, "Observations due 08:30")]
    [InlineData(25, TileNoteKind.ObservationsLate, "Observations 25 min late")]
    [InlineData(90, TileNoteKind.ObservationsLate, "Observations 1 h 30 late")]
    public void Observations_are_said_when_they_are_due_soon_or_late(int minutesLate, TileNoteKind? kind, string? text)
    {
        wall.Patient = wall.Patient with { Monitoring = MonitoringMode.SpotCheck };
        var due = wall.Time.GetUtcNow().AddMinutes(-minutesLate);
        wall.State = new MonitorState(wall.Patient.Id) { Watch = new() { Since = due.AddHours(-12).ToUnixTimeMilliseconds() } };
        var note = wall.Tile().Notes.All.Select(one => ((TileNoteKind?)one.Kind, one.Text)).FirstOrDefault();
        Assert.Equal((kind, text), note);

        wall.Patient = wall.Patient with { Monitoring = MonitoringMode.Continuous };
        Assert.Empty(wall.Tile().Notes.All);
    }

    [Fact]
    public void Whom_the_score_is_not_made_for_has_none_and_is_said_why()
    {
        wall.Read(VitalSign.HeartRate, 140);
        wall.Patient = wall.Patient with { BirthDate = new DateOnly(2025, 7, 1) };
        Assert.Equal(("\u2013", "under 16", "NEWS2 does not apply: under 16"), Words());
        wall.Patient = wall.Patient with { BirthDate = new DateOnly(1995, 1, 1), MedicalHistory = [new("Pregnancy", null, "77386006")] };
        Assert.Equal(("\u2013", "pregnancy", "NEWS2 does not apply: pregnancy"), Words());

        (string, string, string) Words() => (wall.Tile().Score.Text, wall.Tile().Score.Risk, wall.Tile().Score.Title);
    }

    [Fact]
    public async Task A_trend_is_that_of_half_an_hour()
    {
        wall.Directory.Set(wall.Patient);
        var now = wall.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await wall.Vitals.AppendAsync([new(wall.Patient.Id, VitalSign.HeartRate, now - (30 * 60_000), 60)]);
        wall.Read(VitalSign.HeartRate, 90);
        using var stop = new CancellationTokenSource();
        var running = wall.Trends.RunAsync(() => true, stop.Token);
        wall.Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => wall.Trends.Of(wall.Patient.Id).AsOf != default, "a trend");

        Assert.Equal(Trend.Rising, wall.Tile().HeartRate.Trend);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
