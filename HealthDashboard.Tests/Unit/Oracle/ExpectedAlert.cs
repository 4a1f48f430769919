using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>One alert as the rules call for it, with all that is compared. Times are milliseconds since 1970-01-01 UTC.</summary>
internal sealed class ExpectedAlert(string sign, AlertDirection direction, AlertKind kind, long raisedAt, long recordedAt)
{
    public string Sign { get; } = sign;

    public AlertDirection Direction { get; } = direction;

    public AlertKind Kind { get; } = kind;

    /// <summary>When the condition had lasted, by the readings' time.</summary>
    public long RaisedAt { get; } = raisedAt;

    /// <summary>The first event of the server after that moment was past: no later may it be known.</summary>
    public long RecordedAt { get; } = recordedAt;

    /// <summary>Each priority it has had, with the moment of the change.</summary>
    public List<(long At, AlertPriority Priority)> Priorities { get; } = [];

    /// <summary>The moments at which it was active again.</summary>
    public List<long> ResumedAt { get; } = [];

    public List<long> WithdrawnAt { get; } = [];

    public List<long> RemindedAt { get; } = [];

    public double? Extreme { get; set; }

    public int Count { get; set; } = 1;

    public bool Incomplete { get; set; }

    /// <summary>When the condition ended for the last time; null while it holds.</summary>
    public long? EndedAt { get; set; }

    /// <summary>Whether it stays in view though its condition is over.</summary>
    public bool Latched { get; set; }

    /// <summary>When it was acknowledged, by the server's clock; null while it is not.</summary>
    public long? AcknowledgedAt { get; set; }

    /// <summary>The value, or score, that stood when it was acknowledged.</summary>
    public double? AcknowledgedValue { get; set; }

    /// <summary>The parameters that scored 3 when it was acknowledged.</summary>
    public HashSet<VitalSign> AcknowledgedThrees { get; set; } = [];

    /// <summary>Whether a discharge ended it: then it can never go on.</summary>
    public bool Discharged { get; set; }

    public bool Active => EndedAt is null;

    public bool IsOpen => Active || Latched;

    public AlertPriority Priority => Priorities[^1].Priority;

    /// <summary>The latest moment that has been reported: nothing later may claim to be earlier.</summary>
    public long Latest => Math.Max(ResumedAt.LastOrDefault(), Priorities[^1].At);

    /// <summary>What is compared, on one line; times in seconds after a start.</summary>
    public string ToLine(long start)
    {
        string At(long time) => ((time - start) / 1000.0).ToString("0.###");
        string All(IEnumerable<long> times) => string.Join(' ', times.Select(At));
        return $"{Kind} {Sign} {Direction} raised {At(RaisedAt)} recorded {At(RecordedAt)}"
            + $" priority {string.Join(' ', Priorities.Select(p => $"{p.Priority}@{At(p.At)}"))}"
            + $" extreme {Extreme?.ToString("0.###") ?? "-"} count {Count}"
            + (Incomplete ? " incomplete" : "")
            + (ResumedAt.Count > 0 ? $" resumed {All(ResumedAt)}" : "")
            + (WithdrawnAt.Count > 0 ? $" withdrawn {All(WithdrawnAt)}" : "")
            + (RemindedAt.Count > 0 ? $" reminded {All(RemindedAt)}" : "")
            + (EndedAt is { } ended ? $" {(Latched ? "over" : "ended")} {At(ended)}" : " active");
    }
}
