using System.Collections.Frozen;

namespace HealthDashboard.Data.Model;

/// <summary>What is fixed about a vital sign.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Name">Its name in the API, for example <c>heartRate</c>.</param>
/// <param name="Label">Its short name on a screen, for example <c>HR</c>.</param>
/// <param name="Loinc">Its LOINC code [FHIR R4 vital signs, US Core].</param>
/// <param name="Unit">Its UCUM unit.</param>
/// <param name="Minimum">The lowest value a device can plausibly send, inclusive.</param>
/// <param name="Maximum">The highest value a device can plausibly send, inclusive.</param>
/// <param name="Decimals">Digits after the point on screens, and the precision NEWS2 scores at.</param>
/// <param name="ZeroIsSensorOff">Whether 0 means "sensor off": stored as received, shown as "no data", never scored or averaged.</param>
/// <param name="FreshFor">How long after its own time a reading may be shown or scored as current.</param>
public sealed record VitalSignInfo(
    VitalSign Sign,
    string Name,
    string Label,
    string Loinc,
    string Unit,
    double Minimum,
    double Maximum,
    int Decimals,
    bool ZeroIsSensorOff,
    TimeSpan FreshFor);

/// <summary>Every vital sign that the system knows. Ranges and staleness: docs/clinical.md.</summary>
public static class VitalSigns
{
    // A monitor's sign is old after 5 minutes, a cuff pressure after an hour, what a nurse charts after 12 hours.
    private static readonly TimeSpan Monitor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Cuff = TimeSpan.FromHours(1);
    private static readonly TimeSpan Charted = TimeSpan.FromHours(12);

    private static readonly VitalSignInfo?[] BySign = new VitalSignInfo?[16];
    private static readonly FrozenDictionary<string, VitalSignInfo> ByName;

    static VitalSigns()
    {
        All =
        [
            new(VitalSign.HeartRate, "heartRate", "HR", "8867-4", "/min", 0, 350, 0, true, Monitor),
            new(VitalSign.RespiratoryRate, "respiratoryRate", "RR", "9279-1", "/min", 0, 150, 0, true, Monitor),
            new(VitalSign.Spo2, "spo2", "SpO\u2082", "59408-5", "%", 0, 100, 0, true, Monitor),
            new(VitalSign.Systolic, "systolic", "SYS", "8480-6", "mm[Hg]", 0, 350, 0, true, Cuff),
            new(VitalSign.Diastolic, "diastolic", "DIA", "8462-4", "mm[Hg]", 0, 300, 0, true, Cuff),
            new(VitalSign.MeanPressure, "meanPressure", "MAP", "8478-0", "mm[Hg]", 0, 320, 0, true, Cuff),
            new(VitalSign.Temperature, "temperature", "Temp", "8310-5", "Cel", 20, 46, 1, false, Charted),
            new(VitalSign.OxygenFlow, "oxygenFlow", "O\u2082", "3151-8", "L/min", 0, 60, 1, false, Charted),
            new(VitalSign.Consciousness, "consciousness", "ACVPU", "80288-4", "{ACVPU}", 0, 4, 0, false, Charted),
        ];
        foreach (var info in All)
            BySign[(int)info.Sign] = info;
        ByName = All.ToFrozenDictionary(info => info.Name, StringComparer.Ordinal);
    }

    /// <summary>All signs, in the order in which screens list them.</summary>
    public static IReadOnlyList<VitalSignInfo> All { get; }

    /// <summary>The fixed facts of a sign.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is no sign.</exception>
    public static VitalSignInfo Info(this VitalSign sign) =>
        (uint)sign < (uint)BySign.Length && BySign[(int)sign] is { } info
            ? info
            : throw new ArgumentOutOfRangeException(nameof(sign), sign, "No such vital sign.");

    /// <summary>Finds a sign by its API name; null when there is none of that name.</summary>
    public static VitalSignInfo? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Finds a sign by its API name without making a string; null when there is none of that name.</summary>
    public static VitalSignInfo? Find(ReadOnlySpan<char> name) =>
        ByName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var info) ? info : null;
}
