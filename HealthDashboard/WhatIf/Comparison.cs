using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.WhatIf;

/// <summary>What became of an alert.</summary>
[JsonConverter(typeof(NamesOnly<Difference>))]
public enum Difference
{
    /// <summary>It is in the history and, within a second, in what is proposed.</summary>
    [JsonStringEnumMemberName("same")] Same,

    /// <summary>It is in the history alone.</summary>
    [JsonStringEnumMemberName("saved")] Saved,

    /// <summary>It is in the history alone, and somebody acted on it.</summary>
    [JsonStringEnumMemberName("missed")] Missed,

    /// <summary>It is in what is proposed alone.</summary>
    [JsonStringEnumMemberName("added")] Added,

    /// <summary>It would have come later.</summary>
    [JsonStringEnumMemberName("later")] Later,

    /// <summary>It would have come earlier.</summary>
    [JsonStringEnumMemberName("earlier")] Earlier,
}

/// <summary>An alert of the history beside the one that would have been.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="History">The alert as it is stored; null for one that is new.</param>
/// <param name="Proposed">The alert that would have been; null for one that is saved.</param>
/// <param name="ActedOn">Whether somebody acted on the one of the history.</param>
public sealed record Pair(Difference Kind, Alert? History, Alert? Proposed, bool ActedOn)
{
    /// <summary>Either, the one of the history first.</summary>
    public Alert Alert => History ?? Proposed!;

    /// <summary>By how much it would have come later; negative for earlier, zero where there is but one.</summary>
    public TimeSpan Shift => History is null || Proposed is null ? TimeSpan.Zero : Proposed.RaisedAt - History.RaisedAt;
}

/// <summary>
/// Finds for each alert of the history the one that would have been: the same patient, sign and direction, at times that overlap. One that was raised at
/// the same moment goes first.
/// </summary>
internal static class Comparison
{
    /// <summary>An alert that would have come at most so much earlier or later is the same: when exactly a reading arrived is not stored.</summary>
    public static readonly TimeSpan Same = TimeSpan.FromSeconds(1);

    /// <summary>A NEWS2 alert within this time after another alert says that the patient got worse.</summary>
    public static readonly TimeSpan Worsening = TimeSpan.FromMinutes(30);

    /// <summary>Whether the rules raise such an alert from what is stored of a patient; one on a device's clock or on two sources needs what is not.</summary>
    public static bool IsCompared(Alert alert) =>
        alert.Group is null
        && !alert.Sign.StartsWith(Alert.ClockSign, StringComparison.Ordinal)
        && !alert.Sign.StartsWith(Alert.SourcesSign, StringComparison.Ordinal)
        && !alert.Sign.StartsWith(Alert.DeviceSign, StringComparison.Ordinal);

    // That nothing came for a while is in the history, unless the program itself did not run then. No limit makes another of it.
    private static bool IsOfSilence(Alert alert) => alert.Sign == Alert.FeedSign;

    /// <summary>Compares one patient's alerts.</summary>
    /// <param name="history">Those of the history, a little before and after the stretch too.</param>
    /// <param name="proposed">Those that would have been.</param>
    /// <param name="from">The stretch's start.</param>
    /// <param name="to">Its end, exclusive.</param>
    /// <returns>Every pair of which one was raised in the stretch, by when it was raised.</returns>
    public static List<Pair> Of(IReadOnlyCollection<Alert> history, IReadOnlyCollection<Alert> proposed, DateTimeOffset from, DateTimeOffset to)
    {
        var worse = history.Where(alert => alert.Kind == AlertKind.Score).Select(alert => alert.RaisedAt).Order().ToList();
        var found = proposed.Where(IsCompared).ToLookup(alert => alert.Key);
        var pairs = new List<Pair>();
        var matched = new HashSet<ObjectId>();
        foreach (var key in history.Where(IsCompared).GroupBy(alert => alert.Key))
        {
            List<Alert> ofHistory = [.. key.OrderBy(alert => alert.RaisedAt)];
            List<Alert> ofProposal = [.. found[key.Key].OrderBy(alert => alert.RaisedAt)];
            var partner = Match(ofHistory, ofProposal);
            for (var i = 0; i < ofHistory.Count; i++)
            {
                var other = partner[i] < 0 ? null : ofProposal[partner[i]];
                if (other is not null)
                    matched.Add(other.Id);
                pairs.Add(PairOf(ofHistory[i], other, IsActedOn(ofHistory[i], worse)));
            }
        }
        pairs.AddRange(found.SelectMany(key => key).Where(alert => !matched.Contains(alert.Id) && !IsOfSilence(alert)).Select(alert => new Pair(Difference.Added, null, alert, false)));
        return [.. pairs.Where(pair => Is(pair.History) || Is(pair.Proposed)).OrderBy(pair => pair.Alert.RaisedAt).ThenBy(pair => pair.Alert.Id)];

        bool Is(Alert? alert) => alert is not null && IsIn(alert, from, to);
    }

