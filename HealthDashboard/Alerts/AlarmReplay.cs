using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;

namespace HealthDashboard.Alerts;

/// <summary>
/// Brings the monitors to where they were: the open alerts, the state last stored, and the durable readings since, which are
/// evaluated again. State is stored only with the changes it brought about, and ids of alerts follow from what raised them, so what was
/// not written when the program ended is made again, and what was written is not made twice.
/// </summary>
internal sealed partial class AlarmReplay(
    IAlertStore alerts, IVitalStore vitals, PatientDirectory patients, MonitorSet monitors, TimeProvider time, ILogger<AlarmReplay> log)
{
    /// <summary>How far back readings of a patient without a stored state are evaluated.</summary>
    public static readonly TimeSpan WithoutState = TimeSpan.FromMinutes(15);

    /// <summary>How far back readings since a stored state are evaluated: longer than the store of alerts is ever away.</summary>
    public static readonly TimeSpan SinceState = TimeSpan.FromHours(24);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceWithVitals = TimeSpan.FromSeconds(10);

    /// <summary>Restores every monitor.</summary>
    /// <param name="open">The open alerts.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task RunAsync(IReadOnlyList<Alert> open, CancellationToken cancel)
    {
        var states = (await ReadStatesAsync(cancel)).ToDictionary(state => state.PatientId);
        var openOf = open.ToLookup(alert => alert.PatientId);
        var giveUp = time.GetUtcNow() + PatienceWithVitals;
        var admitted = patients.All.Where(patient => patient.Patient.Status == PatientStatus.Admitted).Select(patient => patient.Patient.Id);
        foreach (var id in admitted.Union(openOf.Select(group => group.Key)))
        {
            var monitor = new PatientMonitor(Restore(id, states.GetValueOrDefault(id), [.. openOf[id]]).ListenFrom(time.GetUtcNow()));
            monitors.Add(monitor);
            var readings = await ReadAsync(monitor.State, known: states.ContainsKey(id), giveUp, cancel);
            await monitors.EvaluateAsync(monitor, readings, cancel);
        }
    }

    private MonitorState Restore(ObjectId id, AlarmState? stored, IReadOnlyList<Alert> open)
    {
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

    private async Task<IReadOnlyList<AlarmState>> ReadStatesAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await alerts.ReadStatesAsync(cancel);
            }
            catch (StoreUnavailableException error)
            {
                // Without them every timer would begin anew, and then be stored over the right ones.
                LogStoreAway(error);
                await Task.Delay(RetryAfter, time, cancel);
            }
        }
    }

    private async Task<Reading[]> ReadAsync(MonitorState state, bool known, DateTimeOffset giveUp, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var from = now - (known ? SinceState : WithoutState);
        while (true)
        {
            try
            {
                var signs = await Task.WhenAll(VitalSigns.All.Select(info => ReadAsync(state, info.Sign, from, now, cancel)));
                return [.. signs.SelectMany(readings => readings)];
            }
            catch (StoreUnavailableException error) when (time.GetUtcNow() >= giveUp)
            {
                // New readings are spooled and must raise alarms; what came just before the start is left out, and said to be.
                LogReadingsMissing(error);
                return [];
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(RetryAfter, time, cancel);
            }
        }
    }

    private async Task<IEnumerable<Reading>> ReadAsync(MonitorState state, VitalSign sign, DateTimeOffset from, DateTimeOffset now, CancellationToken cancel)
    {
        var last = state.LastReadingTime(sign);
        if (last >= from)
            from = last.Value.AddMilliseconds(1);
        // A device's clock may be ahead by as much as ingest allows.
        var samples = await vitals.ReadAsync(state.PatientId, sign, from, now.AddMinutes(6), cancel);
        return samples.Select(sample => new Reading(state.PatientId, sign, sample.Time, sample.Value));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The alarm state of patient {PatientId} cannot be read and begins anew")]
    private partial void LogStateUnreadable(Exception error, ObjectId patientId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store of alerts is away, so alarms cannot begin")]
    private partial void LogStoreAway(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The vital store is away: alarms begin without the readings since the last stop")]
    private partial void LogReadingsMissing(Exception error);
}
