using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class AlertLifeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Earlier = Now - TimeSpan.FromMinutes(1);

    [Fact]
    public void Being_on_the_way_is_said_once_a_person_and_acknowledges_nothing()
    {
        var change = AlertLife.Respond(Open(), "nurse", Now)!;
        Assert.Equal((AlertChangeKind.Responded, "nurse", Now), (change.Kind, change.Actor, change.Time));
        Assert.Equal(Open() with { RespondedBy = "nurse", RespondedAt = Now, Version = 4, Sequence = 0 }, change.Alert);
        Assert.Null(AlertLife.Respond(change.Alert, "nurse", Now));
        Assert.Equal("doctor", AlertLife.Respond(change.Alert, "doctor", Now)!.Alert.RespondedBy);
        Assert.Null(AlertLife.Respond(AlertLife.Acknowledge(change.Alert, "nurse", null, Now)!.Alert, "doctor", Now));
        Assert.NotNull(AlertLife.Escalate(change.Alert, 1, "Nina", AlertChange.SystemActor, Now));
    }

    [Fact]
    public void Acknowledging_an_active_alert_records_who_when_and_why_and_keeps_it_active()
    {
        var change = AlertLife.Acknowledge(Open(), "nurse", " seen ", Now)!;

        Assert.Equal(AlertChangeKind.Acknowledged, change.Kind);
        Assert.Equal("nurse", change.Actor);
        Assert.Equal(Now, change.Time);
        Assert.Equal(
            Open() with
            {
                Response = AlertResponse.Acknowledged,
                AcknowledgedAt = Now,
                AcknowledgedBy = "nurse",
                Note = "seen",
                Version = 4,
                Sequence = 0,
            },
            change.Alert);
    }

    [Fact]
    public void Acknowledging_a_latched_alert_ends_it_at_the_time_its_condition_ended()
    {
        var alert = AlertLife.Acknowledge(Open(AlertCondition.Latched), "nurse", null, Now)!.Alert;

        Assert.Equal(AlertCondition.Ended, alert.Condition);
        Assert.Equal(Earlier, alert.EndedAt);
        Assert.Equal(AlertResponse.Acknowledged, alert.Response);
    }

    [Fact]
    public void Acknowledging_an_alert_that_ended_first_records_it_and_does_not_reopen_it()
    {
        var alert = AlertLife.Acknowledge(Open(AlertCondition.Ended), "nurse", "late", Now)!.Alert;

        Assert.Equal(AlertCondition.Ended, alert.Condition);
        Assert.Equal(Earlier, alert.EndedAt);
        Assert.Equal(("nurse", Now, "late"), (alert.AcknowledgedBy, alert.AcknowledgedAt, alert.Note));
    }

    [Fact]
    public void The_first_to_acknowledge_stays_the_one_who_did()
    {
        var taken = AlertLife.Acknowledge(Open(), "nurse", null, Now)!.Alert;

        Assert.Null(AlertLife.Acknowledge(taken, "nurse", null, Now.AddSeconds(1)));
        Assert.Null(AlertLife.Acknowledge(taken, "nurse", "  ", Now.AddSeconds(1)));
        Assert.Null(AlertLife.Acknowledge(taken, "doctor", "me too", Now.AddSeconds(1)));
    }

    [Fact]
    public void Who_acknowledged_may_add_the_note_once()
    {
        var taken = AlertLife.Acknowledge(Open(), "nurse", null, Now)!.Alert;

        var noted = AlertLife.Acknowledge(taken, "nurse", "probe moved", Now.AddSeconds(5))!.Alert;

        Assert.Equal(("probe moved", Now, taken.Version + 1), (noted.Note, noted.AcknowledgedAt, noted.Version));
        Assert.Null(AlertLife.Acknowledge(noted, "nurse", "other", Now.AddSeconds(9)));
    }

    [Theory]
    [InlineData(AlertCondition.Active), InlineData(AlertCondition.Latched)]
    public void Silencing_an_open_alert_pauses_its_sound_and_nothing_else(AlertCondition condition)
    {
        var until = Now.AddSeconds(120);

        var change = AlertLife.Silence(Open(condition), "nurse", until, Now)!;

        Assert.Equal(AlertChangeKind.Silenced, change.Kind);
        Assert.Equal(Open(condition) with { SilencedUntil = until, Version = 4, Sequence = 0 }, change.Alert);
        Assert.Null(AlertLife.Silence(change.Alert, "nurse", until, Now));
        Assert.Equal(Now.AddSeconds(60), AlertLife.Silence(change.Alert, "nurse", Now.AddSeconds(60), Now)!.Alert.SilencedUntil);
    }

    [Theory]
    [InlineData(-1), InlineData(0), InlineData(301)]
    public void A_silence_that_is_over_already_or_longer_than_five_minutes_is_refused(int seconds)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => AlertLife.Silence(Open(), "nurse", Now.AddSeconds(seconds), Now));

        Assert.Equal((double)seconds, error.ActualValue);
        Assert.Contains("at most 300 seconds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_silence_is_five_minutes() =>
        Assert.Equal(Now.AddSeconds(300), AlertLife.Silence(Open(), "nurse", Now.AddSeconds(300), Now)!.Alert.SilencedUntil);

    [Fact]
    public void Breaking_a_silence_brings_the_sound_back_once()
    {
        var silenced = Open() with { SilencedUntil = Now.AddSeconds(30) };

        var change = AlertLife.Unsilence(silenced, AlertChange.SystemActor, Now)!;

        Assert.Equal(AlertChangeKind.Unsilenced, change.Kind);
        Assert.Null(change.Alert.SilencedUntil);
        Assert.Null(AlertLife.Unsilence(change.Alert, AlertChange.SystemActor, Now));
    }

    [Fact]
    public void Escalating_goes_one_step_up_and_tells_nobody_twice()
    {
        var change = AlertLife.Escalate(Open(), 1, "Nurse Kim", AlertChange.SystemActor, Now)!;

        Assert.Equal(AlertChangeKind.Escalated, change.Kind);
        Assert.Equal(Open() with { Escalation = 1, EscalatedTo = "Nurse Kim", Version = 4, Sequence = 0 }, change.Alert);
        Assert.Null(AlertLife.Escalate(change.Alert, 1, "Nurse Kim", AlertChange.SystemActor, Now));
        Assert.Equal(2, AlertLife.Escalate(change.Alert, 2, "Charge Lee", AlertChange.SystemActor, Now)!.Alert.Escalation);
    }

    [Fact]
    public void An_escalation_that_is_due_loses_to_an_acknowledgement_but_a_person_may_still_ask_for_help()
    {
        var taken = AlertLife.Acknowledge(Open(), "nurse", null, Now)!.Alert;

        Assert.Null(AlertLife.Escalate(taken, 1, "Charge Lee", AlertChange.SystemActor, Now));
        Assert.Equal("Charge Lee", AlertLife.Escalate(taken, 1, "Charge Lee", "nurse", Now)!.Alert.EscalatedTo);
    }

    [Fact]
    public void A_latched_alert_still_escalates() =>
        Assert.NotNull(AlertLife.Escalate(Open(AlertCondition.Latched), 1, "Charge Lee", AlertChange.SystemActor, Now));

    [Fact]
    public void An_ended_alert_is_neither_silenced_nor_escalated()
    {
        var ended = Open(AlertCondition.Ended) with { SilencedUntil = Now.AddSeconds(30) };

        Assert.Null(AlertLife.Silence(ended, "nurse", Now.AddSeconds(60), Now));
        Assert.Null(AlertLife.Unsilence(ended, AlertChange.SystemActor, Now));
        Assert.Null(AlertLife.Escalate(ended, 1, "Charge Lee", "nurse", Now));
    }

    private static Alert Open(AlertCondition condition = AlertCondition.Active) => new()
    {
        Sign = "heartRate",
        Direction = AlertDirection.High,
        Priority = AlertPriority.High,
        Condition = condition,
        Value = 152,
        Extreme = 152,
        Limit = 120,
        RaisedAt = Earlier,
        RecordedAt = Earlier,
        EndedAt = condition == AlertCondition.Active ? null : Earlier,
        Text = "*** HR 152 > 120",
        Version = 3,
        Sequence = 17,
    };
}
