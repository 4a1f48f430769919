using HealthDashboard.Data.Resilience;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>The database behind its policies. Makes what is missing when it first reaches the server, and looks again after each outage.</summary>
/// <param name="client">The way to the server.</param>
/// <param name="policy">For readings and charts.</param>
/// <param name="rollUps">For making roll-ups.</param>
/// <param name="options">Where the server is.</param>
/// <param name="time">The clock.</param>
internal sealed class InfluxDatabase(
    InfluxClient client, StorePolicy policy, StorePolicy rollUps, InfluxDbOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim looking = new(1, 1);
    private volatile bool ready;
    private long settled;

    /// <summary>The statements over this database.</summary>
    public InfluxStatements Statements { get; } = new(options.Database);

    /// <summary>
    /// Up to when the roll-ups are made, milliseconds since 1970, a whole minute. Known once the server was reached, and then never
    /// later than it is, so what is drawn from raw readings after it is right even when another node has gone on.
    /// </summary>
    public long Settled => Volatile.Read(ref settled);

    /// <summary>The first time whose raw readings count as kept, milliseconds since 1970, a whole minute.</summary>
    public long FirstRaw => InfluxTime.Ceiling(
        Math.Max(0, (time.GetUtcNow() - options.RawRetention).ToUnixTimeMilliseconds()), InfluxTime.Minute);

    /// <summary>Runs a query, again if it must, and makes its result anew each time.</summary>
    /// <typeparam name="T">What the rows are put into.</typeparam>
    /// <param name="query">The query, known once the server was reached.</param>
    /// <param name="make">Makes an empty result.</param>
    /// <param name="take">Puts a row into it.</param>
    /// <param name="cancel">Ends the call.</param>
    public ValueTask<T> QueryAsync<T>(Func<InfluxQuery> query, Func<T> make, Action<T, InfluxRow> take, CancellationToken cancel) =>
        QueryAsync(policy, query, make, take, cancel);

    /// <summary>As the other one, for making roll-ups.</summary>
    public ValueTask<T> QueryRollUpsAsync<T>(Func<InfluxQuery> query, Func<T> make, Action<T, InfluxRow> take, CancellationToken cancel) =>
        QueryAsync(rollUps, query, make, take, cancel);

    /// <summary>Writes roll-ups, again if it must.</summary>
    public async Task WriteRollUpsAsync(ReadOnlyMemory<byte> lines, CancellationToken cancel) =>
        await rollUps.RepeatAsync(token => ReadyAsync(() => client.WriteAsync(InfluxSchema.RollUp, lines, token), token), cancel);

    /// <summary>Writes readings once: who has readings to keep has a spool, and is to hear soon that it is needed.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancel) =>
        await policy.OnceAsync(token => ReadyAsync(() => client.WriteAsync(InfluxSchema.Raw, lines, token), token), cancel);

    /// <summary>Remembers, here and in the server, up to when the roll-ups are made.</summary>
    public async Task SettleAsync(long until, CancellationToken cancel)
    {
        await rollUps.RepeatAsync(token => ReadyAsync(() => WriteSettledAsync(until, token), token), cancel);
        Volatile.Write(ref settled, Math.Max(until, Settled));
    }

    /// <summary>Reaches the server if that has not happened yet.</summary>
    public async Task ReachAsync(CancellationToken cancel) =>
        await rollUps.RepeatAsync(token => ReadyAsync(static () => Task.CompletedTask, token), cancel);

    /// <summary>Writes what is known already once more, outside the policy, and says how the server is.</summary>
    public async ValueTask<string> ProbeAsync(CancellationToken cancel)
    {
        await ReadyAsync(() => WriteSettledAsync(Settled, cancel), cancel);
        return $"InfluxDB {client.Version}, rolled up to {DateTimeOffset.FromUnixTimeMilliseconds(Settled):yyyy-MM-dd HH:mm} UTC.";
    }

    public void Dispose()
    {
        looking.Dispose();
        client.Dispose();
    }

    private async Task WriteSettledAsync(long until, CancellationToken cancel)
    {
        using var lines = new InfluxLines();
        lines.AddSettled(until);
        await client.WriteAsync(InfluxSchema.RollUp, lines.Finish(), cancel);
    }

    private ValueTask<T> QueryAsync<T>(
        StorePolicy with, Func<InfluxQuery> query, Func<T> make, Action<T, InfluxRow> take, CancellationToken cancel) => with.RepeatAsync(
        async token =>
        {
            var result = make();
            await ReadyAsync(() => client.QueryAsync(query(), row => take(result, row), token), token);
            return result;
        },
        cancel);

    // The result is there because a policy runs what has one.
    private async ValueTask<bool> ReadyAsync(Func<Task> call, CancellationToken cancel)
    {
        try
        {
            if (!ready)
                await EnsureAsync(cancel);
            await call();
            return true;
        }
        catch (StoreUnavailableException)
        {
            // The server that comes back may be an empty one.
            ready = false;
            throw;
        }
    }

    private async Task EnsureAsync(CancellationToken cancel)
    {
        await looking.WaitAsync(cancel);
        try
        {
            if (ready)
                return;
            if (await InfluxSchema.EnsureAsync(client, options, Statements, cancel) is not { } until)
            {
                // Nothing is there yet. What comes in later for the time before this is late, and rolled up as it comes.
                until = RollUps.SettledAt(time.GetUtcNow());
                await WriteSettledAsync(until, cancel);
            }
            Volatile.Write(ref settled, until);
            ready = true;
        }
        finally
        {
            looking.Release();
        }
    }
}
