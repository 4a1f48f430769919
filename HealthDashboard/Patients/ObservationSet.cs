using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>A set of observations made by hand.</summary>
/// <param name="At">When they were made, to the millisecond.</param>
/// <param name="Values">Each in its sign's unit.</param>
/// <param name="Note">What was written with it; null for nothing.</param>
internal sealed record ObservationSet(DateTimeOffset At, IReadOnlyDictionary<VitalSign, double> Values, string? Note)
{
    /// <summary>What is charted later than this is history, not an observation.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromHours(24);

    /// <summary>What is charted, in the order of the NEWS2 chart.</summary>
    public static readonly IReadOnlyList<VitalSign> Signs =
    [
        VitalSign.RespiratoryRate, VitalSign.Spo2, VitalSign.OxygenFlow, VitalSign.Systolic, VitalSign.Diastolic, VitalSign.HeartRate,
        VitalSign.Consciousness, VitalSign.Temperature,
    ];

    /// <summary>Reads a set; what is wrong is in the fields' errors.</summary>
    public static ObservationSet Read(JsonFields fields, DateTimeOffset now)
    {
        var at = fields.Time("time") ?? now;
        if (at > now + ReadingRules.ClockTolerance || at < now - Latest)
            fields.Add("time", $"is {at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}; allowed is from {Latest.TotalHours:0} h ago to now.");
        var values = new Dictionary<VitalSign, double>();
        foreach (var sign in Signs)
        {
            if (ReadValue(fields, sign.Info()) is { } value)
                values.Add(sign, value);
        }
        if (values.GetValueOrDefault(VitalSign.Systolic, double.MaxValue) <= values.GetValueOrDefault(VitalSign.Diastolic, double.MinValue))
            fields.Add("diastolic", $"is {values[VitalSign.Diastolic]}; allowed is less than systolic, which is {values[VitalSign.Systolic]}.");
        var note = fields.Has("note") ? fields.Lines("note", PatientNote.LongestText) : null;
        if (values.Count == 0 && !Signs.Any(sign => fields.HasError(sign.Info().Name)))
            fields.Add("respiratoryRate", $"is missing, and so is every other; needed is at least one of {string.Join(", ", Signs.Select(sign => sign.Info().Name))}.");
        // A clock that is a little ahead is no reason to refuse a set.
        return new(DateTimeOffset.FromUnixTimeMilliseconds((at > now ? now : at).ToUnixTimeMilliseconds()), values, note);
    }

    /// <summary>The score of the set alone.</summary>
    public NewsScore Score(Patient patient)
    {
        Span<double> values = stackalloc double[16];
        values.Fill(double.NaN);
        foreach (var (sign, value) in Values)
            values[(int)sign] = value;
        return News2.Score(values, patient, At);
    }

    /// <summary>The set as readings.</summary>
    public Reading[] Readings(ObjectId patient, DateTimeOffset now) =>
        [.. Values.Select(one => new Reading(patient, one.Key, At.ToUnixTimeMilliseconds(), one.Value, Reading.ByHand, now.ToUnixTimeMilliseconds()))];

    /// <summary>The set as it stands among the notes. One that is sent again has the same key, so it stands there once.</summary>
    public PatientNote Charted(ObjectId patient, string actor) => new()
    {
        Id = Key(patient, actor),
        PatientId = patient,
        At = At,
        By = actor,
        Text = Note ?? "",
        Observations = Values,
    };

    private ObjectId Key(ObjectId patient, string actor)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new { patient, actor, At, Note, Values = Values.OrderBy(one => one.Key).Select(one => $"{one.Key}={one.Value:R}") });
        Span<byte> id = stackalloc byte[ObjectId.Size];
        SHA256.HashData(content).AsSpan(0, ObjectId.Size).CopyTo(id);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(id, (uint)At.ToUnixTimeSeconds());
        return new ObjectId(id);
    }

    private static double? ReadConsciousness(JsonFields fields, string name)
    {
        if (!fields.Has(name) || fields.OptionalText(name, 1) is not { } letter)
            return null;
        if (ReadingRules.Consciousness(Encoding.UTF8.GetBytes(letter)) is var level && !double.IsNaN(level))
            return level;
        fields.Add(name, $"is '{letter}'; allowed are A, C, V, P and U.");
        return null;
    }

    private static double? ReadValue(JsonFields fields, VitalSignInfo sign)
    {
        if (sign.Sign == VitalSign.Consciousness)
            return ReadConsciousness(fields, sign.Name);
        if (fields.Number(sign.Name) is not { } value)
            return null;
        // Nobody charts "sensor off".
        if (value == 0 && sign.ZeroIsSensorOff)
            fields.Add(sign.Name, $"is 0; allowed is {Allowed(sign)}.");
        else if (ReadingRules.Value(sign, value) is not null)
            fields.Add(sign.Name, $"is {value}; allowed is {Allowed(sign)}.");
        return value;
    }

    private static string Allowed(VitalSignInfo sign)
    {
        var from = sign.Sign == VitalSign.Spo2 ? "above 1" : sign.ZeroIsSensorOff ? "1" : $"{sign.Minimum}";
        var unit = sign.Unit switch
        {
            "Cel" => "\u00b0C",
            "mm[Hg]" => "mmHg",
            var other => other,
        };
        return $"{from} to {sign.Maximum} {unit}";
    }
}
