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
    /// <summary>How often what is half written is read again: it is whole after milliseconds, unless a writer died at it.</summary>
    public const int MostRepeats = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim looking = new(1, 1);
    private volatile bool ready;
    private long settled;
    private long? rawHours;

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
        QueryAsync(make, _ => query(), take, static _ => null, cancel);

    /// <summary>As the other one, for a result that may ask again for a part of the rows.</summary>
    public ValueTask<T> QueryAsync<T>(
        Func<T> make, Func<T, InfluxQuery> first, Action<T, InfluxRow> take, Func<T, InfluxQuery?> again, CancellationToken cancel) =>
        policy.RepeatAsync(token => ReadAsync(make, first, take, again, token), cancel);

    /// <summary>As the other ones, for making roll-ups.</summary>
    public Task<T> QueryRollUpsAsync<T>(
        Func<T> make, Func<T, InfluxQuery> first, Action<T, InfluxRow> take, Func<T, InfluxQuery?> again, CancellationToken cancel) =>
        RollUpsAsync(token => ReadAsync(make, first, take, again, token), cancel);

    /// <summary>Writes roll-ups, again if it must.</summary>
    public async Task WriteRollUpsAsync(ReadOnlyMemory<byte> lines, CancellationToken cancel) =>
        await RollUpsAsync(token => ReadyAsync(() => client.WriteAsync(InfluxSchema.RollUp, lines, token), token), cancel);

    /// <summary>Writes readings once: who has readings to keep has a spool, and is to hear soon that it is needed.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancel) =>
        await policy.OnceAsync(token => ReadyAsync(() => client.WriteAsync(InfluxSchema.Raw, lines, token), token), cancel);

    /// <summary>Remembers, here and in the server, up to when the roll-ups are made.</summary>
    public async Task SettleAsync(long until, CancellationToken cancel)
    {
        await RollUpsAsync(token => ReadyAsync(() => WriteSettledAsync(until, token), token), cancel);
        Volatile.Write(ref settled, Math.Max(until, Settled));
    }

    /// <summary>Reaches the server if that has not happened yet.</summary>
    public async Task ReachAsync(CancellationToken cancel) =>
        await RollUpsAsync(token => ReadyAsync(static () => Task.CompletedTask, token), cancel);

    /// <summary>Reads and writes both places, as the work does, outside the policy, and says how the server is.</summary>
    public async ValueTask<string> ProbeAsync(CancellationToken cancel)
    {
        await ReadyAsync(
            async () =>
            {
                await client.QueryAsync(Statements.Places, static _ => { }, cancel);
                // In an hour the mark is at one moment, so that looking every few seconds leaves one a hour.
                using var lines = new InfluxLines();
                lines.AddProbe(InfluxTime.Floor(time.GetUtcNow().ToUnixTimeMilliseconds(), 60 * InfluxTime.Minute));
                await client.WriteAsync(InfluxSchema.Raw, lines.Finish(), cancel);
                await WriteSettledAsync(Settled, cancel);
            },
            cancel);
        return $"InfluxDB {client.Version}, {Kept()}rolled up to {DateTimeOffset.FromUnixTimeMilliseconds(Settled):yyyy-MM-dd HH:mm} UTC.";
    }

    // What an operator keeps for longer stays as it is, and is said.
    private string Kept() => rawHours switch
    {
        0 => "raw readings are kept for good, ",
        { } hours when hours > InfluxSchema.Hours(options) => $"raw readings are kept for {hours}h and not only for {InfluxSchema.Hours(options)}h, ",
        _ => "",
    };

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

    private async ValueTask<T> ReadAsync<T>(
        Func<T> make, Func<T, InfluxQuery> first, Action<T, InfluxRow> take, Func<T, InfluxQuery?> again, CancellationToken cancel)
    {
        var result = default(T);
        await ReadyAsync(
            async () =>
            {
                // Only now is it known up to when roll-ups are made.
                var made = result = make();
                for (var next = first(made); next is not null;)
                {
                    await client.QueryAsync(next, row => take(made, row), cancel);
                    next = again(made);
                    if (next is not null)
                        await Task.Delay(Pause, TimeProvider.System, cancel);
                }
            },
            cancel);
        return result!;
    }

    // What counts or reads much may take its time, as long as the server answers other calls: one that does not is not waited for longer
    // than by any other call.
    private async Task<T> RollUpsAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var result = rollUps.OnceAsync(call, ending.Token).AsTask();
        try
        {
            while (await Task.WhenAny(result, Task.Delay(BetweenLooks, TimeProvider.System, ending.Token)) != result)
                await policy.OnceAsync(PingAsync, cancel);
            return await result;
        }
        finally
        {
            await ending.CancelAsync();
            await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<bool> PingAsync(CancellationToken cancel)
    {
        await client.PingAsync(cancel);
        return true;
    }

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
            (var until, rawHours) = await InfluxSchema.EnsureAsync(client, options, Statements, cancel);
            if (until is null)
            {
                // Nothing is there yet. What comes in later for the time before this is late, and rolled up as it comes.
                until = RollUps.SettledAt(time.GetUtcNow());
                await WriteSettledAsync(until.Value, cancel);
            }
            Volatile.Write(ref settled, until.Value);
            ready = true;
        }
        finally
        {
            looking.Release();
        }
    }
}
