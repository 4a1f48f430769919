using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>A vital sign. The numbers are stored: never renumber, only add.</summary>
[JsonConverter(typeof(NamesOnly<VitalSign>))]
public enum VitalSign : byte
{
    /// <summary>Heart rate, /min.</summary>
    [JsonStringEnumMemberName("heartRate")] HeartRate = 1,

    /// <summary>Respiratory rate, /min.</summary>
    [JsonStringEnumMemberName("respiratoryRate")] RespiratoryRate = 2,

    /// <summary>Oxygen saturation by pulse oximetry, %.</summary>
    [JsonStringEnumMemberName("spo2")] Spo2 = 3,

    /// <summary>Systolic blood pressure, mm[Hg].</summary>
    [JsonStringEnumMemberName("systolic")] Systolic = 4,

    /// <summary>Diastolic blood pressure, mm[Hg].</summary>
    [JsonStringEnumMemberName("diastolic")] Diastolic = 5,

    /// <summary>Mean arterial pressure, mm[Hg].</summary>
    [JsonStringEnumMemberName("meanPressure")] MeanPressure = 6,

    /// <summary>Body temperature, Cel.</summary>
    [JsonStringEnumMemberName("temperature")] Temperature = 7,

    /// <summary>Flow of supplementary oxygen, L/min; 0 is room air.</summary>
    [JsonStringEnumMemberName("oxygenFlow")] OxygenFlow = 8,

    /// <summary>Level of consciousness: an <see cref="Acvpu"/> as a number.</summary>
    [JsonStringEnumMemberName("consciousness")] Consciousness = 9,
}
