using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <content>What a store of alerts gives back.</content>
public abstract partial class AlertStoreContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_alert_comes_back_as_it_was_written()
    {
        var full = Alert() with
        {
            Kind = AlertKind.Score,
            Direction = AlertDirection.None,
            Sign = Data.Model.Alert.ScoreSign,
            Priority = AlertPriority.High,
            Condition = AlertCondition.Latched,
            Response = AlertResponse.Acknowledged,
            Value = 0.1 + 0.2,
            Count = 12,
            EndedAt = Noon.AddSeconds(1),
            AcknowledgedAt = Noon.AddSeconds(2),
            AcknowledgedBy = "žofie",
            SilencedUntil = Noon.AddSeconds(3),
            Escalation = 2,
            EscalatedTo = "Zoë 李",
            Text = "*** NEWS2 8 \u2265 7 \"quoted\" \\ 👩‍⚕️",
            Note = "Line 1\nLine 2",
            RecordedAt = Noon.AddSeconds(4),
        };
        var bare = Alert() with { Kind = AlertKind.Technical, Value = null, Extreme = null, Limit = null };
        foreach (var alert in new[] { full, bare })
        {
            var change = new AlertChange(AlertChangeKind.Raised, alert, "nina", Noon.AddMinutes(1));
            var written = Assert.Single(await WriteAsync(change)).Change;
            Assert.Equal(change with { Alert = alert with { Sequence = written.Sequence } }, written);
            Assert.Equal(written.Alert, await store.FindAsync(alert.Id));
            Assert.Equal(written, Assert.Single(await store.HistoryAsync(alert.Id)));
        }
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_empty()
    {
        Assert.Null(await store.FindAsync(Id()));
        Assert.Empty(await store.HistoryAsync(Id()));
        Assert.Empty(await store.ReadStatesAsync());
        Assert.Empty(await store.QueryAsync(new AlertQuery()));
        var snapshot = await store.ReadOpenAsync();
        Assert.Equal((0, 0), (snapshot.Sequence, snapshot.Open.Count));
    }

    [Fact]
    public async Task The_snapshot_and_the_changes_after_it_make_the_present()
    {
        Alert ended = Alert(), open = Alert();
        await WriteAsync(Raised(ended), Raised(open));
        var snapshot = await store.ReadOpenAsync();
        var last = (await WriteAsync(Change(AlertChangeKind.Ended, ended.Ended()), Raised(Alert())))[^1].Change;
        Assert.Equal(2, snapshot.Open.Count);

        var present = snapshot.Open.ToDictionary(alert => alert.Id);
        foreach (var change in await store.ReadChangesAsync(snapshot.Sequence, 100))
            present[change.Alert.Id] = change.Alert;
        var now = await store.ReadOpenAsync();
        Assert.Equal(last.Sequence, now.Sequence);
        Assert.Equal(present.Values.Where(alert => alert.IsOpen).OrderBy(alert => alert.Id), now.Open.OrderBy(alert => alert.Id));
    }

    [Fact]
    public async Task The_log_is_read_on_from_a_number()
    {
        var written = (await WriteAsync([.. Enumerable.Range(0, 5).Select(_ => Raised(Alert()))])).Select(outcome => outcome.Change).ToArray();
        Assert.Equal(written[..2], await store.ReadChangesAsync(0, 2));
        Assert.Equal(written[2..4], await store.ReadChangesAsync(written[1].Sequence, 2));
        Assert.Equal(written[4..], await store.ReadChangesAsync(written[3].Sequence, 10_000));
        Assert.Empty(await store.ReadChangesAsync(written[4].Sequence, 1));
        Assert.Empty(await store.ReadChangesAsync(long.MaxValue, 1));
    }

    [Fact]
    public async Task The_history_has_each_change_as_it_was()
    {
        var alert = Alert();
        var acknowledged = alert.Next(a => a with { Response = AlertResponse.Acknowledged, AcknowledgedBy = "nina", Note = "seen" });
        var written = await WriteAsync(
            Raised(alert), Raised(Alert()), Change(AlertChangeKind.Acknowledged, acknowledged, "nina"), Change(AlertChangeKind.Ended, acknowledged.Ended()));
        Assert.Equal([written[0].Change, written[2].Change, written[3].Change], await store.HistoryAsync(alert.Id));
        Assert.Equal([1, 2, 3], (await store.HistoryAsync(alert.Id)).Select(change => change.Alert.Version));
    }

    [Fact]
    public async Task A_query_restricts_by_everything_it_names()
    {
        var patient = Id();
        var high = Alert(patient, "heartRate") with { Priority = AlertPriority.High, RaisedAt = Noon.AddHours(1) };
        var medium = Alert(patient) with { RaisedAt = Noon.AddHours(2) };
        var low = Alert() with { Priority = AlertPriority.Low, Kind = AlertKind.Technical, Response = AlertResponse.Acknowledged, RaisedAt = Noon.AddHours(3) };
        var numbers = (await WriteAsync(Raised(high), Raised(medium), Raised(low), Change(AlertChangeKind.Ended, high.Ended())))
            .Select(outcome => outcome.Change.Sequence).ToArray();

        await ExpectAsync(new(), high, low, medium);
        await ExpectAsync(new() { OpenOnly = true }, low, medium);
        await ExpectAsync(new() { PatientIds = [patient] }, high, medium);
        await ExpectAsync(new() { PatientIds = [low.PatientId, patient, Id()] }, high, low, medium);
        await ExpectAsync(new() { PatientIds = [] });
        await ExpectAsync(new() { PatientIds = [.. Enumerable.Range(0, 2000).Select(_ => Id()), patient], OpenOnly = true }, medium);
        await ExpectAsync(new() { Since = numbers[1] }, high, low);
        await ExpectAsync(new() { Since = numbers[3] });
        await ExpectAsync(new() { Before = numbers[2] }, medium);
        await ExpectAsync(new() { AtLeast = AlertPriority.Medium }, high, medium);
        await ExpectAsync(new() { AtLeast = AlertPriority.Low }, high, low, medium);
        await ExpectAsync(new() { Kind = AlertKind.Technical }, low);
        await ExpectAsync(new() { Response = AlertResponse.Unacknowledged }, high, medium);
        await ExpectAsync(new() { From = Noon.AddHours(2) }, low, medium);
        await ExpectAsync(new() { To = Noon.AddHours(2) }, high);
        await ExpectAsync(new() { From = Noon.AddHours(1), To = Noon.AddHours(3), OpenOnly = true, PatientIds = [patient] }, medium);
    }

    [Fact]
    public async Task Pages_of_a_query_follow_each_other()
    {
        await WriteAsync([.. Enumerable.Range(0, 5).Select(_ => Raised(Alert()))]);
        var all = await store.QueryAsync(new AlertQuery());
        var paged = new List<Alert>();
        while (await store.QueryAsync(new AlertQuery { Limit = 2, Before = paged.LastOrDefault()?.Sequence }) is { Count: > 0 } page)
            paged.AddRange(page);
        Assert.Equal(5, all.Count);
        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task A_query_by_time_raised_gives_the_newest_first_whatever_changed_since()
    {
        var patient = Id();
        var oldest = Alert(patient, "heartRate") with { RaisedAt = Noon };
        var middle = Alert() with { RaisedAt = Noon.AddMinutes(1) };
        var (one, other) = (Alert() with { RaisedAt = Noon.AddMinutes(2) }, Alert(patient) with { RaisedAt = Noon.AddMinutes(2) });
        await WriteAsync(Raised(one), Raised(other), Raised(oldest), Raised(middle), Change(AlertChangeKind.Ended, oldest.Ended()));
        var newest = new[] { one, other }.OrderByDescending(alert => alert.Id).Select(alert => alert.Id).ToArray();

        Assert.Equal([.. newest, middle.Id, oldest.Id], await IdsAsync(new()));
        Assert.Equal([.. newest, middle.Id], await IdsAsync(new() { Limit = 3 }));
        Assert.Equal([middle.Id, oldest.Id], await IdsAsync(new() { To = Noon.AddMinutes(2) }));
        Assert.Equal([other.Id, oldest.Id], await IdsAsync(new() { PatientIds = [patient] }));
        Assert.Equal([.. newest, middle.Id], await IdsAsync(new() { OpenOnly = true }));

        async Task<IEnumerable<ObjectId>> IdsAsync(AlertQuery query) =>
            (await store.QueryAsync(query with { NewestRaisedFirst = true })).Select(alert => alert.Id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task A_limit_that_cannot_be_is_refused(int limit)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.QueryAsync(new AlertQuery { Limit = limit }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.ReadChangesAsync(0, limit));
    }

    [Fact]
    public async Task The_last_state_of_each_patient_is_kept()
    {
        var (first, second) = (Id(), Id());
        await store.WriteAsync([], [new(first, new byte[] { 1 }), new(second, new byte[] { 3 })]);
        await store.WriteAsync([], [new(first, Enumerable.Repeat((byte)2, 64 * 1024).ToArray())]);
        var states = (await store.ReadStatesAsync()).ToDictionary(state => state.PatientId, state => state.Data.ToArray());
        Assert.Equal(Enumerable.Repeat((byte)2, 64 * 1024), states[first]);
        Assert.Equal([3], states[second]);
        Assert.Equal(2, states.Count);
        Assert.Equal([3], (await store.FindStateAsync(second))!.Data.ToArray());
        Assert.Null(await store.FindStateAsync(Id()));
    }

    [Fact]
    public async Task An_empty_state_removes_the_patients()
    {
        var (leaves, stays) = (Id(), Id());
        await store.WriteAsync([], [new(leaves, new byte[] { 1 }), new(stays, new byte[] { 2 })]);
        await store.WriteAsync([], [new(leaves, default), new(Id(), default)]);
        Assert.Equal(stays, Assert.Single(await store.ReadStatesAsync()).PatientId);
        Assert.Null(await store.FindStateAsync(leaves));
    }

    [Fact]
    public async Task A_state_that_is_too_large_refuses_the_whole_call()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.WriteAsync([Raised(Alert())], [new(Id(), new byte[1]), new(Id(), new byte[(64 * 1024) + 1])]));
        Assert.Empty(await store.ReadStatesAsync());
        Assert.Empty(await store.ReadChangesAsync(0, 10));
    }

    [Fact]
    public async Task Subscribers_are_told_after_the_change_can_be_read()
    {
        var told = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = store.OnChanged(() => _ = ReadAsync());
        await WriteAsync(Raised(Alert()));
        Assert.Equal(1, await told.Task.WaitAsync(Patience));

        async Task ReadAsync() => told.TrySetResult((await store.ReadChangesAsync(0, 10)).Count);
    }

    [Fact]
    public async Task A_subscriber_that_fails_keeps_nobody_else_from_being_told()
    {
        using var rounds = new SemaphoreSlim(0);
        using var before = store.OnChanged(() => throw new InvalidOperationException("A subscriber's own trouble."));
        using var subscription = store.OnChanged(() => rounds.Release());
        using var after = store.OnChanged(() => throw new InvalidOperationException("A subscriber's own trouble."));
        for (var round = 0; round < 3; round++)
        {
            Assert.True(Assert.Single(await WriteAsync(Raised(Alert()))).Taken);
            Assert.True(await rounds.WaitAsync(Patience));
        }
    }

    [Fact]
    public async Task A_subscription_ends_when_disposed_any_number_of_times()
    {
        var ended = 0;
        using var rounds = new SemaphoreSlim(0);
        var subscription = store.OnChanged(() => Interlocked.Increment(ref ended));
        subscription.Dispose();
        subscription.Dispose();
        using var still = store.OnChanged(() => rounds.Release());
        await WriteAsync(Raised(Alert()));
        Assert.True(await rounds.WaitAsync(Patience));
        Assert.Equal(0, ended);
    }

    [Fact]
    public async Task A_subscriber_may_use_the_store_and_end_its_own_subscription()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IDisposable? subscription = null;
        subscription = store.OnChanged(() => _ = WriteOnceAsync());
        await WriteAsync(Raised(Alert()));
        await done.Task.WaitAsync(Patience);
        Assert.Equal(2, (await store.ReadChangesAsync(0, 10)).Count);

        async Task WriteOnceAsync()
        {
            subscription!.Dispose();
            await WriteAsync(Raised(Alert()));
            done.TrySetResult();
        }
    }

    private async Task ExpectAsync(AlertQuery query, params Alert[] expected) =>
        Assert.Equal(expected.Select(alert => alert.Id), (await store.QueryAsync(query)).Select(alert => alert.Id));
}
