using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly.CircuitBreaker;

namespace HealthDashboard.Tests.Unit.Stores;

public sealed class StorePolicyTests
{
    private readonly ManualTime time = new();
    private int calls;

    [Fact]
    public async Task What_may_be_repeated_is_repeated_until_it_succeeds()
    {
        var policy = Policy(new() { FirstPause = TimeSpan.Zero });

        var result = await policy.RepeatAsync(_ => ++calls < 3 ? throw Unavailable() : ValueTask.FromResult("here"), default);

        Assert.Equal("here", result);
        Assert.Null(policy.UnavailableSince);
    }

    [Fact]
    public async Task What_must_not_run_twice_runs_once()
    {
        var policy = Policy(new());

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await policy.OnceAsync(FailAsync, default));

        Assert.Equal(1, calls);
        Assert.Equal(time.GetUtcNow(), policy.UnavailableSince);
        Assert.Equal("Test: gone", policy.LastFailure);
    }

    [Fact]
    public async Task What_the_store_said_no_to_is_neither_repeated_nor_counted()
    {
        var policy = Policy(new() { BreakAfter = 2 });
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<ConflictException>(async () => await policy.RepeatAsync<int>(
                _ =>
                {
                    calls++;
                    throw new ConflictException(ConflictReason.Stale, "It has changed.");
                },
                default));
        }

        Assert.Equal(10, calls);
        Assert.Equal(CircuitState.Closed, policy.Circuit);
    }

    [Fact]
    public async Task An_attempt_that_gets_no_answer_ends_at_its_limit()
    {
        var policy = Policy(new() { Timeout = TimeSpan.FromSeconds(5) });
        var call = policy.OnceAsync(
            async cancel =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
                return 0;
            },
            default).AsTask();

        time.Advance(TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => call);
        Assert.Equal("Test: no answer within 5 s.", error.Message);
    }

    [Fact]
    public async Task A_server_that_keeps_failing_is_left_alone_and_then_tried_once()
    {
        var policy = Policy(new() { BreakAfter = 3, BreakFor = TimeSpan.FromSeconds(2) });
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await policy.OnceAsync(FailAsync, default));

        var told = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await policy.RepeatAsync(FailAsync, default));
        Assert.Equal(3, calls);
        Assert.Equal(CircuitState.Open, policy.Circuit);
        Assert.Equal(TimeSpan.FromSeconds(2), told.RetryAfter);

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("here", await policy.OnceAsync(_ => ValueTask.FromResult("here"), default));
        Assert.Equal(CircuitState.Closed, policy.Circuit);
        Assert.Null(policy.LastFailure);
    }

    [Fact]
    public async Task The_server_says_how_long_it_wants_to_be_left_alone()
    {
        var policy = Policy(new() { Retries = 1, Timeout = TimeSpan.FromSeconds(10) });
        var call = policy.RepeatAsync(
            _ => ++calls == 1
                ? throw new StoreUnavailableException("Test", "busy") { RetryAfter = TimeSpan.FromSeconds(7) }
                : ValueTask.FromResult("here"),
            default).AsTask();

        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(1, calls);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("here", await call);
    }

    [Fact]
    public async Task Whoever_gives_up_is_not_told_that_the_server_is_away()
    {
        var policy = Policy(new());
        using var gone = new CancellationTokenSource();
        var call = policy.RepeatAsync(
            async cancel =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
                return 0;
            },
            gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Null(policy.UnavailableSince);
    }

    [Fact]
    public async Task It_is_said_once_that_the_server_went_away_and_once_that_it_is_back()
    {
        var log = new Lines();
        var policy = new StorePolicy("Test", new() { BreakAfter = 2, BreakFor = TimeSpan.FromSeconds(2) }, time, log);
        for (var outage = 0; outage < 2; outage++)
        {
            for (var i = 0; i < 2; i++)
                await Assert.ThrowsAsync<StoreUnavailableException>(async () => await policy.OnceAsync(FailAsync, default));
            for (var i = 0; i < 5; i++)
            {
                time.Advance(TimeSpan.FromSeconds(2));
                var before = calls;
                await Assert.ThrowsAsync<StoreUnavailableException>(async () => await policy.OnceAsync(FailAsync, default));
                Assert.Equal((before + 1, CircuitState.Open), (calls, policy.Circuit));
            }
            time.Advance(TimeSpan.FromSeconds(2));
            await policy.OnceAsync(_ => ValueTask.FromResult("here"), default);
            await policy.OnceAsync(_ => ValueTask.FromResult("here"), default);
        }

        const string unavailable = "Error: Test is unavailable, and is asked again from time to time: gone";
        const string back = "Information: Test is available again";
        Assert.Equal([unavailable, back, unavailable, back], log);
    }

    [Fact]
    public async Task A_call_with_its_repetitions_takes_no_longer_than_its_limit()
    {
        var policy = Policy(new() { Timeout = TimeSpan.FromSeconds(2), FirstPause = TimeSpan.Zero, Retries = 5 });
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await policy.RepeatAsync<int>(
            cancel =>
            {
                calls++;
                time.Advance(TimeSpan.FromSeconds(0.9));
                cancel.ThrowIfCancellationRequested();
                throw Unavailable();
            },
            default));

        Assert.Equal("Test: no answer within 2 s.", error.Message);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task What_only_an_operator_can_mend_is_asked_once_logged_once_and_opens_no_circuit()
    {
        var log = new Lines();
        var policy = new StorePolicy("Test", new() { BreakAfter = 2 }, time, log);
        for (var i = 0; i < 10; i++)
        {
            var error = await Assert.ThrowsAsync<StoreRefusedException>(async () => await policy.RepeatAsync<int>(_ => throw ReadOnly(), default));
            Assert.Equal("Test: is read-only.", error.Message);
            Assert.Equal("read", await policy.RepeatAsync(_ => ValueTask.FromResult("read"), default));
        }

        Assert.Equal(CircuitState.Closed, policy.Circuit);
        Assert.Equal(["Error: Test is read-only. This is said once; an operator must mend it"], log);

        await Assert.ThrowsAsync<StoreRefusedException>(async () => await policy.ProbeAsync<int>(_ => throw ReadOnly(), default));
        await policy.ProbeAsync(_ => ValueTask.FromResult("written"), default);
        await policy.ProbeAsync(_ => ValueTask.FromResult("written"), default);
        Assert.Equal("Information: Test refuses nothing any more", Assert.Single(log.Skip(1)));

        static StoreRefusedException ReadOnly() => new("Test", "is read-only.");
    }

    [Fact]
    public async Task An_account_that_is_refused_is_tried_every_thirty_seconds_whoever_calls()
    {
        var log = new Lines();
        var policy = new StorePolicy("Test", new(), time, log);
        for (var second = 0; second < 120; second++)
        {
            var error = await Assert.ThrowsAsync<StoreRefusedException>(async () => await policy.RepeatAsync<int>(
                _ =>
                {
                    calls++;
                    throw StoreRefusedException.Account("Test");
                },
                default));
            Assert.Equal("Test: refuses the user name or password.", error.Message);
            Assert.Equal(TimeSpan.FromSeconds(30 - (second % 30)), error.RetryAfter);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, calls);
        Assert.Equal("here", await policy.OnceAsync(_ => ValueTask.FromResult("here"), default));
        Assert.Equal(
            [
                "Error: Test refuses the user name or password. This is said once; an operator must mend it",
                "Information: Test refuses nothing any more",
            ],
            log);
    }

    [Fact]
    public async Task Of_many_who_come_when_an_account_is_tried_again_one_tries()
    {
        var policy = Policy(new());
        await Assert.ThrowsAsync<StoreRefusedException>(async () => await policy.OnceAsync<int>(_ => throw StoreRefusedException.Account("Test"), default));
        time.Advance(TimeSpan.FromSeconds(30));
        var answer = new TaskCompletionSource<string>();
        var trying = policy.OnceAsync(_ => new ValueTask<string>(answer.Task), default).AsTask();
        for (var i = 0; i < 10; i++)
            await Assert.ThrowsAsync<StoreRefusedException>(async () => await policy.OnceAsync(FailAsync, default));

        Assert.Equal(0, calls);
        answer.SetResult("here");
        Assert.Equal("here", await trying);
        Assert.Equal("here", await policy.OnceAsync(_ => ValueTask.FromResult("here"), default));
    }

    [Fact]
    public async Task What_other_calls_made_the_server_undo_is_repeated_until_it_succeeds_and_opens_no_circuit()
    {
        var policy = Policy(new() { BreakAfter = 2, Retries = 0 });
        var call = policy.OnceAsync(_ => ++calls < 8 ? throw new StoreContendedException("Test", "met another") : ValueTask.FromResult("here"), default).AsTask();
        await Eventually.HoldsAsync(
            () =>
            {
                // Each pause is at most 0.2 s, all of them less than the call's 2 s.
                if (time.WaitingTimers > 0)
                    time.Advance(TimeSpan.FromMilliseconds(10));
                return call.IsCompleted;
            },
            "the call");

        Assert.Equal("here", await call);
        Assert.Equal((8, CircuitState.Closed), (calls, policy.Circuit));
    }

    private static StoreUnavailableException Unavailable() => new("Test", "gone");

    private ValueTask<string> FailAsync(CancellationToken cancel)
    {
        calls++;
        throw Unavailable();
    }

    private StorePolicy Policy(StorePolicyOptions options) => new("Test", options, time, NullLogger.Instance);

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add($"{logLevel}: {formatter(state, exception)}");
    }
}
