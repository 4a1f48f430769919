using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HealthDashboard.Data.Redis;

/// <summary>
/// The one connection of this process to Redis. Made when it is first used, without blocking anybody; the client finds the server again
/// by itself when it was unavailable. Every call goes through the server's policy, which has the one time limit and repeats what a broken
/// connection took with it.
/// </summary>
internal sealed class RedisConnection(IOptions<RedisOptions> options, StorePolicy policy) : IAsyncDisposable
{
    // What a server says while it loads, has lost its primary, or hands a slot over: later it will do as it is asked.
    private static readonly string[] Passing =
        ["LOADING", "MASTERDOWN", "READONLY", "NOREPLICAS", "BUSY", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "NOSCRIPT", "NOAUTH"];

    // What it says until an operator has mended something.
    private static readonly Dictionary<string, string> Refusals = new(StringComparer.Ordinal)
    {
        ["OOM"] = "has no memory left: raise maxmemory. Alerts are read, and none is recorded.",
        ["MISCONF"] = "cannot write to its disk. Alerts are read, and none is recorded.",
        ["NOPERM"] = "refuses the account a command or key that it needs: deploy/redis has the rights.",
    };

    // How a script says it: as "ERR The user executing the script can't run this command or subcommand".
    private const string ScriptWithoutRight = "The user executing the script can't";

    private readonly Lock gate = new();
    private Task<ConnectionMultiplexer>? connecting;
    private bool disposed;

    /// <summary>What every key and channel begins with. The braces put all keys into one slot of a cluster.</summary>
    public string Prefix { get; } = $"{{{options.Value.Prefix}}}:";

    /// <summary>Called when the server is reached again after it was unavailable. Must return at once.</summary>
    public event EventHandler? Restored;

    /// <summary>Runs a script, by its hash where the server knows it. It must do no harm when it runs twice.</summary>
    /// <param name="script">The script; its <c>KEYS[1]</c> is the prefix, from which it makes its keys.</param>
    /// <param name="values">Its <c>ARGV</c>.</param>
    /// <param name="cancel">Ends the wait; the script may still run.</param>
    public ValueTask<RedisResult> RunAsync(string script, RedisValue[] values, CancellationToken cancel) =>
        CallAsync(database => EvaluateAsync(database, script, values), cancel);

    /// <summary>Runs what changes nothing, or the same when it runs twice.</summary>
    /// <exception cref="StoreUnavailableException">The server is unavailable or cannot do it now.</exception>
    /// <exception cref="StoreException">The server refuses it.</exception>
    public ValueTask<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancel) =>
        policy.RepeatAsync(limit => AskAsync(call, limit), cancel);

    /// <summary>As <see cref="CallAsync"/>, for a caller that is inside the policy already or must not be held up by it.</summary>
    public async ValueTask<T> AskAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call((await ConnectedAsync().WaitAsync(cancel)).GetDatabase()).WaitAsync(cancel);
        }
        catch (RedisServerException error)
        {
            // What follows the first word may quote what was asked.
            var code = error.Message.Contains(ScriptWithoutRight, StringComparison.Ordinal) ? "NOPERM" : error.Message.Split(' ', 2)[0];
            if (Refusals.TryGetValue(code, out var refusal))
                throw new StoreRefusedException(policy.Store, refusal, error);
            throw Passing.Contains(code)
                ? new StoreUnavailableException(policy.Store, $"the server says {code}.", error)
                : new StoreException(policy.Store, $"the server refuses: {code}.", error);
        }
        catch (RedisConnectionException error)
        {
            // Why there is no connection is said by what is inside: for example AuthenticationFailure.
            var reason = (error.InnerException as RedisConnectionException ?? error).FailureType;
            // The client itself goes on trying, and locks nobody out; alerts are recorded as soon as the password is right.
            if (reason == ConnectionFailureType.AuthenticationFailure)
                throw new StoreRefusedException(policy.Store, StoreRefusedException.WrongAccount, error);
            throw new StoreUnavailableException(policy.Store, $"not connected ({reason}).", error);
        }
        catch (Exception error) when (error is RedisTimeoutException or RedisCommandException or ObjectDisposedException)
        {
            throw new StoreUnavailableException(policy.Store, "not connected.", error);
        }
    }

    /// <summary>Waits until what the connection has written is on so many replicas as are configured.</summary>
    /// <exception cref="StoreUnavailableException">It is on fewer; it may be repeated.</exception>
    public async Task ConfirmAsync(IDatabase database)
    {
        var wanted = options.Value.Replicas;
        if (wanted > 0 && (int)await database.ExecuteAsync("WAIT", wanted, 500) is var reached && reached < wanted)
            throw new StoreUnavailableException(policy.Store, $"only {reached} of {wanted} replicas confirm.");
    }

    /// <summary>Runs a script on a database at hand.</summary>
    public async Task<RedisResult> EvaluateAsync(IDatabase database, string script, RedisValue[] values)
    {
        RedisKey[] keys = [Prefix];
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values);
        }
        catch (RedisServerException error) when (error.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server has lost its scripts (a restart, a failover, SCRIPT FLUSH) and has done nothing; now the client sends the text again.
            return await database.ScriptEvaluateAsync(script, keys, values);
        }
    }

    /// <summary>Listens to a channel, or to all that match a pattern, for as long as the connection lives, across reconnections.</summary>
    public async Task SubscribeAsync(RedisChannel channel, Action<RedisChannel, RedisValue> heard)
    {
        var multiplexer = await ConnectedAsync();
        await multiplexer.GetSubscriber().SubscribeAsync(channel, heard);
    }

    /// <summary>Ends what <see cref="SubscribeAsync"/> began.</summary>
    public async Task UnsubscribeAsync(RedisChannel channel)
    {
        var multiplexer = await ConnectedAsync();
        await multiplexer.GetSubscriber().UnsubscribeAsync(channel);
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? made;
        lock (gate)
        {
            disposed = true;
            made = connecting;
        }
        if (made is null)
            return;
        await ((Task)made).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (made.IsCompletedSuccessfully)
            await made.Result.CloseAsync(allowCommandsToComplete: false);
    }

    private Task<ConnectionMultiplexer> ConnectedAsync()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            // A server that is unavailable is no failure here; one would be a name that cannot be resolved.
            return connecting is { IsFaulted: false } ? connecting : connecting = Task.Run(ConnectAsync);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options.Value.Parse());
        multiplexer.ConnectionRestored += (_, _) => Restored?.Invoke(this, EventArgs.Empty);
        return multiplexer;
    }
}
