using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Faults;

/// <summary>How a store can fail.</summary>
[JsonConverter(typeof(NamesOnly<FaultMode>))]
public enum FaultMode
{
    /// <summary>It works.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>Nothing reaches it: no connection is accepted, and those that are open break.</summary>
    [JsonStringEnumMemberName("unavailable")] Unavailable,

    /// <summary>Every call takes longer.</summary>
    [JsonStringEnumMemberName("slow")] Slow,

    /// <summary>Some calls fail, at random.</summary>
    [JsonStringEnumMemberName("fails")] Fails,

    /// <summary>It answers questions and refuses changes.</summary>
    [JsonStringEnumMemberName("readOnly")] ReadOnly,
}

/// <summary>What is wrong with a store.</summary>
/// <param name="Mode">How it fails.</param>
/// <param name="Amount">
/// Slow: by how many milliseconds, 1 to 10,000. Fails: how many percent of the calls, 1 to 100. Unavailable: how many of its servers, 1 to
/// as many as there are, and 0 for all. Else 0.
/// </param>
public readonly record struct StoreFault(FaultMode Mode, int Amount = 0)
{
    /// <summary>The most milliseconds by which a store can be slow: several times what any call waits for.</summary>
    public const int MostMilliseconds = 10_000;

    /// <summary>The fault in words, for example <c>slow by 800 ms</c>.</summary>
    public override string ToString() => Mode switch
    {
        FaultMode.Unavailable when Amount == 1 => "one server unavailable",
        FaultMode.Unavailable when Amount > 1 => $"{Amount} servers unavailable",
        FaultMode.Unavailable => "unavailable",
        FaultMode.Slow => $"slow by {Amount} ms",
        FaultMode.Fails => $"{Amount} % of calls fail",
        FaultMode.ReadOnly => "read-only",
        _ => "works",
    };

    /// <summary>What is wrong with the fault itself, for a store that so many proxies stand before; null when it can be set.</summary>
    public string? Refusal(int servers) => Mode switch
    {
        FaultMode.Slow when Amount is < 1 or > MostMilliseconds => $"is {Amount}; allowed are 1 to {MostMilliseconds} milliseconds.",
        FaultMode.Fails when Amount is < 1 or > 100 => $"is {Amount}; allowed are 1 to 100 percent.",
        FaultMode.Unavailable when Amount < 0 || Amount > servers => servers > 1
            ? $"is {Amount}; allowed are 0 (all servers) to {servers}."
            : $"is {Amount}; allowed is 0: its servers cannot be taken away one by one.",
        FaultMode.None or FaultMode.ReadOnly when Amount != 0 => $"is {Amount}; allowed is 0 with this mode.",
        _ => null,
    };
}
