using HealthDashboard.Accounts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Live;

/// <summary>Makes the tile of one bed from what is known of it.</summary>
internal sealed class BedTiles(CurrentVitals current, LiveVitals live, AlarmRules rules, WallTrends trends, PersonNames people, TimeProvider clock)
{
    private const int SparklineEverySeconds = 20;

    private readonly TileDrawing drawing = new(rules, people, clock);

    /// <summary>The tile as of now: the same object as before when nothing that it shows has changed.</summary>
    /// <param name="monitored">The record and the limits that hold.</param>
    /// <param name="open">The patient's open alerts.</param>
    /// <param name="before">The tile as it was; null the first time.</param>
    /// <param name="now">The time it is.</param>
    public BedTile Build(MonitoredPatient monitored, IReadOnlyList<Alert> open, BedTile? before, DateTimeOffset now)
    {
        var patient = monitored.Patient;
        var latest = current.Of(monitored);
        var score = Score(patient.Id, Standing.Score(latest, patient, now), NewsApplies.WhyNot(patient, now), before?.Score, now);
        var notes = drawing.NotesOf(monitored, current.ObservationsOf(monitored));
        var tile = drawing.Of(monitored, latest, open, score, trends.Of(patient.Id)) with
        {
            Notes = notes.Equals(before?.Notes) ? before!.Notes : notes,
            Sparkline = SparklineOf(patient.Id, before, now),
        };
        return tile == before ? before : tile;
    }

    private TileScore Score(ObjectId id, NewsScore score, NewsExclusion exclusion, TileScore? before, DateTimeOffset now)
    {
        var shown = TileDrawing.ScoreOf(score, exclusion);
        // "At least 3" says neither that it rose nor that it fell.
        if (score is { Complete: true, Score: { } points } && trends.ScoreThen(id, points, now) is var then && then.Points != points)
        {
            shown = shown with
            {
                Trend = points > then.Points ? Trend.Rising : Trend.Falling,
                Title = $"{shown.Title}, was {then.Points} at {Display.Minute(then.At, clock)}",
            };
        }
        return shown == before ? before : shown;
    }

    // The longest text of a tile is sent again only now and then, and not for all beds in the same second.
    private string SparklineOf(ObjectId id, BedTile? before, DateTimeOffset now)
    {
        var turn = (uint)id.GetHashCode() % SparklineEverySeconds == now.ToUnixTimeSeconds() % SparklineEverySeconds;
        return before is { Sparkline.Length: > 0 } && !turn ? before.Sparkline : Sparkline.Path(live.Recent(id, VitalSign.HeartRate), now);
    }
}
