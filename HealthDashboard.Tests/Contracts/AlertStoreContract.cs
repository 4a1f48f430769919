using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What every store of alerts does when it is written to. What it gives back: the other part of this class.</summary>
public abstract partial class AlertStoreContract(StoreFactory<IAlertStore> factory) : IDisposable
{
    private readonly IAlertStore store = factory.Open();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task Every_change_gets_a_greater_number()
    {
        var alert = Alert();
        var outcomes = await WriteAsync(
            Raised(alert), Raised(Alert()), Change(AlertChangeKind.Updated, alert.Next()), Change(AlertChangeKind.Ended, alert.Next().Ended()));
        Assert.All(outcomes, outcome => Assert.True(outcome.Taken));
        var numbers = outcomes.Select(outcome => outcome.Change.Sequence).ToArray();
        Assert.True(numbers[0] > 0);
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.Equal(outcomes.Select(outcome => outcome.Change), await store.ReadChangesAsync(0, 10));
    }

    [Fact]
    public async Task The_callers_number_counts_for_nothing()
    {
        var change = (await WriteAsync(Raised(Alert() with { Sequence = 4711 })))[0].Change;
        Assert.NotEqual(4711, change.Sequence);
        Assert.Equal(change, Assert.Single(await store.ReadChangesAsync(0, 10)));
    }

    [Fact]
    public async Task A_change_that_is_not_one_version_newer_is_refused_with_the_alert_as_stored()
    {
        var alert = Alert();
        await WriteAsync(Raised(alert), Change(AlertChangeKind.Acknowledged, alert.Next(a => a with { Response = AlertResponse.Acknowledged }), "nina"));
        var stored = (await store.FindAsync(alert.Id))!;

        foreach (var version in new[] { 1, 2, 4, 5 })
        {
            var late = Change(AlertChangeKind.Escalated, alert with { Version = version, Escalation = 9 });
            var outcome = Assert.Single(await WriteAsync(late));
            Assert.False(outcome.Taken);
            Assert.Equal(late, outcome.Change);
            Assert.Equal(stored, outcome.Current);
        }

        Assert.Equal(stored, await store.FindAsync(alert.Id));
        Assert.Equal(2, (await store.HistoryAsync(alert.Id)).Count);
    }

    [Fact]
    public async Task A_refused_change_does_not_keep_others_from_being_taken()
    {
        Alert first = Alert(), second = Alert();
        await WriteAsync(Raised(first));
        var outcomes = await WriteAsync(
            Change(AlertChangeKind.Updated, first.Next().Next()), Raised(second), Change(AlertChangeKind.Updated, first.Next()));
        Assert.Equal([false, true, true], outcomes.Select(outcome => outcome.Taken));
        Assert.Equal(2, (await store.FindAsync(first.Id))!.Version);
        Assert.NotNull(await store.FindAsync(second.Id));
    }

    [Fact]
    public async Task A_second_open_alert_for_a_key_is_refused_with_the_one_that_is_open()
    {
        var alert = Alert();
        await WriteAsync(Raised(alert));
        var open = await store.FindAsync(alert.Id);
        var second = Alert(alert.PatientId);
        Assert.Equal(open, Assert.Single(await WriteAsync(Raised(second))).Current);
        Assert.Null(await store.FindAsync(second.Id));

        var others = await WriteAsync(
            Raised(Alert(alert.PatientId, direction: AlertDirection.High)), Raised(Alert(alert.PatientId, "heartRate")), Raised(Alert()));
        Assert.All(others, outcome => Assert.True(outcome.Taken));
    }

    [Fact]
    public async Task An_alert_that_was_over_before_it_was_recorded_is_recorded_beside_the_one_that_is_open()
    {
        var open = Alert();
        await WriteAsync(Raised(open));
        var over = Alert(open.PatientId) with { Condition = AlertCondition.Ended, EndedAt = Alert().RaisedAt };
        Assert.True(Assert.Single(await WriteAsync(Raised(over))).Taken);
        Assert.Equal([open.Id], (await store.ReadOpenAsync()).Open.Select(a => a.Id));
        Assert.Equal(AlertCondition.Ended, (await store.FindAsync(over.Id))!.Condition);
        Assert.False(Assert.Single(await WriteAsync(Raised(Alert(open.PatientId)))).Taken);
    }

