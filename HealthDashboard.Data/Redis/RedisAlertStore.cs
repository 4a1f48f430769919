using System.Globalization;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace HealthDashboard.Data.Redis;

/// <summary>
/// Alerts in Redis. A write is one script, which the server runs with nothing in between, so that of several nodes exactly one opens an
/// alert or takes a step. The layout is in <see cref="AlertWriteScript"/>.
/// </summary>
internal sealed partial class RedisAlertStore : IAlertStore
{
    /// <summary>How many alerts a query looks at in one step: a few milliseconds of the server's time.</summary>
    internal int LookAt { get; init; } = 2_000;

    private const int LargestState = 64 * 1024;

    private readonly RedisConnection redis;
    private readonly ChangeHint hint;
    private readonly ILogger<RedisAlertStore> log;
    private int listening;

    public RedisAlertStore(RedisConnection redis, ILogger<RedisAlertStore> log)
    {
        (this.redis, this.log, hint) = (redis, log, new ChangeHint(log));
        // What was published while the connection was unavailable is lost, and would have been a hint.
        redis.Restored += (_, _) => hint.Raise();
    }

    public async Task<IReadOnlyList<AlertWriteOutcome>> WriteAsync(
        IReadOnlyList<AlertChange> changes, IReadOnlyList<AlarmState> states, CancellationToken cancel = default)
    {
        if (changes.FirstOrDefault(change => change.Alert.Version < 1) is { } change)
            throw new ArgumentException($"The version of alert {change.Alert.Id} is {change.Alert.Version}; the first is 1.", nameof(changes));
        if (states.FirstOrDefault(state => state.Data.Length > LargestState) is { } state)
            throw new ArgumentException($"The state of patient {state.PatientId} has {state.Data.Length} bytes; at most {LargestState} are kept.", nameof(states));
        cancel.ThrowIfCancellationRequested();

        var values = ValuesOf(changes, states);
        var reply = await redis.CallAsync(
            async database =>
            {
                var answered = await redis.EvaluateAsync(database, AlertWriteScript.Text, values);
                await redis.ConfirmAsync(database);
                return answered;
            },
            cancel);
        AlertWriteOutcome[] outcomes = [.. changes.Zip((RedisResult[])reply!, OutcomeOf)];
        if (Array.Exists(outcomes, outcome => outcome.Taken))
            hint.Raise();
        return outcomes;
    }

    public async Task<AlertSnapshot> ReadOpenAsync(CancellationToken cancel = default)
    {
        var entries = AlertEntry.ReadAll(await redis.RunAsync(AlertReadScripts.Open, [], cancel));
        return entries.Count == 0
            ? new AlertSnapshot(0, [])
            : new AlertSnapshot(entries[0].Sequence, [.. entries.Skip(1).Select(entry => entry.Alert).OrderBy(alert => alert.Sequence)]);
    }

