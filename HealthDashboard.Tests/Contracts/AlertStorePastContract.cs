using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <content>What was open at a past moment.</content>
public abstract partial class AlertStoreContract
{
    [Fact]
    public async Task An_alert_of_the_past_is_as_its_last_change_up_to_then_has_left_it()
    {
        var raised = Alert();
        var worse = raised.Next(a => a with { Extreme = 80, Priority = AlertPriority.High });
        var taken = worse.Next(a => a with { Response = AlertResponse.Acknowledged, AcknowledgedBy = "nina" });
        var ended = taken.Ended();
        await WriteAsync(
            Raised(raised), Later(AlertChangeKind.Updated, worse, 10), Later(AlertChangeKind.Acknowledged, taken, 20), Later(AlertChangeKind.Ended, ended, 30));

        Assert.Empty(await OpenAtAsync(-1));
        Assert.Equal([raised], await OpenAtAsync(0));
        Assert.Equal([raised], await OpenAtAsync(9));
        Assert.Equal([worse], await OpenAtAsync(10));
        Assert.Equal([taken], await OpenAtAsync(29));
        Assert.Empty(await OpenAtAsync(30));
    }

    [Fact]
    public async Task An_alert_that_went_on_after_it_had_ended_was_not_open_between()
    {
        var raised = Alert();
        var ended = raised.Ended();
        var resumed = ended.Next(a => a with { Condition = AlertCondition.Active, EndedAt = null });
        var latched = resumed.Next(a => a with { Condition = AlertCondition.Latched, EndedAt = Noon });
        await WriteAsync(
            Raised(raised), Later(AlertChangeKind.Ended, ended, 10), Later(AlertChangeKind.Resumed, resumed, 20), Later(AlertChangeKind.Latched, latched, 30));

        Assert.Equal([raised], await OpenAtAsync(5));
        Assert.Empty(await OpenAtAsync(15));
        Assert.Equal([resumed], await OpenAtAsync(25));
        Assert.Equal([latched], await OpenAtAsync(1_000_000));
    }

    [Fact]
    public async Task An_alert_that_was_open_for_weeks_is_found_in_all_of_them()
    {
        const int Week = 7 * 86_400;
        Alert weeks = Alert(), day = Alert(), goesOn = Alert();
        await WriteAsync(
            Raised(weeks), Raised(day), Raised(goesOn), Later(AlertChangeKind.Ended, day.Ended(), 86_400), Later(AlertChangeKind.Ended, weeks.Ended(), 3 * Week));

        Assert.Equal([weeks, day, goesOn], await OpenAtAsync(86_399));
        Assert.Equal([weeks, goesOn], await OpenAtAsync(86_400));
        Assert.Equal([weeks, goesOn], await OpenAtAsync(2 * Week));
        Assert.Equal([goesOn], await OpenAtAsync(3 * Week));
    }

    [Fact]
    public async Task A_review_weeks_later_changes_nothing_of_the_moments_between()
    {
        const int Week = 7 * 86_400;
        Alert minute = Alert(), weeks = Alert();
        var (minuteEnded, weeksEnded) = (minute.Ended(), weeks.Ended());
        await WriteAsync(
            Raised(minute), Raised(weeks), Later(AlertChangeKind.Ended, minuteEnded, 60), Later(AlertChangeKind.Ended, weeksEnded, 3 * Week),
            Later(AlertChangeKind.Reviewed, Reviewed(minuteEnded), 4 * Week), Later(AlertChangeKind.Reviewed, Reviewed(weeksEnded), 4 * Week));

        Assert.Equal([minute, weeks], await OpenAtAsync(59));
        Assert.Equal([weeks], await OpenAtAsync(60));
        Assert.Equal([weeks], await OpenAtAsync(2 * Week));
        Assert.Empty(await OpenAtAsync(3 * Week));

        static Alert Reviewed(Alert ended) => ended.Next(a => a with { Review = new(AlertVerdict.Artefact, null, "doc", Noon.AddSeconds(4 * Week)) });
    }

    [Fact]
    public async Task An_alert_is_there_from_when_it_was_raised_though_it_was_recorded_later()
    {
        var alert = Alert();
        await WriteAsync(Later(AlertChangeKind.Raised, alert, 60));

        Assert.Equal([alert], await OpenAtAsync(0));
    }

    private static AlertChange Later(AlertChangeKind kind, Alert alert, int seconds) => Change(kind, alert) with { Time = Noon.AddSeconds(seconds) };

    // Without their numbers, which the store gives.
    private async Task<IEnumerable<Alert>> OpenAtAsync(int seconds) => (await store.ReadOpenAtAsync(Noon.AddSeconds(seconds))).Select(alert => alert with { Sequence = 0 });
}
