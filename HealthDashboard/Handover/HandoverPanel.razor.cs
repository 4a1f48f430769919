using System.Security.Claims;
using System.Text.Json;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.CareTeam;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Patients;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.Handover;

public sealed partial class HandoverPanel
{
    private static readonly TimeSpan Half = TimeSpan.FromMinutes(30);

    private readonly Dictionary<ObjectId, string> chosen = [];
    private ClaimsPrincipal user = new();
    private IReadOnlyList<Clinician> clinicians = [];
    private Dictionary<ObjectId, int> workload = [];
    private IReadOnlyList<CareAssignment> held = [];
    private IReadOnlyList<Patient> patients = [];
    private IReadOnlyList<OnCall> onCall = [];
    private IReadOnlyList<HandoverRow> rows = [];
    private IReadOnlyList<DateTimeOffset> moments = [];
    private Clinician? giver;
    private ObjectId? asked;
    private CareRole role;
    private string taker = "";
    private DateTimeOffset? moment;
    private bool withOnCall;
    private bool mayChoose;
    private bool isRead;
    private bool busy;
    private bool toHeading;
    private string? problem;
    private Step step;
    private HandoverResult? result;
    private ElementReference heading;

    /// <summary>The region that the screen follows; null for the whole hospital.</summary>
    [Parameter] public string? Region { get; set; }

    /// <summary>The ward that the screen follows; null for the whole hospital.</summary>
    [Parameter] public string? Ward { get; set; }

    /// <summary>The beds as they are now.</summary>
    [Parameter, EditorRequired] public required WallFrame Frame { get; set; }

    [Inject] private ICareTeamStore Store { get; set; } = default!;

    [Inject] private HandoverDesk Desk { get; set; } = default!;

    [Inject] private PatientAccess Access { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private CurrentVitals Current { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    private enum Step
    {
        Choose,
        Confirm,
        Done,
    }

    private IEnumerable<CareRole> RolesHeld => HandoverOrder.Roles.Where(one => held.Any(assignment => assignment.Role == one));

    private bool IsOwn => giver is not null && PatientAccess.IsOf(giver, user);

    private string Whose => IsOwn ? "your" : $"{giver!.Name}'s";

    private IReadOnlyList<OnCall> Duties => giver is null ? [] : [.. onCall.Where(place => HandoverDesk.OnCallIn(place, role)?.Id == giver.Id)];

    // On call has no timetable.
    private bool MovesOnCall => withOnCall && moment is null && taker.Length > 0 && Duties.Count > 0;

    private string DutyWords => string.Join(", ", Duties.Select(place => place.Ward is { } ward ? $"{ward.Ward}, {ward.Region}" : "the hospital"));

    // Each patient who is handed over, with who takes over.
    private IReadOnlyList<HandoverMove> Moves =>
    [
        .. from row in rows
           let to = chosen.GetValueOrDefault(row.Patient.Id, "")
           let person = Find(to.Length == 0 ? taker : to)
           where person is not null
           select new HandoverMove(row, person!),
    ];

    private IReadOnlyList<HandoverRow> Undecided => [.. rows.Where(row => chosen.GetValueOrDefault(row.Patient.Id, "").Length == 0 && taker.Length == 0)];

    private int ElsewhereCount => patients.Count - rows.Count;

    private string SheetsAddress => $"/handover/sbar?patients={string.Join(',', rows.Select(row => row.Patient.Id))}";

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override void OnParametersSet() => MakeRows();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!toHeading || Unavailable)
            return;
        toHeading = false;
        await heading.FocusAsync();
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        user = (await SignedIn.GetAuthenticationStateAsync()).User;
        mayChoose = user.IsInRole(Roles.ChargeNurse);
        var now = Clock.GetUtcNow();
        clinicians = await Store.CliniciansAsync(cancel);
        workload = (await Store.WorkloadAsync(now, cancel)).ToDictionary(load => load.Clinician.Id, load => load.Patients);
        giver = (mayChoose ? clinicians.FirstOrDefault(clinician => clinician.Id == asked) : null) ?? clinicians.FirstOrDefault(clinician => PatientAccess.IsOf(clinician, user));
        onCall = await Store.OnCallAsync(cancel);
        held = [];
        if (giver is not null)
        {
            await Audit.LookAsync(user, "look.handover", detail: giver.Id.ToString());
            var theirs = await Access.TheirsAsync(user, cancel);
            held =
            [
                .. (await Store.AssignmentsOfAsync(giver.Id, now, cancel)).Where(one => HandoverOrder.Roles.Contains(one.Role) && one.HoldsAt(now)
                    && Directory.Find(one.PatientId) is { Patient: { Status: PatientStatus.Admitted } patient } && theirs(patient)),
            ];
        }
        if (!RolesHeld.Contains(role))
            role = RolesHeld.OrderByDescending(one => held.Count(assignment => assignment.Role == one)).FirstOrDefault();
        moments = [.. Enumerable.Range(1, 5).Select(n => new DateTimeOffset(((now.Ticks / Half.Ticks) + n) * Half.Ticks, TimeSpan.Zero))];
        isRead = true;
        MakeRows();
    }

