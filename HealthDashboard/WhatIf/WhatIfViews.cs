using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.WhatIf;

/// <summary>What if the rules had been others? What is left out stays as it was then.</summary>
internal sealed record WhatIfRequest : IRequestBody
{
    /// <summary>Ids of patients. What is proposed takes the place of their own limits too.</summary>
    public IReadOnlyList<string>? Patients { get; init; }

    /// <summary>Wards: the patients who are there or were last. Limits set for a patient stay. With neither wards nor patients it is every ward.</summary>
    public IReadOnlyList<WhatIfWard>? Wards { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>By sign; null removes a limit.</summary>
    public IReadOnlyDictionary<string, WhatIfLimits>? Limits { get; init; }

    /// <summary>By sign.</summary>
    public IReadOnlyDictionary<string, WhatIfRule>? Rules { get; init; }

    /// <summary>From which NEWS2 score an alert is raised, 5 to 7.</summary>
    public int? ScoreThreshold { get; init; }

    /// <summary>After how many minutes an acknowledged alert that is still active calls again; 0 for never.</summary>
    public WhatIfReminders? RemindAfter { get; init; }

    /// <summary>A limit to try at many values besides.</summary>
    public WhatIfSearch? Search { get; init; }
}

/// <summary>A ward.</summary>
internal sealed record WhatIfWard(string Region, string Ward);

/// <summary>Limits of a sign.</summary>
internal sealed record WhatIfLimits(double? Low = null, double? High = null, double? ExtremeLow = null, double? ExtremeHigh = null);

/// <summary>How long a value must be beyond a limit, in seconds, and how far back inside it must be.</summary>
internal sealed record WhatIfRule(double? LowHoldOff = null, double? HighHoldOff = null, double? Hysteresis = null);

/// <summary>Minutes.</summary>
internal sealed record WhatIfReminders(int? High = null, int? Medium = null);

/// <summary>A limit tried from one value to another; at most 12 values.</summary>
internal sealed record WhatIfSearch(VitalSign Sign, AlertDirection Side, double From, double To, double? Step = null);

/// <summary>The id of a what-if that was started.</summary>
internal sealed record WhatIfStarted(ObjectId Id);

/// <summary>A what-if. Figures are null until it is done.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="History">Alerts in the history of that stretch.</param>
/// <param name="Proposed">Alerts that would have been.</param>
/// <param name="Saved">Alerts of the history that would not have been, those missed among them.</param>
/// <param name="Added">Alerts that are new.</param>
/// <param name="MissedActedOn">Alerts that would not have been and that somebody acted on: acknowledged with a note, escalated, reviewed as a true alarm, or followed by a NEWS2 alert within half an hour.</param>
/// <param name="ByPriority">Alerts that would have been, by priority.</param>
/// <param name="ActedOn">Alerts of the history that somebody acted on.</param>
/// <param name="Later">Alerts that would have come later.</param>
/// <param name="Earlier">Alerts that would have come earlier.</param>
/// <param name="LaterMedianSeconds">By how much later, in the median.</param>
/// <param name="LaterMostSeconds">By how much later at most.</param>
/// <param name="HistoryByPriority">Alerts of the history by priority.</param>
/// <param name="BySign">By sign and limit, such as <c>spo2 low</c>.</param>
/// <param name="ByBed">By bed, such as <c>North/ICU I07</c>.</param>
/// <param name="Curve">What each value that was tried would have come to.</param>
/// <param name="Best">Of those tried the one with the fewest alerts that misses none acted on; null where there is none.</param>
/// <param name="Readings">How many readings the rules were run over.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Problem">Why it failed.</param>
internal sealed record WhatIfView(
    WhatIfState State, double Progress, int? History, int? Proposed, int? Saved, int? Added, int? MissedActedOn, PriorityCount? ByPriority, int? ActedOn, int? Later, int? Earlier,
    double? LaterMedianSeconds, double? LaterMostSeconds, PriorityCount? HistoryByPriority, IReadOnlyList<WhatIfCount> BySign, IReadOnlyList<WhatIfCount> ByBed,
    IReadOnlyList<CurvePoint> Curve, double? Best, long? Readings, double? Seconds, string? Problem)
{
    public static WhatIfView Of(WhatIfRun run)
    {
        // In this order: what is done has its result.
        var state = run.State;
        var result = run.Result;
        return new(
            state, Math.Round(run.Progress, 4), result?.All.History, result?.All.Proposed, result?.All.Saved, result?.All.Added, result?.All.MissedActedOn, result?.ByPriority,
            result?.ActedOn, result?.Later, result?.Earlier, result?.LaterMedian?.TotalSeconds, result?.LaterMost?.TotalSeconds, result?.HistoryByPriority,
            result?.BySign ?? [], result?.ByBed ?? [], result?.Curve ?? [], result?.Best, result?.Readings, run.Took?.TotalSeconds, run.Problem);
    }
}

/// <summary>A page of alerts that differ.</summary>
/// <param name="Total">How many there are of this kind.</param>
/// <param name="Items">Those of the page, by when they were raised.</param>
internal sealed record WhatIfAlerts(int Total, IReadOnlyList<WhatIfAlert> Items);

/// <summary>An alert of the history beside the one that would have been.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Id">The alert of the history; null for one that is new.</param>
/// <param name="PatientId">Whose.</param>
/// <param name="Bed">Where the patient is, such as <c>North/ICU I07</c>.</param>
/// <param name="Sign">What it is about.</param>
/// <param name="Direction">Which limit.</param>
/// <param name="Priority">Its highest priority.</param>
/// <param name="Extreme">The worst value; null for none.</param>
/// <param name="Limit">The limit that was broken; null for none.</param>
/// <param name="RaisedAt">When it was raised; null for one that is new.</param>
/// <param name="ProposedAt">When it would have been raised; null for one that is saved.</param>
/// <param name="ActedOn">Whether somebody acted on it.</param>
internal sealed record WhatIfAlert(
    Difference Kind, ObjectId? Id, ObjectId PatientId, string Bed, string Sign, AlertDirection Direction, AlertPriority Priority, double? Extreme, double? Limit,
    DateTimeOffset? RaisedAt, DateTimeOffset? ProposedAt, bool ActedOn)
{
    public static WhatIfAlert Of(Pair pair, Patient patient) => new(
        pair.Kind, pair.History?.Id, patient.Id, WhatIfResult.BedOf(patient), pair.Alert.Sign, pair.Alert.Direction, pair.Alert.Priority, pair.Alert.Extreme, pair.Alert.Limit,
        pair.History?.RaisedAt, pair.Proposed?.RaisedAt, pair.ActedOn);
}
