using HealthDashboard.Data.Model;

namespace HealthDashboard.WhatIf;

/// <summary>How many alerts there were and would have been.</summary>
/// <param name="Key">Of what: a sign with its limit, or a bed.</param>
/// <param name="History">Alerts in the history.</param>
/// <param name="Proposed">Alerts that would have been.</param>
/// <param name="Saved">Those of the history that would not have been.</param>
/// <param name="Added">Those that are new.</param>
/// <param name="MissedActedOn">Those saved on which somebody acted.</param>
public sealed record WhatIfCount(string Key, int History, int Proposed, int Saved, int Added, int MissedActedOn)
{
    /// <summary>Counts pairs.</summary>
    internal static WhatIfCount Of(string key, IEnumerable<Pair> pairs, DateTimeOffset from, DateTimeOffset to)
    {
        var (history, proposed, saved, added, missed) = (0, 0, 0, 0, 0);
        foreach (var pair in pairs)
        {
            history += pair.History is { } one && Comparison.IsIn(one, from, to) ? 1 : 0;
            proposed += pair.Proposed is { } other && Comparison.IsIn(other, from, to) ? 1 : 0;
            saved += pair.Kind is Difference.Saved or Difference.Missed ? 1 : 0;
            missed += pair.Kind == Difference.Missed ? 1 : 0;
            added += pair.Kind == Difference.Added ? 1 : 0;
        }
        return new(key, history, proposed, saved, added, missed);
    }
}

/// <summary>Alerts by their highest priority.</summary>
/// <param name="High">Respond at once.</param>
/// <param name="Medium">Respond promptly.</param>
/// <param name="Low">Be aware.</param>
public sealed record PriorityCount(int High, int Medium, int Low)
{
    internal static PriorityCount Of(IEnumerable<Alert> alerts)
    {
        var counts = alerts.CountBy(alert => alert.Priority).ToDictionary();
        return new(counts.GetValueOrDefault(AlertPriority.High), counts.GetValueOrDefault(AlertPriority.Medium), counts.GetValueOrDefault(AlertPriority.Low));
    }
}

/// <summary>What one value of a limit would have come to.</summary>
/// <param name="Value">The limit.</param>
/// <param name="Proposed">How many alerts there would have been in all.</param>
/// <param name="MissedActedOn">How many of those acted on would have been missed.</param>
public sealed record CurvePoint(double Value, int Proposed, int MissedActedOn);

/// <summary>What a what-if came to.</summary>
public sealed record WhatIfResult
{
    /// <summary>All alerts.</summary>
    public required WhatIfCount All { get; init; }

    /// <summary>Those of the history on which somebody acted.</summary>
    public required int ActedOn { get; init; }

    /// <summary>How many would have come later, and by how much.</summary>
    public required int Later { get; init; }

    /// <summary>How many would have come earlier.</summary>
    public required int Earlier { get; init; }

    /// <summary>The median of how much later; null where none would have been.</summary>
    public required TimeSpan? LaterMedian { get; init; }

    /// <summary>The most; null where none would have been.</summary>
    public required TimeSpan? LaterMost { get; init; }

    /// <summary>Those that would have been, by priority.</summary>
    public required PriorityCount ByPriority { get; init; }

    /// <summary>Those of the history, by priority.</summary>
    public required PriorityCount HistoryByPriority { get; init; }

    /// <summary>By sign and limit, as <c>spo2 low</c>.</summary>
    public required IReadOnlyList<WhatIfCount> BySign { get; init; }

    /// <summary>By bed, as <c>North/ICU I07</c>; who has no bed is counted with the ward.</summary>
    public required IReadOnlyList<WhatIfCount> ByBed { get; init; }

    /// <summary>What was tried; empty where nothing was searched.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>Of what was tried the one with the fewest alerts that misses none acted on; null where there is none.</summary>
    public required double? Best { get; init; }

    /// <summary>Every pair of alerts, by when it was raised.</summary>
    public required IReadOnlyList<Pair> Pairs { get; init; }

    /// <summary>How many readings were read.</summary>
    public required long Readings { get; init; }

    /// <summary>Sums up.</summary>
    internal static WhatIfResult Of(WhatIfPlan plan, Compared compared)
    {
        var (from, to, pairs) = (plan.From, plan.To, compared.Proposals[0]);
        var beds = plan.Patients.DistinctBy(chosen => chosen.Patient.Id).ToDictionary(chosen => chosen.Patient.Id, chosen => BedOf(chosen.Patient));
        List<TimeSpan> later = [.. pairs.Where(pair => pair.Kind == Difference.Later).Select(pair => pair.Shift).Order()];
        var curve = CurveOf(plan, compared);
        var best = curve.Where(point => point.MissedActedOn == 0).OrderBy(point => point.Proposed).FirstOrDefault();
        return new()
        {
            All = WhatIfCount.Of("", pairs, from, to),
            ActedOn = pairs.Count(pair => pair.ActedOn && Comparison.IsIn(pair.History!, from, to)),
            Later = later.Count,
            Earlier = pairs.Count(pair => pair.Kind == Difference.Earlier),
            LaterMedian = later.Count > 0 ? later[later.Count / 2] : null,
            LaterMost = later.Count > 0 ? later[^1] : null,
            ByPriority = PriorityCount.Of(pairs.Select(pair => pair.Proposed).OfType<Alert>().Where(alert => Comparison.IsIn(alert, from, to))),
            HistoryByPriority = PriorityCount.Of(pairs.Select(pair => pair.History).OfType<Alert>().Where(alert => Comparison.IsIn(alert, from, to))),
            BySign = By(pair => KeyOf(pair.Alert)),
            ByBed = By(pair => beds[pair.Alert.PatientId]),
            Curve = curve,
            Best = best?.Value,
            Pairs = pairs,
            Readings = compared.Readings,
        };

        IReadOnlyList<WhatIfCount> By(Func<Pair, string> key) =>
            [.. pairs.GroupBy(key).Select(group => WhatIfCount.Of(group.Key, group, from, to)).OrderByDescending(count => count.History).ThenBy(count => count.Key, StringComparer.Ordinal)];
    }

    /// <summary>Pairs of one kind, those missed among those saved; for null all that differ.</summary>
    public IEnumerable<Pair> Of(Difference? kind) => Pairs.Where(pair => kind switch
    {
        null => pair.Kind != Difference.Same,
        Difference.Saved => pair.Kind is Difference.Saved or Difference.Missed,
        _ => pair.Kind == kind,
    });

    /// <summary>What an alert is about, as in <see cref="BySign"/>.</summary>
    public static string KeyOf(Alert alert) =>
        alert.Direction == AlertDirection.None ? alert.Sign : $"{alert.Sign} {(alert.Direction == AlertDirection.Low ? "low" : "high")}";

    /// <summary>Where a patient is, as in <see cref="ByBed"/>.</summary>
    public static string BedOf(Patient patient) => $"{patient.Region}/{patient.Ward} {patient.Bed}".TrimEnd();

    private static List<CurvePoint> CurveOf(WhatIfPlan plan, Compared compared)
    {
        List<CurvePoint> curve = [];
        for (var i = 0; i < (plan.Search?.Values.Count ?? 0); i++)
        {
            var count = WhatIfCount.Of("", compared.Proposals[i + 1], plan.From, plan.To);
            curve.Add(new(plan.Search!.Values[i], count.Proposed, count.MissedActedOn));
        }
        return curve;
    }
}