    private void MakeRows()
    {
        var inRole = held.Where(one => one.Role == role).Select(one => one.PatientId).ToHashSet();
        patients = [.. Rounds.InOrder(inRole.Select(id => Directory.Find(id)?.Patient).OfType<Patient>())];
        var tiles = Frame.ByBed.Where(tile => !tile.IsEmpty && inRole.Contains(tile.PatientId)).ToDictionary(tile => tile.PatientId);
        rows =
        [
            .. from patient in patients
               where Ward is null || (patient.Region == Region && patient.Ward == Ward)
               let tile = tiles.GetValueOrDefault(patient.Id)
               let row = PatientRow.Of(patient, tile, Directory.Find(patient.Id), Current, Clock)
               select new HandoverRow(patient, row, tile is null ? 0 : tile.Alarms.High + tile.Alarms.Medium + tile.Alarms.Low),
        ];
    }

    private Clinician? Find(string id) => clinicians.FirstOrDefault(clinician => clinician.Id.ToString() == id);

    // Who may take over: those of the patients' wards first, then the others of the profession.
    private IEnumerable<IGrouping<string, Clinician>> Takers => clinicians
        .Where(clinician => clinician.Profession == CareTeamDesk.ProfessionFor(role) && clinician.Id != giver?.Id)
        .OrderByDescending(IsNear)
        .ThenBy(PlaceOf, StringComparer.Ordinal)
        .GroupBy(PlaceOf);

    // Of one patient only those of the wards are offered, and who is chosen for all: a hospital has thousands.
    private IEnumerable<IGrouping<string, Clinician>> Near => Takers.Where(place => place.Any(IsNear));

    // Whose patients a charge nurse may hand over: of the ward that the screen follows, and who is chosen now.
    private IEnumerable<Clinician> Givers => clinicians.Where(clinician =>
        clinician.Id == giver?.Id || (workload.GetValueOrDefault(clinician.Id) > 0 && (Ward is null || clinician.Ward is null || (clinician.Region == Region && clinician.Ward == Ward))));

    private bool IsNear(Clinician clinician) => rows.Any(row => row.Patient.Region == clinician.Region && row.Patient.Ward == clinician.Ward);

    private static string PlaceOf(Clinician clinician) => clinician.Ward is { } ward ? $"{ward}, {clinician.Region}" : $"{clinician.Region}, across wards";

    private string NameAndLoad(Clinician clinician) => workload.GetValueOrDefault(clinician.Id) switch
    {
        0 => clinician.Name,
        1 => $"{clinician.Name}, has 1 patient",
        var count => $"{clinician.Name}, has {count} patients",
    };

    private Task ChooseGiverAsync(ChangeEventArgs change)
    {
        asked = ObjectId.TryParse(change.Value as string, out var id) ? id : null;
        Forget();
        return LoadAsync();
    }

    private void ChooseRole(ChangeEventArgs change)
    {
        role = Enum.TryParse<CareRole>(change.Value as string, out var next) ? next : role;
        Forget();
        MakeRows();
    }

    private void Forget()
    {
        chosen.Clear();
        (taker, moment, withOnCall, problem) = ("", null, false, null);
    }

    // What is confirmed, and what is done, goes to its own heading.
    private void Go(Step to) => (step, toHeading, problem) = (to, to == Step.Choose, null);

    private void ChooseMoment(ChangeEventArgs change) => moment = moments.Where(at => Display.Machine(at) == change.Value as string).Select(at => (DateTimeOffset?)at).FirstOrDefault();

    private Task AgainAsync()
    {
        Forget();
        Go(Step.Choose);
        return LoadAsync();
    }

    private async Task HandOverAsync()
    {
        if (busy)
            return;
        (busy, problem) = (true, null);
        var fields = new JsonFields(JsonSerializer.SerializeToElement(new
        {
            fromId = giver!.Id,
            role = EnumNames<CareRole>.Of(role),
            at = moment,
            patients = Moves.Select(move => new { patientId = move.Row.Patient.Id, toId = move.To.Id }),
            onCallToId = MovesOnCall ? taker : null,
        }));
        try
        {
            var (done, refusal) = await Desk.HandOverAsync(user, fields, CancellationToken.None);
            if (done is null)
            {
                problem = refusal ?? string.Join(" ", FormText.Of(fields.Errors));
                return;
            }
            result = done;
            Go(Step.Done);
        }
        catch (AuditUnavailableException)
        {
            problem = "Not handed over: the audit is unavailable, so it cannot be recorded who does it. Nothing was changed; try again in a moment.";
        }
        catch (ConflictException)
        {
            problem = "Not handed over: one of those who take over left a moment ago. Nothing was changed; go back and choose again.";
        }
        catch (StoreException)
        {
            problem = "Not done: the store of care teams is unavailable. Try again; what was handed over already is not done twice.";
        }
        finally
        {
            busy = false;
        }
    }
}
