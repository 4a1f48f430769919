using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Readings older than the raw retention: the server would not keep them, so only their roll-ups are written. A minute that comes
/// again replaces what was there, so a minute that old must be in one call.
/// </summary>
internal sealed class PastReadings(InfluxDatabase database, RollUps rollUps)
{
    private const int LinesAtOnce = 20_000;

    /// <summary>Stores the roll-ups of readings.</summary>
    public async Task KeepAsync(IReadOnlyCollection<Reading> readings, CancellationToken cancel)
    {
        using var lines = new InfluxLines();
        foreach (var ((patient, sign, minute), rollUp) in Minutes(readings))
        {
            lines.Add(RollUpLevel.Minute, patient, sign, minute, rollUp);
            if (lines.Count >= LinesAtOnce)
                await database.WriteAsync(InfluxSchema.RollUp, lines.Finish(), cancel);
        }
        if (lines.Count > 0)
            await database.WriteAsync(InfluxSchema.RollUp, lines.Finish(), cancel);
        foreach (var range in RollUpRange.Of(readings))
            await rollUps.RollAsync(range with { HasRaw = false }, cancel);
    }

    // The last of several readings for one moment counts, sensor-off ones do not.
    private static Dictionary<(ObjectId, VitalSign, long), Aggregate> Minutes(IEnumerable<Reading> readings)
    {
        var last = new Dictionary<(ObjectId, VitalSign, long), Reading>();
        foreach (var reading in readings)
            last[(reading.PatientId, reading.Sign, reading.Time)] = reading;
        var minutes = new Dictionary<(ObjectId, VitalSign, long), Aggregate>();
        foreach (var reading in last.Values.Where(reading => !reading.IsSensorOff))
        {
            var key = (reading.PatientId, reading.Sign, InfluxTime.Floor(reading.Time, InfluxTime.Minute));
            var rollUp = minutes.GetValueOrDefault(key);
            rollUp.Add(reading.Value);
            minutes[key] = rollUp;
        }
        return minutes;
    }
}
