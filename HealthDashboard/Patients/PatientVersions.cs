using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>What one version of a record changed of the version before it.</summary>
/// <param name="Label">The field's name.</param>
/// <param name="Before">What it was.</param>
/// <param name="After">What it is in this version.</param>
public sealed record VersionChange(string Label, string Before, string After);

/// <summary>Versions of a record side by side, and one as it is to be again.</summary>
internal static class PatientVersions
{
    /// <summary>Where two versions of a record differ.</summary>
    public static IReadOnlyList<VersionChange> Changes(Patient before, Patient after, TimeProvider clock)
    {
        var (was, now) = (new PatientDraft(before), new PatientDraft(after));
        List<VersionChange> changes =
        [
            .. from field in RecordField.All
               let texts = (Before: field.Text(was), After: field.Text(now))
               where texts.Before != texts.After
               select new VersionChange(field.Label, texts.Before, texts.After),
        ];
        Add("Status", before.Status.ToString().ToLowerInvariant(), after.Status.ToString().ToLowerInvariant());
        Add("Monitoring", MonitoringOf(before), MonitoringOf(after));
        Add("Standby", StandbyOf(before), StandbyOf(after));
        return changes;

        void Add(string label, string was, string now)
        {
            if (was != now)
                changes.Add(new VersionChange(label, was, now));
        }

        string StandbyOf(Patient patient) => patient.Standby is { } standby ? $"until {Display.Clock(standby.Until, clock)}: {standby.Reason}" : "none";
    }

    /// <summary>The record with what an earlier version said of the patient. Where the patient is, and whether admitted, stays as it is now.</summary>
    public static PatientDraft Restored(Patient current, Patient version)
    {
        var (restored, from) = (new PatientDraft(current), new PatientDraft(version));
        foreach (var field in RecordField.All.Where(field => !field.IsPlace))
            field.Copy(from, restored);
        return restored;
    }

    private static string MonitoringOf(Patient patient) => patient.Monitoring switch
    {
        MonitoringMode.Continuous => "continuous",
        MonitoringMode.SpotCheck => "spot checks",
        _ => "not set",
    };
}