    /// <summary>Whether an alert was raised in a stretch.</summary>
    public static bool IsIn(Alert alert, DateTimeOffset from, DateTimeOffset to) => alert.RaisedAt >= from && alert.RaisedAt < to;

    /// <summary>
    /// Whether somebody acted on an alert: it was acknowledged with a note, it was escalated, it was reviewed as a true alarm, or a NEWS2 alert of the
    /// patient followed within half an hour, which a limit alert foretold. Of one that was reviewed as false or an artefact a note is no sign of it: such
    /// notes say that a cuff moved.
    /// </summary>
    public static bool IsActedOn(Alert alert, List<DateTimeOffset> worse)
    {
        if (alert.Escalation > 0 || alert.Review?.Verdict == AlertVerdict.TrueAlarm || alert is { AcknowledgedAt: not null, Note: not null, Review: null })
            return true;
        if (alert.Kind != AlertKind.Limit)
            return false;
        var next = worse.BinarySearch(alert.RaisedAt);
        next = next < 0 ? ~next : next;
        return next < worse.Count && worse[next] - alert.RaisedAt <= Worsening;
    }

    private static Pair PairOf(Alert history, Alert? proposed, bool actedOn)
    {
        if (proposed is null)
            return new(actedOn ? Difference.Missed : Difference.Saved, history, null, actedOn);
        var shift = proposed.RaisedAt - history.RaisedAt;
        return new(shift.Duration() <= Same ? Difference.Same : shift > TimeSpan.Zero ? Difference.Later : Difference.Earlier, history, proposed, actedOn);
    }

    // Both by when they were raised. For each of the history the number of the one of the proposal; -1 for none.
    private static int[] Match(List<Alert> history, List<Alert> proposed)
    {
        var partner = new int[history.Count];
        Array.Fill(partner, -1);
        var taken = new bool[proposed.Count];
        Take((one, other) => (one.RaisedAt - other.RaisedAt).Duration() <= Same);
        Take(Overlap);
        return partner;

        void Take(Func<Alert, Alert, bool> fits)
        {
            var first = 0;
            for (var i = 0; i < history.Count; i++)
            {
                if (partner[i] >= 0)
                    continue;
                // Neither list has two alerts of one key at one time, so what has ended before this one began concerns no later one.
                while (first < proposed.Count && EndOf(proposed[first]) < history[i].RaisedAt - Same)
                    first++;
                for (var j = first; j < proposed.Count && proposed[j].RaisedAt <= EndOf(history[i]) + Same; j++)
                {
                    if (taken[j] || !fits(history[i], proposed[j]))
                        continue;
                    (partner[i], taken[j]) = (j, true);
                    break;
                }
            }
        }
    }

    private static bool Overlap(Alert one, Alert other) => one.RaisedAt <= EndOf(other) && other.RaisedAt <= EndOf(one);

    // A latched alert is over when its condition is.
    private static DateTimeOffset EndOf(Alert alert) => alert.EndedAt ?? DateTimeOffset.MaxValue.AddDays(-1);
}
