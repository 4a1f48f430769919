using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Hosting;

namespace HealthDashboard.Patients;

/// <summary>Alarm limits as they are in JSON: <c>{"version","limits":{"heartRate":{"low","high","extremeLow","extremeHigh","source"}}}</c>.</summary>
/// <param name="Version">The version of what is set for this patient or ward; 0 when nothing ever was.</param>
/// <param name="Limits">By sign; only signs that have limits.</param>
internal sealed record LimitSheet(long Version, IReadOnlyDictionary<string, LimitLine> Limits);

/// <summary>The limits of one sign.</summary>
/// <param name="Low">The low limit; null for no low alarm.</param>
/// <param name="High">The high limit; null for no high alarm.</param>
/// <param name="ExtremeLow">Below this the alarm is of high priority; null when there is none.</param>
/// <param name="ExtremeHigh">Above this the alarm is of high priority; null when there is none.</param>
/// <param name="Source">Who has set them: <c>patient</c>, <c>ward</c> or <c>default</c>.</param>
internal sealed record LimitLine(double? Low, double? High, double? ExtremeLow, double? ExtremeHigh, string Source)
{
    public static LimitLine Of(SignLimits limits, string source) => new(limits.Low, limits.High, limits.ExtremeLow, limits.ExtremeHigh, source);
}

/// <summary>Limits as a caller sends them.</summary>
internal static class LimitFields
{
    private static readonly string[] Sources = ["default", "ward", "patient"];

    /// <summary>
    /// Reads what a caller wants to set. What was read can be sent back changed: a sign whose <c>source</c> is another than
    /// <paramref name="own"/> stays with that source, and <c>version</c> says nothing beside If-Match.
    /// </summary>
    public static IReadOnlyDictionary<VitalSign, SignLimits> ReadLimits(this JsonFields fields, string own, AlarmRules rules)
    {
        fields.Number("version");
        var sheet = fields.Object("limits");
        var limits = new Dictionary<VitalSign, SignLimits>();
        foreach (var info in VitalSigns.All)
        {
            if (!sheet.Has(info.Name))
                continue;
            var line = sheet.Object(info.Name);
            var sign = new SignLimits(line.Number("low"), line.Number("high"), line.Number("extremeLow"), line.Number("extremeHigh"));
            var source = line.OptionalText("source", 16) ?? own;
            if (!Sources.Contains(source) && !line.HasError("source"))
                line.Add("source", $"is '{source}'; allowed are {string.Join(", ", Sources)}.");
            if (source == own)
                limits.Add(info.Sign, sign);
        }

        foreach (var problem in LimitRules.Check(limits, rules))
            fields.Add($"limits.{problem.Sign.Info().Name}.{problem.Field}", problem.Message);
        return limits;
    }
}