    public async Task<IReadOnlyList<AlertChange>> ReadChangesAsync(long sequence, int limit, CancellationToken cancel = default)
    {
        CheckLimit(limit);
        // Ids are number-0, so number-1 is just after.
        var after = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(sequence, 0)}-1");
        return AlertEntry.ReadAll(await redis.CallAsync(
            database => database.ExecuteAsync("XRANGE", (RedisKey)(redis.Prefix + "log"), after, "+", "COUNT", limit), cancel));
    }

    public async Task<IReadOnlyList<Alert>> ReadOpenAtAsync(DateTimeOffset at, CancellationToken cancel = default)
    {
        var (moment, written) = (at.ToUnixTimeMilliseconds(), at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        Dictionary<ObjectId, Alert> found = [];
        foreach (var where in (string[])["open", "raised", "long"])
        {
            for (var (passed, looked) = (0, LookAt); looked == LookAt; passed += looked)
            {
                var reply = (RedisResult[])(await redis.RunAsync(AlertReadScripts.OpenAt, [moment, written, where, passed, LookAt], cancel))!;
                looked = where == "open" ? 0 : (int)reply[0];
                foreach (var alert in reply.Skip(1).Select(entry => AlertEntry.Read(entry).Alert))
                    found[alert.Id] = alert;
            }
        }
        return [.. found.Values.Where(alert => alert.IsOpen && alert.RaisedAt <= at).OrderBy(alert => alert.Sequence)];
    }

    public async Task<Alert?> FindAsync(ObjectId id, CancellationToken cancel = default) =>
        AlertEntry.ReadAll(await redis.RunAsync(AlertReadScripts.Find, [id.ToString()], cancel)).SingleOrDefault()?.Alert;

    public async Task<IReadOnlyList<Alert>> QueryAsync(AlertQuery query, CancellationToken cancel = default)
    {
        CheckLimit(query.Limit);
        var found = new List<Alert>();
        var (to, after) = (query.To is { } end ? "(" + Milliseconds(end) : "+inf", "");
        while (true)
        {
            var reply = (RedisResult[])(await redis.RunAsync(
                AlertReadScripts.Query,
                [
                    JsonSerializer.Serialize(query with { From = null, To = null, Limit = query.Limit - found.Count }, RedisJson.Entries.AlertQuery),
                    query.From is { } from ? Milliseconds(from) : "-inf",
                    to,
                    LookAt,
                    after,
                ],
                cancel))!;
            found.AddRange(reply.Skip(1).Select(entry => AlertEntry.Read(entry).Alert));
            if ((string?)reply[0] is not { Length: > 0 } goOn)
                return found;
            if (goOn.Split(' ') is [var raised, var id])
                (to, after) = (raised, id);
            else
                query = query with { Before = long.Parse(goOn, CultureInfo.InvariantCulture) };
        }
    }

    public async Task<IReadOnlyList<AlertChange>> HistoryAsync(ObjectId id, CancellationToken cancel = default) =>
        AlertEntry.ReadAll(await redis.RunAsync(AlertReadScripts.History, [id.ToString()], cancel));

    public async Task<AlarmState?> FindStateAsync(ObjectId patientId, CancellationToken cancel = default) =>
        (byte[]?)await redis.CallAsync(database => database.HashGetAsync(redis.Prefix + "states", patientId.ToString()), cancel) is { } data
            ? new AlarmState(patientId, data)
            : null;

    public async Task<IReadOnlyList<AlarmState>> ReadStatesAsync(CancellationToken cancel = default) => Array.ConvertAll(
        await redis.CallAsync(database => database.HashGetAllAsync(redis.Prefix + "states"), cancel),
        entry => new AlarmState(ObjectId.Parse(entry.Name!), (byte[])entry.Value!));

    public IDisposable OnChanged(Action callback)
    {
        var subscription = hint.Subscribe(callback);
        if (Interlocked.Exchange(ref listening, 1) == 0)
            _ = ListenAsync();
        return subscription;
    }

    // The hints of other nodes. The client asks for the channel again by itself after each reconnection.
    private async Task ListenAsync()
    {
        try
        {
            await redis.SubscribeAsync(RedisChannel.Literal(redis.Prefix + "hint"), (_, _) => hint.Raise());
        }
#pragma warning disable CA1031 // Nobody awaits this. Without hints what other nodes write is seen when the log is next looked at.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Volatile.Write(ref listening, 0);
            LogDeaf(error);
        }
    }

    private static RedisValue[] ValuesOf(IReadOnlyList<AlertChange> changes, IReadOnlyList<AlarmState> states)
    {
        var values = new RedisValue[1 + (changes.Count * AlertWriteScript.ValuesOfChange) + (states.Count * 2)];
        values[0] = changes.Count;
        var rest = values.AsSpan(1);
        foreach (var change in changes)
        {
            AlertEntry.Write(change, rest);
            rest = rest[AlertWriteScript.ValuesOfChange..];
        }
        foreach (var state in states)
        {
            (rest[0], rest[1]) = (state.PatientId.ToString(), state.Data.ToArray());
            rest = rest[2..];
        }
        return values;
    }

    private static AlertWriteOutcome OutcomeOf(AlertChange change, RedisResult outcome)
    {
        var entry = outcome.Length > 2 ? AlertEntry.Read(outcome[2]) : null;
        return (int)outcome[0] == 1
            ? new AlertWriteOutcome(entry ?? change with { Alert = change.Alert with { Sequence = (long)outcome[1] } }, null)
            : new AlertWriteOutcome(change, entry?.Alert) { Taken = false };
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
    }

    // Alerts are found by the whole millisecond in which they were raised.
    private static string Milliseconds(DateTimeOffset time) =>
        ((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Error, Message = "Redis does not notify this node of other nodes' alerts; they are seen a second later")]
    private partial void LogDeaf(Exception error);
}
