using System.Collections.Frozen;
using System.Text;
using HealthDashboard.Data.Model;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary>
/// What gateways call signs and patients in line protocol: the names of the API, the usual others, and those of <c>Ingest:Names</c>. A name
/// stands for a field, or for a measurement that has the sign as its field <c>value</c>.
/// </summary>
internal sealed class ReadingNames
{
    /// <summary>The measurement whose fields are signs.</summary>
    public const string Vitals = "vitals";

    /// <summary>The tag with a patient's id; other names of it may carry an MRN as well.</summary>
    public const string Patient = "patient";

    private const int LongestName = 64;

    private static readonly (string Means, string Names)[] Usual =
    [
        ("heartRate", "heart_rate heartbeat heartrate hr"),
        ("respiratoryRate", "respiratory_rate respiration_rate resp_rate"),
        ("spo2", "oxygen_saturation o2_saturation SpO2 sp_o2"),
        ("systolic", "blood_pressure_systolic bp_systolic systolic_bp sbp"),
        ("diastolic", "blood_pressure_diastolic bp_diastolic diastolic_bp dbp"),
        ("meanPressure", "blood_pressure_mean bp_mean mean_pressure mean_arterial_pressure"),
        ("temperature", "body_temperature"),
        ("oxygenFlow", "oxygen_flow o2_flow"),
        ("consciousness", "acvpu avpu"),
        (Patient, "patient_id patientId"),
        ("mrn", "MRN"),
        ("device", "device_id deviceId"),
    ];

    private readonly FrozenDictionary<string, string> names;
    private readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public ReadingNames(IOptions<IngestOptions> options)
    {
        var all = Usual.SelectMany(usual => usual.Names.Split(' ').Select(name => (name, usual.Means))).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, means) in options.Value.Names)
            all[name] = means;
        names = all.ToFrozenDictionary(StringComparer.Ordinal);
        lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What a name can stand for.</summary>
    public static IEnumerable<string> Meanings => [.. VitalSigns.All.Select(sign => sign.Name), Vitals, Patient, "mrn", "device"];

    /// <summary>The sign of a field or a measurement; null when it is none.</summary>
    public VitalSignInfo? Sign(ReadOnlySpan<byte> name) => SignNames.Find(name) ?? (Means(name) is { } means ? VitalSigns.Find(means) : null);

    /// <summary>What another name stands for; null when that is nothing.</summary>
    public string? Means(ReadOnlySpan<byte> name)
    {
        Span<char> buffer = stackalloc char[LongestName];
        return name.Length <= LongestName && Encoding.UTF8.TryGetChars(name, buffer, out var length) && lookup.TryGetValue(buffer[..length], out var means) ? means : null;
    }
}

/// <summary>Reports names in <c>Ingest:Names</c> that stand for nothing.</summary>
internal sealed class ReadingNamesValidator : IValidateOptions<IngestOptions>
{
    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        var wrong = options.Names.Where(pair => !ReadingNames.Meanings.Contains(pair.Value, StringComparer.Ordinal)).ToList();
        return wrong.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(wrong.Select(pair => $"Ingest:Names:{pair.Key} is '{pair.Value}', allowed are {string.Join(", ", ReadingNames.Meanings)}."));
    }
}
