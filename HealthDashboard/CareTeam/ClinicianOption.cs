using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.CareTeam;

/// <summary>Somebody who can be chosen from a list.</summary>
/// <param name="Group">Under which words, those of a group in a row; "" for none.</param>
/// <param name="Clinician">Who.</param>
/// <param name="Text">What the list says.</param>
public sealed record ClinicianOption(string Group, Clinician Clinician, string Text)
{
    /// <summary>Whether each word is in a clinician's name or ward, whatever the case and the marks.</summary>
    public static bool IsFound(Clinician clinician, string words)
    {
        if (SearchWords.Split(words) is not { Length: > 0 } wanted)
            return true;
        var own = string.Join(' ', SearchWords.Split($"{clinician.Name} {clinician.Ward}"));
        return wanted.All(word => own.Contains(word, StringComparison.Ordinal));
    }
}
