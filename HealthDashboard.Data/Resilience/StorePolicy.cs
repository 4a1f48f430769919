using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace HealthDashboard.Data.Resilience;

/// <summary>
/// How one server's calls behave while it is slow or away: each attempt has a time limit, what may be repeated is repeated after a
/// random pause, and after several failures the circuit opens, so that callers hear at once instead of each waiting for the limit.
/// All calls to one server go through one policy. An adapter's calls throw <see cref="StoreUnavailableException"/> for whatever a
/// later attempt may mend; every other exception passes through and counts as an answer.
/// </summary>
public sealed partial class StorePolicy
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly ILogger log;
    private readonly TimeProvider time;
    private readonly StorePolicyOptions options;
    private readonly CircuitBreakerStateProvider circuit = new();
    private readonly ResiliencePipeline once;
    private readonly ResiliencePipeline repeated;
    private volatile Failure? failure;
    private bool saidAway;

    /// <summary>Makes the policy of a server.</summary>
    /// <param name="store">The store's name for people, for example <c>Redis alerts</c>.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is told that the server went away and came back.</param>
    public StorePolicy(string store, StorePolicyOptions options, TimeProvider time, ILogger log)
    {
        (Store, this.options, this.time, this.log) = (store, options, time, log);
        once = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = options.BreakAfter,
                SamplingDuration = options.BreakWindow,
                BreakDuration = options.BreakFor,
                ShouldHandle = new PredicateBuilder().Handle<StoreUnavailableException>().Handle<TimeoutRejectedException>(),
                StateProvider = circuit,
                // It opens again after each attempt that finds the server still away, which is no news.
                OnOpened = _ => Say(LogAway, away: true),
                OnClosed = _ => Say(LogBack, away: false),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Timeout })
            .Build();
        repeated = options.Retries == 0 ? once : new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstPause,
                DelayGenerator = attempt => ValueTask.FromResult((attempt.Outcome.Exception as StoreUnavailableException)?.RetryAfter),
                ShouldHandle = attempt => ValueTask.FromResult(MayMend(attempt.Outcome.Exception)),
            })
            .AddPipeline(once)
            .Build();
    }

    /// <summary>The store's name for people.</summary>
    public string Store { get; }

    /// <summary>Closed when the server answers, open while it is left alone, half open while one attempt sees whether it is back.</summary>
    public CircuitState Circuit => circuit.CircuitState;

    /// <summary>Since when nothing has succeeded; null when the last call did.</summary>
    public DateTimeOffset? AwaySince => failure?.Since;

    /// <summary>What the last failure said, without patient data; null when the last call succeeded.</summary>
    public string? LastFailure => failure?.Message;

    /// <summary>Runs what does the same when it runs twice: reads, and writes that the store knows again.</summary>
    /// <exception cref="StoreUnavailableException">The server did not answer, or is being left alone.</exception>
    public ValueTask<T> RepeatAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancel) => RunAsync(repeated, call, cancel);

    /// <summary>Runs what must not run a second time unless its caller knows that the first did nothing.</summary>
    /// <exception cref="StoreUnavailableException">The server did not answer, or is being left alone; what was asked may have been done.</exception>
    public ValueTask<T> OnceAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancel) => RunAsync(once, call, cancel);

    private async ValueTask<T> RunAsync<T>(ResiliencePipeline pipeline, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancel)
    {
        try
        {
            var result = await pipeline.ExecuteAsync(static (call, token) => call(token), call, cancel);
            failure = null;
            return result;
        }
        catch (StoreUnavailableException error)
        {
            Note(error.Message);
            throw;
        }
        catch (TimeoutRejectedException error)
        {
            throw Unavailable($"no answer within {options.Timeout.TotalSeconds:0.#} s.", error);
        }
        catch (BrokenCircuitException error)
        {
            throw new StoreUnavailableException(Store, $"away, is asked again every {options.BreakFor.TotalSeconds:0.#} s.", error)
            {
                RetryAfter = error.RetryAfter ?? options.BreakFor,
            };
        }
    }

    // A server that is being left alone is not asked again by the one who has just heard so, nor is one that asks for longer than
    // a caller should wait.
    private static bool MayMend(Exception? error) => error switch
    {
        StoreUnavailableException away => away.RetryAfter is not { } wait || wait <= LongestWait,
        _ => error is TimeoutRejectedException,
    };

    private StoreUnavailableException Unavailable(string message, Exception inner)
    {
        var error = new StoreUnavailableException(Store, message, inner);
        Note(error.Message);
        return error;
    }

    private void Note(string message) => failure = new Failure(failure?.Since ?? time.GetUtcNow(), message);

    private ValueTask Say(Action<string> what, bool away)
    {
        if (Interlocked.Exchange(ref saidAway, away) != away)
            what(Store);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Store} is away; it is asked again from time to time")]
    private partial void LogAway(string store);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Store} is back")]
    private partial void LogBack(string store);

    private sealed record Failure(DateTimeOffset Since, string Message);
}
