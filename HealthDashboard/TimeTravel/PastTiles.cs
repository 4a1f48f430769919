using System.Collections.Concurrent;
using HealthDashboard.Accounts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;

namespace HealthDashboard.TimeTravel;

/// <summary>Draws the tiles of a past moment as the wall drew them then, but for the trend of the score, which nobody has kept.</summary>
internal sealed class PastTiles(IVitalStore vitals, AlarmRules rules, PersonNames people, TimeProvider hospital)
{
    private const int AtOnce = 8;
    private static readonly VitalSign[] WithTrend = [VitalSign.HeartRate, VitalSign.Spo2, VitalSign.RespiratoryRate];

    /// <summary>The tiles by region, ward and bed.</summary>
    /// <exception cref="StoreException">The store of vital signs cannot be read.</exception>
    public async Task<IReadOnlyList<BedTile>> DrawAsync(PastMoment moment, CancellationToken cancel)
    {
        var clock = new PastClock(hospital, moment.At);
        var drawing = new TileDrawing(rules, people, clock);
        ConcurrentBag<BedTile> tiles = [];
        await Parallel.ForEachAsync(moment.Patients, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (then, token) =>
        {
            var (trend, sparkline) = moment.IsCoarse ? (default, "") : await HalfHourAsync(then.Patient.Id, moment.At, token);
            var score = TileDrawing.ScoreOf(then.Score, NewsApplies.WhyNot(then.Patient, moment.At));
            tiles.Add(drawing.Of(then.Monitored, then.Values, then.Alerts, score, trend) with
            {
                Notes = drawing.NotesOf(then.Monitored, Observations.Of(then.Watch, then.Patient, rules)),
                Sparkline = sparkline,
            });
        });
        return WallFrame.InPlace(tiles);
    }

    // In the very steps of ten seconds that the wall keeps: the last sixty are the line.
    private async Task<(BedTrends Trend, string Sparkline)> HalfHourAsync(ObjectId id, DateTimeOffset at, CancellationToken cancel)
    {
        var step = TimeSpan.FromMilliseconds(PatientVitals.StepMilliseconds);
        var end = new DateTimeOffset(((at.UtcTicks / step.Ticks) + 1) * step.Ticks, TimeSpan.Zero);
        var steps = (int)((WallTrends.Ago + WallTrends.Around) / step) + 1;
        Dictionary<VitalSign, Trend> trends = [];
        var sparkline = "";
        foreach (var sign in WithTrend)
        {
            var points = (await vitals.ChartAsync(id, sign, end - (steps * step), end, steps, cancel)).Where(point => point.Time <= at).ToList();
            var before = Mean(points.Where(point => point.Time < at - WallTrends.Ago + WallTrends.Around));
            var recent = Mean(points.Where(point => point.Time >= at - WallTrends.Around));
            trends[sign] = before is null || recent is null ? Trend.Steady : WallTrends.Between(sign, before.Value, recent.Value);
            if (sign == VitalSign.HeartRate)
                sparkline = Sparkline.Path([.. points.Where(point => point.Time > at - (PatientVitals.Steps * step)).Select(point => new Sample(point.Time.ToUnixTimeMilliseconds(), point.Mean))], at);
        }
        return (new(at, trends[VitalSign.HeartRate], trends[VitalSign.Spo2], trends[VitalSign.RespiratoryRate]), sparkline);
    }

    private static double? Mean(IEnumerable<VitalPoint> points)
    {
        var (sum, count) = points.Aggregate((Sum: 0.0, Count: 0L), (all, point) => (all.Sum + (point.Mean * point.Count), all.Count + point.Count));
        return count == 0 ? null : sum / count;
    }
}
