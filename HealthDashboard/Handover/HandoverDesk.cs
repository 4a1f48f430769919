using System.Security.Claims;
using System.Text.Json;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.CareTeam;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;

namespace HealthDashboard.Handover;

/// <summary>
/// Hands a shift over: the giver's assignments end at a moment and the takers' begin, of all patients in one step or of none. Who is not with the
/// giver any more is left as they are. Repeated, it changes nothing and answers what stands.
/// <para>
/// On this node one handover waits for another. Two nodes that hand the same patient over in the same moment both do: the patient is then with
/// both takers, never with nobody.
/// </para>
/// </summary>
internal sealed class HandoverDesk(
    ICareTeamStore team, OnCallRoster roster, PatientDirectory directory, PatientAccess access, AlertFeed feed, CurrentVitals current, Audit audit, TimeProvider time)
    : IDisposable
{
    private const string Hospital = "hospital";

    // What holds at a moment is read up to the shortest time after it.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    /// <summary>Whether somebody may hand over for a clinician: for themselves; a charge nurse, and a program, for everybody.</summary>
    public static bool MayGiveFor(ClaimsPrincipal by, Clinician from) =>
        by.IsInRole(Roles.ChargeNurse) || by.HasClaim(claim => claim.Type == Policies.ScopeClaim) || PatientAccess.IsOf(from, by);

    /// <summary>Hands over.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="fields">As <see cref="HandoverRequest"/>; what is wrong is added to their errors.</param>
    /// <param name="cancel">Ends the call before anything is changed; not after.</param>
    /// <returns>What stands now; or why it is refused; neither when something is wrong. In the last two cases nothing was changed.</returns>
    /// <exception cref="AuditUnavailableException">What was done before cannot be written down, so nothing was changed.</exception>
    /// <exception cref="ConflictException">Missing: a clinician left a moment ago; nothing was changed.</exception>
    /// <exception cref="StoreException">A store is unavailable. What was handed over stays; repeated, it does the rest.</exception>
    public async Task<(HandoverResult? Result, string? Refusal)> HandOverAsync(ClaimsPrincipal by, JsonFields fields, CancellationToken cancel)
    {
        var order = HandoverOrder.Read(fields, await team.CliniciansAsync(cancel), time.GetUtcNow());
        if (order is null)
            return (null, null);
        if (!MayGiveFor(by, order.From))
            return (null, $"You hand over your own patients; a charge nurse hands over those of {order.From.Name}.");
        await turn.WaitAsync(cancel);
        try
        {
            await audit.EnsureAsync();
            var plan = await PlanAsync(by, order, cancel);
            if (plan.Changes.Count > 0)
                await team.AssignAsync(plan.Changes, cancel);
            // Those that are written together share one write.
            await Task.WhenAll(plan.New.Select(one => audit.WriteAsync(
                by, "careTeam.handover", one.PatientId, $"{order.From.Id} to {one.Clinician.Id} as {order.Role} from {order.At:O}{(one.To is { } until ? $" until {until:O}" : "")}")));
            return (new(order.From.Id, order.Role, order.At, plan.HandedOver, plan.Left, await MoveOnCallAsync(by, order)), null);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Plan> PlanAsync(ClaimsPrincipal by, HandoverOrder order, CancellationToken cancel)
    {
        var plan = new Plan([], [], [], []);
        var recent = (await team.AssignmentsAsync([.. order.Patients.Select(one => one.Patient)], order.At - HandoverOrder.Earliest, order.At + Moment, cancel))
            .Where(assignment => assignment.Role == order.Role)
            .ToLookup(assignment => assignment.PatientId);
        var open = feed.Snapshot().Open.ToLookup(alert => alert.PatientId);
        foreach (var (patient, to) in order.Patients)
        {
            var standing = recent[patient].Where(one => one.HoldsAt(order.At)).ToList();
            var (mine, theirs) = (standing.FindAll(one => one.Clinician.Id == order.From.Id), standing.Find(one => one.Clinician.Id == to.Id));
            // Whoever has handed a patient over and asks again, because the answer was lost, gets it although the patient is theirs no more.
            var wasTheirs = PatientAccess.IsOf(order.From, by) && recent[patient].Any(one => one.Clinician.Id == order.From.Id);
            if (await WhyNotAsync(by, patient, wasTheirs, cancel) is { } left)
            {
                plan.Left.Add(left);
                continue;
            }
            if (mine.Count == 0 && theirs is null)
            {
                plan.Left.Add(new(patient, LeftReason.NotWithGiver, $"Not with {order.From.Name} any more: {With(standing, order.Role)}."));
                continue;
            }
            plan.Changes.AddRange(mine.Select(one => one with { To = order.At }));
            // Whoever takes over has the patient as long as the giver would have had.
            var until = mine.Exists(one => one.To is null) ? null : mine.Max(one => one.To);
            if (theirs is null)
                plan.Changes.Add(theirs = new CareAssignment(patient, to, order.Role, order.At, until));
            else if (mine.Count > 0 && theirs.To is { } end && (until is null || end < until))
                plan.Changes.Add(theirs = theirs with { To = until });
            if (mine.Count > 0)
                plan.New.Add(theirs);
            plan.HandedOver.Add(HandedOf(patient, to, theirs.From, open[patient]));
        }
        return plan;
    }

    private async Task<LeftPatient?> WhyNotAsync(ClaimsPrincipal by, ObjectId id, bool wasTheirs, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is not { Patient.Status: PatientStatus.Admitted })
            return new(id, LeftReason.NotAdmitted, "There is no such patient who is admitted.");
        return wasTheirs || await access.MaySeeAsync(by, id, cancel) ? null : new(id, LeftReason.NotYours, "Neither in your care nor in a ward of yours.");
    }

    private static string With(IEnumerable<CareAssignment> standing, CareRole role) => string.Join(" and ", standing.Select(one => one.Clinician.Name).Distinct()) is { Length: > 0 } names
        ? $"{names} has the patient as {CareRoleWords.Of(role)}"
        : $"there is no {CareRoleWords.Of(role)}";

    private HandedPatient HandedOf(ObjectId id, Clinician to, DateTimeOffset since, IEnumerable<Alert> open)
    {
        var due = directory.Find(id) is { } monitored ? current.ObservationsOf(monitored) : default;
        return new(
            id, to.Id, since,
            [
                .. open.OrderByDescending(alert => alert.Priority).ThenBy(alert => alert.RaisedAt)
                    .Select(alert => new HandedAlert(alert.Id, alert.Priority, AlertWords.Now(alert), alert.RaisedAt, alert.Response == AlertResponse.Acknowledged)),
            ],
            due.Due, due.AreLate(time.GetUtcNow()));
    }

    // Not cancelled: the patients have been handed over.
    private async Task<IReadOnlyList<string>> MoveOnCallAsync(ClaimsPrincipal by, HandoverOrder order)
    {
        if (order.OnCallTo is not { } to)
            return [];
        foreach (var place in (await team.OnCallAsync(CancellationToken.None)).Where(place => OnCallIn(place, order.Role)?.Id == order.From.Id))
        {
            var next = order.Role == CareRole.ChargeNurse ? place with { ChargeNurse = to } : place with { Doctor = to };
            await roster.SetAsync(by, place.Ward, new(JsonSerializer.SerializeToElement(new { chargeNurseId = next.ChargeNurse?.Id, doctorId = next.Doctor?.Id })), CancellationToken.None);
        }
        return [.. (await team.OnCallAsync(CancellationToken.None)).Where(place => OnCallIn(place, order.Role)?.Id == to.Id).Select(place => place.Ward?.ToString() ?? Hospital)];
    }

    /// <summary>Who is on call in a part; null when nobody is, and for a part that is never on call.</summary>
    internal static Clinician? OnCallIn(OnCall place, CareRole role) => role switch
    {
        CareRole.ChargeNurse => place.ChargeNurse,
        CareRole.Attending => place.Doctor,
        _ => null,
    };

    private sealed record Plan(List<CareAssignment> Changes, List<CareAssignment> New, List<HandedPatient> HandedOver, List<LeftPatient> Left);
}
