using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Whom an alert that nobody acknowledges is escalated to: the patient's assigned nurse, then the charge nurse, then the attending doctor.
/// For a patient with none of them it is the charge nurse and then the doctor on call for the ward, then those for the hospital.
/// </summary>
internal sealed partial class CareChain(ICareTeamStore team, PatientDirectory patients, TimeProvider time, ILogger<CareChain> log)
{
    /// <summary>What <see cref="Alert.EscalatedTo"/> says when there is nobody at all.</summary>
    public const string Nobody = "nobody to escalate to";

    private static readonly CareRole[] Order = [CareRole.AssignedNurse, CareRole.ChargeNurse, CareRole.Attending];

    /// <summary>The step that an alert takes next. The last step repeats; where there is nobody, no step is taken and it says so.</summary>
    /// <returns>Null when no step is taken: the people cannot be read, and as many steps as a team has were taken without a name.</returns>
    public async Task<CareStep?> NextAsync(Alert alert, CancellationToken cancel)
    {
        var gone = alert.Escalation;
        try
        {
            var steps = await StepsAsync(alert.PatientId, alert.Group, cancel);
            return steps.Count == 0 ? new CareStep(null, Nobody) : new CareStep(gone + 1, NamesOf(steps[Math.Min(gone, steps.Count - 1)]));
        }
        catch (StoreException error)
        {
            // That it went a step up must be seen even when nobody can be named.
            LogTeamUnavailable(error);
            return gone < Order.Length ? new CareStep(gone + 1, null) : null;
        }
    }

    /// <summary>Who is notified at each step now.</summary>
    /// <param name="patientId">The patient; somebody who is not in the directory has no ward here.</param>
    /// <param name="group">As <see cref="Alert.Group"/>: the ward of an alert that is no patient's; null for a patient's.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>Empty when there is nobody.</returns>
    /// <exception cref="StoreException">The care teams cannot be read.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<Clinician>>> StepsAsync(ObjectId patientId, string? group, CancellationToken cancel)
    {
        if (group is null && StepsOf(await team.TeamAsync(patientId, time.GetUtcNow(), cancel)) is { Count: > 0 } own)
            return own;
        var ward = group ?? (patients.Find(patientId) is { Patient: var patient } ? new WardKey(patient.Region, patient.Ward).ToString() : null);
        return StepsOf(await team.OnCallAsync(cancel), ward);
    }

    /// <summary>Who is notified at each step of a patient's own team. Somebody with two roles is notified once, and a step with nobody new is left out.</summary>
    internal static IReadOnlyList<IReadOnlyList<Clinician>> StepsOf(IReadOnlyList<CareAssignment> team) =>
        Distinct(Order.Select(role => team.Where(member => member.Role == role).Select(member => (Clinician?)member.Clinician)));

    /// <summary>Who is notified at each step of a patient's own team, or where there is none, of those on call for the ward and the hospital.</summary>
    internal static IReadOnlyList<IReadOnlyList<Clinician>> StepsOf(IReadOnlyList<CareAssignment> team, IReadOnlyList<OnCall> onCall, WardKey ward) =>
        StepsOf(team) is { Count: > 0 } own ? own : StepsOf(onCall, ward.ToString());

    /// <summary>A step's people as text.</summary>
    internal static string NamesOf(IEnumerable<Clinician> people) => string.Join(" and ", people.Select(person => person.Name));

    /// <summary>Who is notified at each step where a patient has no team: who is on call for the ward, then for the hospital.</summary>
    internal static IReadOnlyList<IReadOnlyList<Clinician>> StepsOf(IReadOnlyList<OnCall> onCall, string? ward)
    {
        var places = onCall.Where(place => place.Ward is not null && place.Ward.ToString() == ward).Concat(onCall.Where(place => place.Ward is null));
        return Distinct(places.SelectMany(place => new[] { place.ChargeNurse, place.Doctor }).Select(person => new[] { person }));
    }

    private static List<List<Clinician>> Distinct(IEnumerable<IEnumerable<Clinician?>> steps)
    {
        var notified = new HashSet<ObjectId>();
        return [.. steps.Select(step => step.OfType<Clinician>().Where(person => notified.Add(person.Id)).ToList()).Where(step => step.Count > 0)];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The care team cannot be read, so an alert is escalated without a name")]
    private partial void LogTeamUnavailable(Exception error);
}

/// <summary>What escalation does with an alert next.</summary>
/// <param name="Number">The step, 1 for the first; null when there is nobody, so that none is taken.</param>
/// <param name="To">Who is notified, by name, or <see cref="CareChain.Nobody"/>; null when that cannot be found out.</param>
internal sealed record CareStep(int? Number, string? To);