    [Fact]
    public async Task A_latched_alert_is_open_and_an_ended_one_is_not()
    {
        var alert = Alert();
        var latched = alert.Next(a => a with { Condition = AlertCondition.Latched });
        await WriteAsync(Raised(alert), Change(AlertChangeKind.Latched, latched));
        Assert.False(Assert.Single(await WriteAsync(Raised(Alert(alert.PatientId)))).Taken);
        Assert.Equal([alert.Id], (await store.ReadOpenAsync()).Open.Select(a => a.Id));

        await WriteAsync(Change(AlertChangeKind.Acknowledged, latched.Ended(), "nina"));
        Assert.Empty((await store.ReadOpenAsync()).Open);
        Assert.True(Assert.Single(await WriteAsync(Raised(Alert(alert.PatientId)))).Taken);
    }

    [Fact]
    public async Task An_alert_is_not_opened_again_beside_another_one()
    {
        var first = Alert();
        var second = Alert(first.PatientId);
        await WriteAsync(Raised(first), Change(AlertChangeKind.Ended, first.Ended()), Raised(second));
        var again = Change(AlertChangeKind.Resumed, first.Ended().Next(a => a with { Condition = AlertCondition.Active }));
        var outcome = Assert.Single(await WriteAsync(again));
        Assert.False(outcome.Taken);
        Assert.Equal(second.Id, outcome.Current?.Id);
        Assert.Equal([second.Id], (await store.ReadOpenAsync()).Open.Select(a => a.Id));
    }

