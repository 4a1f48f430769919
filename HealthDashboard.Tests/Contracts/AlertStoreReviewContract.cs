using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <content>What somebody says who looks back at an alert.</content>
public abstract partial class AlertStoreContract
{
    [Fact]
    public async Task Two_reviews_of_an_alert_that_is_over_are_both_kept_and_the_alert_has_the_newer()
    {
        var raised = Alert();
        var ended = raised.Ended();
        var first = ended.Next(a => a with { Review = new(AlertVerdict.Artefact, "probe off \u2013 \u201cagain\u201d", "nina", Noon.AddDays(3)) });
        var second = first.Next(a => a with { Review = new(AlertVerdict.TrueAlarm, null, "doc", Noon.AddDays(4)) });
        AlertChange[] changes =
        [
            Raised(raised), Later(AlertChangeKind.Ended, ended, 10),
            Change(AlertChangeKind.Reviewed, first, "nina") with { Time = Noon.AddDays(3) }, Change(AlertChangeKind.Reviewed, second, "doc") with { Time = Noon.AddDays(4) },
        ];
        Assert.All(await WriteAsync(changes), outcome => Assert.True(outcome.Taken));

        Assert.Equal(second.Review, (await store.FindAsync(raised.Id))!.Review);
        Assert.Equal([null, null, first.Review, second.Review], (await store.HistoryAsync(raised.Id)).Select(change => change.Alert.Review));
        Assert.Equal([raised], await OpenAtAsync(0));
        Assert.Empty(await OpenAtAsync(60));
        Assert.Empty((await store.ReadOpenAsync()).Open);

        Assert.Equal(second.Review, (await factory.Reopen().FindAsync(raised.Id))!.Review);
    }

    [Fact]
    public async Task A_review_that_is_written_again_is_accepted_and_logged_once()
    {
        var raised = Alert();
        var review = Change(AlertChangeKind.Reviewed, raised.Next(a => a with { Review = new(AlertVerdict.FalseAlarm, null, "nina", Noon) }), "nina");
        await WriteAsync(Raised(raised), review);
        Assert.True(Assert.Single(await WriteAsync(review)).Taken);
        Assert.Equal(2, (await store.HistoryAsync(raised.Id)).Count);
    }

    [Fact]
    public async Task A_review_of_an_alert_that_was_never_stored_is_refused()
    {
        var review = Change(AlertChangeKind.Reviewed, Alert().Next(a => a with { Review = new(AlertVerdict.FalseAlarm, null, "nina", Noon) }), "nina");
        var outcome = Assert.Single(await WriteAsync(review));
        Assert.Equal((false, null), (outcome.Taken, outcome.Current));
    }
}
