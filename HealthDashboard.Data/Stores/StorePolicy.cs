using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// How one server's calls behave while it is slow, unavailable or refuses: a call has a time limit, what may be repeated is repeated
/// within it after a random pause, and after several failures the circuit opens, so that callers hear at once instead of each waiting for
/// the limit. What the server refuses until an operator mends it is not repeated, does not open the circuit, and is logged once. What
/// other calls made it undo is repeated until the limit, and does not open the circuit.
/// All calls to one server go through one policy. An adapter's calls throw <see cref="StoreUnavailableException"/> for whatever a later
/// attempt may mend, <see cref="StoreRefusedException"/> for what an operator must mend; every other exception passes through and counts
/// as an answer.
/// </summary>
public sealed partial class StorePolicy
{
    private static readonly ResiliencePropertyKey<DateTimeOffset> Deadline = new("deadline");

    /// <summary>The longest pause before what other calls made the server undo is repeated.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly ILogger log;
    private readonly TimeProvider time;
    private readonly StorePolicyOptions options;
    private readonly Action<TimeSpan>? ended;
    private readonly CircuitBreakerStateProvider circuit = new();
    private readonly ResiliencePipeline once;
    private readonly ResiliencePipeline repeated;
    private volatile Failure? failure;
    private readonly Lock gate = new();
    private readonly HashSet<string> refusals = new(StringComparer.Ordinal);
    private volatile Refusal? refusal;
    private bool saidUnavailable;