    [Fact]
    public async Task A_change_of_an_alert_that_was_never_stored_is_refused()
    {
        var orphan = Alert().Next();
        var outcome = Assert.Single(await WriteAsync(Change(AlertChangeKind.Updated, orphan)));
        Assert.False(outcome.Taken);
        Assert.Null(outcome.Current);

        var open = Alert(orphan.PatientId);
        await WriteAsync(Raised(open));
        Assert.Equal(open.Id, Assert.Single(await WriteAsync(Change(AlertChangeKind.Updated, orphan))).Current?.Id);
        Assert.Null(await store.FindAsync(orphan.Id));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_can_be_repeated()
    {
        var alert = Alert();
        AlertChange[] changes = [Raised(alert), Change(AlertChangeKind.Updated, alert.Next()), Change(AlertChangeKind.Ended, alert.Next().Ended())];
        AlarmState[] states = [new(alert.PatientId, new byte[] { 1, 2, 3 })];
        var first = await store.WriteAsync(changes, states);
        var again = await store.WriteAsync(changes, states);
        Assert.Equal(first, again);
        Assert.Equal(first[1], Assert.Single(await WriteAsync(changes[1])));
        Assert.Equal(3, (await store.ReadChangesAsync(0, 100)).Count);
    }

    [Fact]
    public async Task The_same_version_by_another_actor_or_of_another_kind_is_no_repeat()
    {
        var alert = Alert();
        var taken = alert.Next(a => a with { Response = AlertResponse.Acknowledged, AcknowledgedBy = "nina" });
        await WriteAsync(Raised(alert), Change(AlertChangeKind.Acknowledged, taken, "nina"));
        Assert.False(Assert.Single(await WriteAsync(Change(AlertChangeKind.Acknowledged, taken with { AcknowledgedBy = "carl" }, "carl"))).Taken);
        Assert.False(Assert.Single(await WriteAsync(Change(AlertChangeKind.Silenced, taken, "nina"))).Taken);
        Assert.Equal("nina", (await store.FindAsync(alert.Id))!.AcknowledgedBy);
    }

    [Fact]
    public async Task Of_writers_that_race_for_one_version_exactly_one_wins()
    {
        var alert = Alert();
        await WriteAsync(Raised(alert));
        var other = factory.Open();
        var (done, failed) = await RaceAsync(8, async n => (await (n % 2 == 0 ? store : other).WriteAsync(
            [Change(AlertChangeKind.Escalated, alert.Next(a => a with { Escalation = 1, EscalatedTo = $"{n}" }), $"node{n}")], []))[0]);
        Assert.Empty(failed);
        var winner = Assert.Single(done, outcome => outcome.Taken);
        Assert.All(done.Where(outcome => !outcome.Taken), outcome => Assert.Equal(winner.Change.Alert, outcome.Current));
        Assert.Equal(winner.Change.Alert, await other.FindAsync(alert.Id));
        Assert.Equal(2, (await store.HistoryAsync(alert.Id)).Count);
    }

    [Fact]
    public async Task Of_writers_that_race_to_raise_one_condition_exactly_one_wins()
    {
        var patient = Id();
        var other = factory.Open();
        var (done, failed) = await RaceAsync(8, async n => (await (n % 2 == 0 ? store : other).WriteAsync([Raised(Alert(patient))], []))[0]);
        Assert.Empty(failed);
        var winner = Assert.Single(done, outcome => outcome.Taken);
        Assert.All(done.Where(outcome => !outcome.Taken), outcome => Assert.Equal(winner.Change.Alert, outcome.Current));
        Assert.Equal([winner.Change.Alert], (await store.ReadOpenAsync()).Open);
    }

    [Fact]
    public async Task Callers_at_the_same_time_each_get_their_own_outcomes()
    {
        const int callers = 16, each = 12;
        var other = factory.Open();
        var (done, failed) = await RaceAsync(callers, async n =>
        {
            var alert = Alert();
            var numbers = new List<long>();
            for (var version = 1; version <= each; version++)
            {
                var kind = version == 1 ? AlertChangeKind.Raised : AlertChangeKind.Updated;
                var change = Change(kind, alert with { Version = version, Value = n });
                var outcome = Assert.Single(await (version % 2 == 0 ? store : other).WriteAsync([change], [new(alert.PatientId, new[] { (byte)version })]));
                Assert.True(outcome.Taken);
                Assert.Equal(change with { Alert = change.Alert with { Sequence = outcome.Change.Sequence } }, outcome.Change);
                numbers.Add(outcome.Change.Sequence);
            }

            return numbers;
        });
        Assert.Empty(failed);
        Assert.All(done, numbers => Assert.Equal(numbers.Order(), numbers));
        Assert.Equal(done.SelectMany(numbers => numbers).Order(), (await store.ReadChangesAsync(0, 10_000)).Select(change => change.Sequence));
        Assert.All(await store.ReadStatesAsync(), state => Assert.Equal(each, state.Data.Span[0]));
    }

    [Fact]
    public async Task A_reader_never_meets_a_lower_number_after_a_higher_one()
    {
        var other = factory.Open();
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var seen = new List<long>();
            while (!done.IsCancellationRequested)
                seen.AddRange((await other.ReadChangesAsync(seen.LastOrDefault(), 7)).Select(change => change.Sequence));
            seen.AddRange((await other.ReadChangesAsync(seen.LastOrDefault(), 10_000)).Select(change => change.Sequence));
            return seen;
        });
        await RaceAsync(6, async n =>
        {
            for (var alert = 0; alert < 20; alert++)
                await (n % 2 == 0 ? store : other).WriteAsync([Raised(Alert()), Raised(Alert())], []);
            return n;
        });
        await done.CancelAsync();
        var seen = await reading;
        Assert.Equal(240, seen.Count);
        Assert.Equal(seen.Distinct().Order(), seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_version_that_cannot_be_refuses_the_whole_call(int version)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(Raised(Alert()), Raised(Alert() with { Version = version })));
        Assert.Empty(await store.ReadChangesAsync(0, 10));
    }

    [Fact]
    public async Task A_call_that_was_cancelled_before_it_began_writes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.WriteAsync([Raised(Alert())], [], new CancellationToken(true)));
        Assert.Empty(await store.ReadChangesAsync(0, 10));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_in_between_is_written_whole_or_not_at_all()
    {
        for (var round = 0; round < 20; round++)
        {
            using var cancel = new CancellationTokenSource();
            var alert = Alert();
            var writing = store.WriteAsync(
                [Raised(alert), Change(AlertChangeKind.Updated, alert.Next())], [new(alert.PatientId, new byte[] { 1 })], cancel.Token);
            var alongside = WriteAsync(Raised(Alert()));
            await cancel.CancelAsync();
            await Task.WhenAny(writing);
            Assert.True(Assert.Single(await alongside).Taken);
            var history = await store.HistoryAsync(alert.Id);
            Assert.True(history.Count is 0 or 2);
            Assert.Equal(history.Count == 2, (await store.ReadStatesAsync()).Any(state => state.PatientId == alert.PatientId));
        }
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart_and_numbers_go_on()
    {
        var alert = Alert();
        var last = (await store.WriteAsync([Raised(alert), Change(AlertChangeKind.Updated, alert.Next())], [new(alert.PatientId, new byte[] { 7 })]))[1];
        var again = factory.Reopen();
        Assert.Equal([last.Change.Alert], (await again.ReadOpenAsync()).Open);
        Assert.Equal(last.Change.Sequence, (await again.ReadOpenAsync()).Sequence);
        Assert.Equal(7, Assert.Single(await again.ReadStatesAsync()).Data.Span[0]);
        Assert.True((await again.WriteAsync([Raised(Alert())], []))[0].Change.Sequence > last.Change.Sequence);
    }

    private Task<IReadOnlyList<AlertWriteOutcome>> WriteAsync(params AlertChange[] changes) => store.WriteAsync(changes, []);
}
