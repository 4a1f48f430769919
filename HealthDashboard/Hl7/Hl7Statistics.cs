using System.Collections.Frozen;
using System.Diagnostics.Metrics;

namespace HealthDashboard.Hl7;

/// <summary>Messages and connections, as metrics of the meter <c>HealthDashboard</c>.</summary>
internal sealed class Hl7Statistics
{
    // A sender's words are no label: there would be as many series as it likes.
    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.Ordinal, ["ORU^R01", .. StayMessages.Events.Select(known => $"ADT^{known}")]);

    private readonly Counter<long> messages;
    private readonly Counter<long> refused;
    private readonly Counter<long> passedOver;
    private int connections;

    public Hl7Statistics(IMeterFactory meters)
    {
        var meter = meters.Create("HealthDashboard");
        messages = meter.CreateCounter<long>("healthdashboard.hl7.messages", "{message}", "HL7 messages, by type and answer.");
        refused = meter.CreateCounter<long>("healthdashboard.hl7.connections_refused", "{connection}", "Connections of HL7 clients that were refused, by reason.");
        passedOver = meter.CreateCounter<long>("healthdashboard.hl7.passed_over", "{observation}", "OBX segments that are no reading that is kept.");
        meter.CreateObservableGauge("healthdashboard.hl7.connections", () => Connections, "{connection}", "HL7 clients that are connected.");
    }

    /// <summary>How many clients are connected.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Counts a message.</summary>
    public void CountMessage(string type, Verdict verdict) => messages.Add(
        1,
        new KeyValuePair<string, object?>("type", Known.Contains(type) ? type : "other"),
        new KeyValuePair<string, object?>("answer", verdict switch { Verdict.Accepted => "accepted", Verdict.Error => "error", _ => "rejected" }));

    /// <summary>Counts what is no reading.</summary>
    public void CountPassedOver(int count) => passedOver.Add(count);

    /// <summary>Counts a connection in; false, and counts a refusal, when there would be more than a limit.</summary>
    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref connections) <= limit)
            return true;
        Leave();
        Refuse("limit");
        return false;
    }

    /// <summary>Counts a connection out.</summary>
    public void Leave() => Interlocked.Decrement(ref connections);

    /// <summary>Counts a connection that was refused.</summary>
    public void Refuse(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