    /// <summary>Makes the policy of a server.</summary>
    /// <param name="store">The store's name for people, for example <c>Redis alerts</c>.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Logs that the server became unavailable or refuses, and that it is available again.</param>
    /// <param name="ended">Called with how long each call took, with its repetitions; null when nobody measures.</param>
    public StorePolicy(string store, StorePolicyOptions options, TimeProvider time, ILogger log, Action<TimeSpan>? ended = null)
    {
        (Store, this.options, this.time, this.log, this.ended) = (store, options, time, log, ended);
        var attempt = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = options.BreakAfter,
                SamplingDuration = options.BreakWindow,
                BreakDuration = options.BreakFor,
                ShouldHandle = new PredicateBuilder()
                    .Handle<StoreUnavailableException>(error => error is not (StoreRefusedException or StoreContendedException))
                    .Handle<TimeoutRejectedException>(),
                StateProvider = circuit,
                // It opens again after each attempt that finds the server still unavailable, which is no news.
                OnOpened = opened => Say(unavailable: true, ReasonOf(opened.Outcome.Exception)),
                OnClosed = _ => Say(unavailable: false, ""),
            })
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = call => ValueTask.FromResult(LeftOf(call.Context)) })
            .Build();
        once = Repeating(attempt, retries: 0);
        repeated = Repeating(attempt, options.Retries);
    }

    /// <summary>The store's name for people.</summary>
    public string Store { get; }

    /// <summary>How long a call may take, with its repetitions.</summary>
    public TimeSpan AnswerWithin => options.Timeout;

    /// <summary>Closed when the server answers, open while it is left alone, half open while one attempt sees whether it is back.</summary>
    public CircuitState Circuit => circuit.CircuitState;

    /// <summary>Since when nothing has succeeded; null when the last call did.</summary>
    public DateTimeOffset? UnavailableSince => failure?.Since;

    /// <summary>What the last failure said, without patient data; null when the last call succeeded.</summary>
    public string? LastFailure => failure?.Message;

    /// <summary>Runs what does the same when it runs twice: reads, and writes that the store knows again.</summary>
    /// <exception cref="StoreUnavailableException">The server did not answer, refuses, or is being left alone.</exception>
    public ValueTask<T> RepeatAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancel) => RunAsync(repeated, call, cancel);

    /// <summary>Runs what must not run a second time unless its caller knows that the first did nothing.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The server did not answer, refuses, or is being left alone; unless it refuses, what was asked may have been done.
    /// </exception>
    public ValueTask<T> OnceAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancel) => RunAsync(once, call, cancel);

    /// <summary>Runs a call that shows that all the work can be done, writes too: when it succeeds, nothing is refused any more.</summary>
    /// <exception cref="StoreUnavailableException">The server did not answer, refuses, or is being left alone.</exception>
    public async ValueTask<T> ProbeAsync<T>(Func<CancellationToken, ValueTask<T>> probe, CancellationToken cancel)
    {
        var result = await RunAsync(once, probe, cancel);
        Forget();
        return result;
    }

    private async ValueTask<T> RunAsync<T>(ResiliencePipeline pipeline, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancel)
    {
        ThrowIfRefused();
        var began = time.GetTimestamp();
        var context = ResilienceContextPool.Shared.Get(cancel);
        context.Properties.Set(Deadline, time.GetUtcNow() + options.Timeout);
        try
        {
            var result = await pipeline.ExecuteAsync(static (context, call) => call(context.CancellationToken), context, call);
            failure = null;
            if (refusal is not null)
                Forget();
            return result;
        }
        catch (StoreRefusedException error)
        {
            Note(error.Message);
            Keep(error);
            throw;
        }
        catch (StoreUnavailableException error)
        {
            Note(error.Message);
            throw;
        }
        catch (TimeoutRejectedException error)
        {
            var late = new StoreUnavailableException(Store, ReasonOf(error), error);
            Note(late.Message);
            throw late;
        }
        catch (BrokenCircuitException error)
        {
            throw new StoreUnavailableException(Store, $"unavailable, is asked again every {options.BreakFor.TotalSeconds:0.#} s.", error)
            {
                RetryAfter = error.RetryAfter ?? options.BreakFor,
            };
        }
        finally
        {
            ended?.Invoke(time.GetElapsedTime(began));
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline Repeating(ResiliencePipeline attempt, int retries) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.FirstPause,
            DelayGenerator = failed => ValueTask.FromResult(failed.Outcome.Exception is StoreContendedException
                ? PauseOf(failed.AttemptNumber)
                : (failed.Outcome.Exception as StoreUnavailableException)?.RetryAfter),
            ShouldHandle = failed => ValueTask.FromResult(
                failed.Outcome.Exception is StoreContendedException
                    ? LeftOf(failed.Context) > 2 * LongestPause
                    : failed.AttemptNumber < retries && MayMend(failed.Outcome.Exception, LeftOf(failed.Context))),
        })
        .AddPipeline(attempt)
        .Build();

    // Callers who met must not meet again: each waits for a random time, at first up to a sixteenth of the longest, then twice as long each time.
    private static TimeSpan? PauseOf(int attempt) => Random.Shared.NextDouble() * LongestPause / (16 >> Math.Min(attempt, 4));

    // A server that is being left alone is not asked again by the one who has just heard so, nor is one that asks for longer than
    // the call may take. What did not answer within the limit has used it up.
    private static bool MayMend(Exception? error, TimeSpan left) =>
        error is StoreUnavailableException unavailable and not StoreRefusedException && left > TimeSpan.Zero && (unavailable.RetryAfter is not { } wait || wait < left);

    private TimeSpan LeftOf(ResilienceContext context)
    {
        var left = context.Properties.GetValue(Deadline, DateTimeOffset.MaxValue) - time.GetUtcNow();
        // Polly takes a limit of no time for none at all.
        return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
    }

    private string ReasonOf(Exception? error) => error switch
    {
        StoreUnavailableException unavailable => unavailable.Reason,
        TimeoutRejectedException => $"no answer within {options.Timeout.TotalSeconds:0.#} s.",
        _ => "",
    };

    private void Note(string message) => failure = new Failure(failure?.Since ?? time.GetUtcNow(), message);

    // Of all who come when it is time to try again, one does: an account that is locked after several wrong passwords stays open.
    private void ThrowIfRefused()
    {
        if (refusal is null)
            return;
        lock (gate)
        {
            if (refusal is not { } kept)
                return;
            var now = time.GetUtcNow();
            if (now < kept.Until)
                throw new StoreRefusedException(Store, kept.Error.Reason, kept.Error) { RetryAfter = kept.Until - now };
            refusal = kept with { Until = now + options.Timeout };
        }
    }

    // What is refused again and again is one line in the log, until a probe finds that nothing is refused.
    private void Keep(StoreRefusedException error)
    {
        bool isNew;
        lock (gate)
        {
            isNew = refusals.Add(error.Reason);
            if (error.RetryAfter is { } wait)
                refusal = new Refusal(error, time.GetUtcNow() + wait);
        }
        if (isNew)
            LogRefuses(Store, error.Reason);
    }

    private void Forget()
    {
        lock (gate)
        {
            refusal = null;
            if (refusals.Count == 0)
                return;
            refusals.Clear();
        }
        LogAccepts(Store);
    }

    private ValueTask Say(bool unavailable, string reason)
    {
        if (Interlocked.Exchange(ref saidUnavailable, unavailable) == unavailable)
            return ValueTask.CompletedTask;
        if (unavailable)
            LogUnavailable(Store, reason);
        else
            LogAvailable(Store);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Store} is unavailable, and is asked again from time to time: {Reason}")]
    private partial void LogUnavailable(string store, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Store} is available again")]
    private partial void LogAvailable(string store);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Store} {Reason} This is said once; an operator must mend it")]
    private partial void LogRefuses(string store, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Store} refuses nothing any more")]
    private partial void LogAccepts(string store);

    private sealed record Failure(DateTimeOffset Since, string Message);

    // What holds for every call, until when.
    private sealed record Refusal(StoreRefusedException Error, DateTimeOffset Until);
}
