using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>Limits as a caller sends them.</summary>
internal static class LimitFields
{
    private const int LongestReason = 500;
    private const int SourceLength = 16;
    private static readonly string[] Sources = ["default", "ward", "patient"];

    /// <summary>
    /// Reads what a caller wants to set. What was read can be sent back changed: a sign whose <c>source</c> is another than that of the scope
    /// stays with that source, and what only the answer knows says nothing.
    /// </summary>
    /// <param name="fields">What was sent.</param>
    /// <param name="scope">What they are set for.</param>
    /// <param name="wider">The limits that hold without them.</param>
    /// <param name="rules">The hysteresis of each sign.</param>
    /// <param name="now">The time it is.</param>
    public static AlarmLimits ReadLimits(this JsonFields fields, LimitScope scope, EffectiveLimits wider, AlarmRules rules, DateTimeOffset now)
    {
        foreach (var shown in new[] { "version", "ageBand", "setBy", "setAt" })
            fields.Has(shown);
        var sheet = fields.Object("limits");
        var own = scope.PatientId is null ? "ward" : "patient";
        var limits = new Dictionary<VitalSign, SignLimits>();
        foreach (var info in VitalSigns.All.Where(info => sheet.Has(info.Name)))
        {
            if (ReadLine(sheet.Object(info.Name), own, now) is { } line)
                limits.Add(info.Sign, line);
        }
        var given = new AlarmLimits { Signs = limits, Reason = fields.OptionalText("reason", LongestReason), ScoreThreshold = ReadThreshold(fields, scope) };
        var draft = LimitChange.Of(given, wider, rules, now);
        foreach (var problem in draft.Problems)
            fields.Add($"limits.{problem.Sign.Info().Name}.{problem.Field}", problem.Message);
        // What cannot be read may look as if an alarm were off.
        if (draft.ReasonNeeded is { } why && fields.Errors.Count == 0)
            fields.Add("reason", why);
        return draft.Limits;
    }

    private static SignLimits? ReadLine(JsonFields line, string own, DateTimeOffset now)
    {
        line.Has("off");
        line.Has("widerThanWard");
        var limits = new SignLimits(line.Number("low"), line.Number("high"), line.Number("extremeLow"), line.Number("extremeHigh")) { OffUntil = line.Time("offUntil") };
        var source = line.OptionalText("source", SourceLength) ?? own;
        if (!Sources.Contains(source) && !line.HasError("source"))
            line.Add("source", $"is '{source}'; allowed are {string.Join(", ", Sources)}.");
        return source == own ? limits : null;
    }

    private static int? ReadThreshold(JsonFields fields, LimitScope scope)
    {
        if (!fields.Has("scoreThreshold"))
            return null;
        if (scope.PatientId is not null)
            return fields.Whole("scoreThreshold", News2.MediumThreshold, News2.HighThreshold, News2.MediumThreshold);
        // The answer says what holds for the ward's patients, and may be sent back.
        if (fields.Number("scoreThreshold") is { } threshold && threshold != News2.MediumThreshold)
            fields.Add("scoreThreshold", $"is {threshold}; allowed is {News2.MediumThreshold}, because only a patient has one of their own.");
        return null;
    }
}
