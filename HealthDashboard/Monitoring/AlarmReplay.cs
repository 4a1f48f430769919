using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>
/// What a patient's monitor begins with, the same at a start, when a region is taken over and when a patient is admitted again: the state
/// last stored, the durable readings since, and for signs without a state the values that stand. State is stored only together with the
/// changes it brought about, and ids of alerts follow from what raised them, so what was not written is made again and what was written
/// is not made twice.
/// </summary>
internal sealed partial class AlarmReplay(IAlertStore alerts, IVitalStore vitals, AlarmRules rules, TimeProvider time, ILogger<AlarmReplay> log)
{
    /// <summary>How far back readings of a patient without a stored state are evaluated.</summary>
    public static readonly TimeSpan WithoutState = TimeSpan.FromMinutes(15);

    /// <summary>How far back readings since a stored state are evaluated: longer than the alert store is ever unavailable.</summary>
    public static readonly TimeSpan SinceState = TimeSpan.FromHours(24);

    /// <summary>A device's clock may be ahead by as much as ingest allows.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // When the vital store last failed: for a while other patients do not wait for it too.
    private long vitalsFailed;

    /// <summary>The state of a patient as stored; an empty one when none is.</summary>
    /// <param name="id">The patient.</param>
    /// <param name="open">The patient's open alerts, which the state does not have.</param>
    /// <param name="waitForStore">Whether to wait until the alert store is available. Otherwise timers begin with the readings.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<MonitorState> StateAsync(ObjectId id, IReadOnlyList<Alert> open, bool waitForStore, CancellationToken cancel)
    {
        var stored = await FindStateAsync(id, waitForStore, cancel);
        try
        {
            return MonitorState.Deserialize(id, stored is null ? [] : stored.Data.Span, open);
        }
        catch (InvalidDataException error)
        {
            // Open alerts are kept all the same; timers begin again with the last minutes' readings.
            LogStateUnreadable(error, id);
            return new MonitorState(id) { Open = open };
        }
    }

    /// <summary>The durable readings that a state does not have.</summary>
    /// <returns>In no particular order; null when the vital store is unavailable.</returns>
    public async Task<Reading[]?> ReadingsAsync(MonitorState state, Patient patient, CancellationToken cancel)
    {
        if (Volatile.Read(ref vitalsFailed) is not 0 and var failed && time.GetElapsedTime(failed) < Patience)
            return null;
        try
        {
            return await ReadAsync(state, patient, cancel).WaitAsync(Patience, time, cancel);
        }
        catch (Exception error) when (error is StoreUnavailableException or TimeoutException)
        {
            LogReadingsMissing(error);
            Volatile.Write(ref vitalsFailed, time.GetTimestamp());
            return null;
        }
    }

    /// <summary>
    /// Brings alerts that a replay has raised, and that have ended in the store, in line with it. One whose condition is still active gets a
    /// new life: it ended with a stay, and the value that raised it stands in the next one. Every node comes to the same new id. One that is
    /// over has ended for good: someone acknowledged it after the state was stored.
    /// </summary>
    public async Task<Evaluation> RenewAsync(Evaluation evaluation, MonitoredPatient patient, CancellationToken cancel)
    {
        var (state, changes) = evaluation;
        foreach (var raised in changes.Where(change => change.Kind == AlertChangeKind.Raised).Select(change => change.Alert.Id).ToList())
        {
            if (state.Open.FirstOrDefault(alert => alert.Id == raised) is not { } standing || await FindEndedAsync(raised, cancel) is not { } ended)
                continue;
            if (standing.Condition != AlertCondition.Active)
            {
                state = state.With(ended);
                changes = [.. changes.Where(change => change.Alert.Id != raised)];
                continue;
            }
            var id = NextLifeOf(standing, patient.Patient.Version);
            var now = time.GetUtcNow();
            state = state.Without(raised).With(standing with { Id = id, RaisedAt = now });
            changes =
            [
                .. changes.Select(change => change.Alert.Id == raised
                    ? change with { Alert = change.Alert with { Id = id, RaisedAt = now }, Time = now }
                    : change),
            ];
        }
        return new Evaluation(state, changes);
    }

    private async Task<Alert?> FindEndedAsync(ObjectId alertId, CancellationToken cancel)
    {
        try
        {
            return await alerts.FindAsync(alertId, cancel) is { IsOpen: false } ended ? ended : null;
        }
        catch (StoreUnavailableException)
        {
            // Shown as not recorded meanwhile; what the store then refuses is made from what it has.
            return null;
        }
    }

    private static ObjectId NextLifeOf(Alert alert, long recordVersion)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{alert.Id}|{recordVersion}"), hash);
        alert.Id.ToByteArray().AsSpan(0, 4).CopyTo(hash); // As in any ObjectId the first four bytes are seconds.
        return new ObjectId(hash[..ObjectId.Size]);
    }

    private async Task<AlarmState?> FindStateAsync(ObjectId id, bool waitForStore, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await alerts.FindStateAsync(id, cancel);
            }
            catch (StoreUnavailableException error)
            {
                LogStoreAway(error);
                if (!waitForStore)
                    return null;
            }
            catch (StoreException error)
            {
                // Damaged. Alarms with timers that begin anew are better than none.
                LogStateUnreadable(error, id);
                return null;
            }
            // Without it every timer would begin anew, and then be stored over the right ones.
            await Task.Delay(RetryAfter, time, cancel);
        }
    }

    private async Task<Reading[]> ReadAsync(MonitorState state, Patient patient, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var isKnown = VitalSigns.All.Any(info => state.LastReadingTime(info.Sign) is not null);
        var from = now - (isKnown ? SinceState : WithoutState);
        var signs = await Task.WhenAll(VitalSigns.All.Select(info => SinceAsync(state, info.Sign, from, now, cancel)));
        // What was measured before then may still be true: a temperature counts for hours.
        var standing = VitalSigns.All.All(info => state.LastReadingTime(info.Sign) is not null) ? [] : await vitals.LatestAsync(state.PatientId, cancel);
        return
        [
            .. Standing.Of(standing, patient, rules, now)
                .Where(value => value.State != ValueStanding.Stale && value.Reading.At < from && state.LastReadingTime(value.Reading.Sign) is null)
                .Select(value => value.Reading),
            .. signs.SelectMany(readings => readings),
        ];
    }

    private async Task<IEnumerable<Reading>> SinceAsync(MonitorState state, VitalSign sign, DateTimeOffset from, DateTimeOffset now, CancellationToken cancel)
    {
        var last = state.LastReadingTime(sign);
        if (last >= from)
            from = last.Value.AddMilliseconds(1);
        var samples = await vitals.ReadAsync(state.PatientId, sign, from, now + Ahead, cancel);
        // When it arrived is not stored; what claims to be of later has arrived by now.
        var arrived = now.ToUnixTimeMilliseconds();
        return samples.Select(sample => new Reading(state.PatientId, sign, sample.Time, sample.Value, Arrived: sample.Time > arrived ? arrived : 0));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The alarm state of patient {PatientId} cannot be read and begins anew")]
    private partial void LogStateUnreadable(Exception error, ObjectId patientId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The alert store is unavailable, so alarm states cannot be read")]
    private partial void LogStoreAway(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The vital store is unavailable: alarms begin without earlier readings and take them in when it is back")]
    private partial void LogReadingsMissing(Exception error);
}
