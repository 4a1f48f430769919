using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>One limit of one sign: docs/clinical.md, "When a limit alarm begins and ends".</summary>
internal sealed class LimitSide(SignHistory history, AlertDirection direction, AlertBook book)
{
    /// <summary>A breach that begins so soon after the end is the same alert going on (B5).</summary>
    private const long SameAlert = 60_000;

    /// <summary>Whether the alarm that holds now was raised by time that added up (B3).</summary>
    private bool addedUp;

    /// <summary>How many readings of each source belong to the alarm that ended last.</summary>
    private Dictionary<Source, int> over = [];

    private bool Low => direction == AlertDirection.Low;

    private string Sign => history.Sign.Info().Name;

    private long HoldOff => Values.HoldOff(history.Sign, Low);

    private ExpectedAlert? Alert => book.Last(Sign, direction, AlertKind.Limit);

    /// <summary>What is due before a moment happens; with <paramref name="now"/> the server's time.</summary>
    public void Before(long moment, long now, Freshness fresh)
    {
        // Without a hold-off everything happens with the reading itself.
        if (HoldOff > 0)
            RaiseDue(moment, now, fresh);
    }

    private void RaiseDue(long moment, long now, Freshness fresh)
    {
        if (Alert is { Active: true })
            return;
        var dues = history.Sources
            .Select(source => (Source: source, Stretches: Stretches(source, moment, fresh)))
            .Select(of => (of.Source, Due: Breach.FirstDue(of.Stretches, HoldOff)))
            .Where(of => of.Due is { } due && (due.At < moment || HoldOff == 0)).ToList();
        if (dues.Count == 0)
            return;
        var first = dues.MinBy(of => of.Due!.Value.At);
        Raise(first.Source, first.Due!.Value, now);
    }

    /// <summary>A reading has just been applied.</summary>
    public void After(Source source, long now, Freshness fresh)
    {
        var reading = source.Last;
        if (HoldOff == 0)
            RaiseDue(reading.From, now, fresh);
        if (Alert is not { Active: true } alert || reading.Value is not { } value)
            return;
        var place = PlaceOf(reading);
        if (place == Place.Beyond)
        {
            Worsen(alert, reading.From, value, reading.Limits);
            var before = source.Readings.FindLast(r => r.Value is not null && !ReferenceEquals(r, reading));
            if (before is not null && PlaceOf(before) != Place.Beyond && reading.From != alert.RaisedAt)
                alert.Count++;
        }
        else if (place == Place.Back && history.Sources.TrueForAll(IsBack) && !StillAddsUp(reading.From, fresh))
        {
            book.End(alert, Math.Max(reading.From, alert.Latest));
            over = history.Sources.ToDictionary(each => each, each => each.Readings.Count);
        }
        else
        {
            book.Worsened(alert, Math.Max(reading.From, alert.Latest), history.Sign, value);
        }
    }

    /// <summary>A new stay: nothing that was before counts.</summary>
    public void Forget() => over = [];

    private Place PlaceOf(Applied reading)
    {
        if (reading.Value is not { } value)
            return Place.None;
        if (LimitOf(reading) is not { } limit)
            return Place.Back;
        var inside = Low ? value - limit : limit - value;
        // Tenths of a degree are not exact in binary.
        return inside < 0 ? Place.Beyond : Math.Round(inside - Values.Hysteresis(history.Sign), 9) >= 0 ? Place.Back : Place.Near;
    }

    private double? LimitOf(Applied reading) => Low ? reading.Limits.Low : reading.Limits.High;

    /// <summary>The source's readings of the last minutes, each as long as it stood.</summary>
    private List<Stretch> Stretches(Source source, long moment, Freshness fresh)
    {
        var readings = source.Readings;
        // What lies before a value that was back more than a minute ago cannot matter.
        var first = readings.Count - 1;
        while (first > 0 && !(readings[first].From < moment - 61_000 && PlaceOf(readings[first]) == Place.Back))
            first--;
        List<Stretch> stretches = [];
        for (var i = first; i < readings.Count; i++)
        {
            var reading = readings[i];
            var next = i + 1 < readings.Count ? readings[i + 1].From : moment;
            var until = i + 1 < readings.Count ? fresh.Until(history.Sign, reading.Measured) : history.StandsUntil(source, fresh);
            var to = Math.Max(reading.From, Math.Min(next, until));
            stretches.Add(new Stretch(reading.From, to, PlaceOf(reading), LimitOf(reading) == LimitOf(source.Last), i < over.GetValueOrDefault(source)));
            if (to < next)
                stretches.Add(new Stretch(to, next, Place.None, false, false));
        }
        return stretches;
    }

    private void Raise(Source source, Due due, long now)
    {
        var from = due.AddedUp ? Math.Min(due.Onset, due.At - 60_000) : due.Onset;
        var beyond = source.Readings.Where((r, i) => Stood(source, i) > from || r.From >= from)
            .Where(r => PlaceOf(r) == Place.Beyond && r.From <= due.At && (r.From >= due.Onset || LimitOf(r) == LimitOf(source.Last)))
            .Concat(history.Sources.Where(other => other != source && HasBreach(other)).SelectMany(Pending)).ToList();
        var worst = beyond.MaxBy(r => Low ? -r.Value!.Value : r.Value!.Value)!;
        var alert = Alert;
        addedUp = due.AddedUp;
        // A latched alert is still open, and at most one is: whatever comes belongs to it.
        if (alert is { Discharged: false, EndedAt: { } ended } && (alert.Latched || due.Onset - ended <= SameAlert))
        {
            alert.Count++;
            book.Resume(alert, due.At);
        }
        else
        {
            alert = book.Raise(Sign, direction, AlertKind.Limit, due.At, now, beyond.Max(Severity));
            alert.Extreme = worst.Value;
        }
        foreach (var reading in beyond)
            Worsen(alert, due.At, reading.Value!.Value, reading.Limits);
    }

    /// <summary>Until when the reading of an index stood.</summary>
    private static long Stood(Source source, int index) => index + 1 < source.Readings.Count ? source.Readings[index + 1].From : long.MaxValue;

    private void Worsen(ExpectedAlert alert, long moment, double value, SignLimits limits)
    {
        if (alert.Extreme is not { } extreme || (Low ? value < extreme : value > extreme))
            alert.Extreme = value;
        book.Rise(alert, Math.Max(moment, alert.Latest), Severity(new Applied(moment, moment, value, limits)));
        book.Worsened(alert, Math.Max(moment, alert.Latest), history.Sign, value);
    }

    private AlertPriority Severity(Applied reading) =>
        (Low ? reading.Value < reading.Limits.ExtremeLow : reading.Value > reading.Limits.ExtremeHigh) ? AlertPriority.High : AlertPriority.Medium;

    /// <summary>Whether the last value of the source was back; one that is off says nothing.</summary>
    private bool IsBack(Source source) => source.LastValue is not { } last || PlaceOf(last) == Place.Back;

    /// <summary>Whether the source has gone beyond the limit and was not back since.</summary>
    private bool HasBreach(Source source) => Pending(source).Any();

    private IEnumerable<Applied> Pending(Source source) =>
        Enumerable.Reverse(source.Readings).TakeWhile(r => PlaceOf(r) != Place.Back).Where(r => PlaceOf(r) == Place.Beyond);

    private bool StillAddsUp(long moment, Freshness fresh) =>
        addedUp && history.Sources.Exists(source => Breach.Added(Stretches(source, moment, fresh), moment) >= 3 * HoldOff);
}
