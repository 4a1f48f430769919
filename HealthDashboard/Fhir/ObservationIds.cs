using System.Globalization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Fhir;

/// <summary>The id of an Observation: whose, of what, when.</summary>
/// <param name="Patient">Whose.</param>
/// <param name="What">A sign's API name, <see cref="Ids.Pressure"/> or <see cref="Ids.Score"/>.</param>
/// <param name="Time">When, in milliseconds since 1970; 0 for the score.</param>
internal readonly record struct ObservationIds(ObjectId Patient, string What, long Time)
{
    private const long Minute = 60_000;

    /// <summary>The id of a sign's value. Pressures of one time are one Observation; what is older than raw readings are kept is a minute's.</summary>
    public static string Of(ObjectId patient, VitalSign sign, long time, DateTimeOffset now, TimeSpan rawRetention) =>
        Ids.Of(patient, IsPressure(sign) ? Ids.Pressure : sign.Info().Name, time < (now - rawRetention).ToUnixTimeMilliseconds() ? time - (time % Minute) : time);

    /// <summary>Whether a sign is a component of a blood pressure.</summary>
    public static bool IsPressure(VitalSign sign) => sign is VitalSign.Systolic or VitalSign.Diastolic or VitalSign.MeanPressure;

    /// <summary>Reads an id; null when it is none that is given out.</summary>
    public static ObservationIds? Parse(string id)
    {
        var parts = id.Split('-');
        if (parts.Length is < 2 or > 3 || !ObjectId.TryParse(parts[0], out var patient))
            return null;
        if (parts.Length == 2)
            return parts[1] == Ids.Score ? new(patient, Ids.Score, 0) : null;
        return (parts[1] == Ids.Pressure || VitalSigns.Find(parts[1]) is { } info && !IsPressure(info.Sign))
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? new(patient, parts[1], time) : null;
    }
}
