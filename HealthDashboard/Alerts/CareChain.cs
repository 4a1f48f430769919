using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Alerts;

/// <summary>Who is told of an alert that nobody takes: the assigned nurse, then the charge nurse, then the attending doctor.</summary>
internal sealed partial class CareChain(ICareTeamStore team, TimeProvider time, ILogger<CareChain> log)
{
    private static readonly CareRole[] Order = [CareRole.AssignedNurse, CareRole.ChargeNurse, CareRole.Attending];

    /// <summary>The step of the chain that follows those already gone; null at its end.</summary>
    /// <param name="patientId">The patient.</param>
    /// <param name="gone">How many steps have gone.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<CareStep?> NextAsync(ObjectId patientId, int gone, CancellationToken cancel)
    {
        try
        {
            var steps = StepsOf(await team.TeamAsync(patientId, time.GetUtcNow(), cancel));
            return gone < steps.Count ? new CareStep(gone + 1, steps[gone]) : null;
        }
        catch (StoreException error)
        {
            // That it went a step up must be seen even when nobody can be named.
            LogTeamAway(error);
            return gone < Order.Length ? new CareStep(gone + 1, null) : null;
        }
    }

    /// <summary>Whom each step tells, by name. Someone with two roles is told once, and a step with nobody new is left out.</summary>
    internal static IReadOnlyList<string> StepsOf(IReadOnlyList<CareAssignment> team)
    {
        var told = new HashSet<ObjectId>();
        return
        [
            .. Order
                .Select(role => team.Where(member => member.Role == role && told.Add(member.Clinician.Id)).Select(member => member.Clinician.Name).ToList())
                .Where(names => names.Count > 0)
                .Select(names => string.Join(", ", names)),
        ];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The care team cannot be read, so an alert is escalated without a name")]
    private partial void LogTeamAway(Exception error);
}

/// <summary>A step up the care team.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="To">Who is told, by name; null when that cannot be found out.</param>
internal sealed record CareStep(int Number, string? To);
