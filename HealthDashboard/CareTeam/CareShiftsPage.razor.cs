using HealthDashboard.Access;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace HealthDashboard.CareTeam;

public sealed partial class CareShiftsPage
{
    private static readonly TimeSpan Before = TimeSpan.FromHours(12);
    private static readonly TimeSpan ComingFor = TimeSpan.FromDays(3);

    private readonly ShiftDraft draft = new();
    private ShiftPlan? plan;
    private IReadOnlyList<Patient> patients = [];
    private IReadOnlyList<Workload> clinicians = [];
    private IReadOnlyList<Shift> shifts = [];
    private IReadOnlyList<Shift> coming = [];
    private Dictionary<ObjectId, string> names = [];
    private int all;
    private int steps;
    private bool week;
    private bool byPatient;

    [SupplyParameterFromQuery(Name = "range")]
    private string? RangeInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    private string? ByInAddress { get; set; }

    [Inject]
    private ICareTeamStore Team { get; set; } = default!;

    [Inject]
    private PatientAccess Access { get; set; } = default!;

    [Inject]
    private ShiftTimes Times { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        (week, byPatient) = (RangeInAddress == "week", ByInAddress == "patient");
        await base.OnInitializedAsync();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var asked = (Scope, week, byPatient, steps);
        await LookAsync("look.shifts", null);
        var now = Clock.GetUtcNow();
        var from = now - Before + (steps * (week ? TimeSpan.FromDays(3) : Before));
        var to = from + (week ? TimeSpan.FromDays(7) : Before + TimeSpan.FromHours(24));
        var inWard = WardTeamsReader.PatientsOf(Directory, Scope, await Access.TheirsAsync(User, cancel));
        List<Patient> listed = [.. inWard.Take(CareTeamDesk.MostPatients)];
        var assignments = await Team.AssignmentsAsync([.. listed.Select(patient => patient.Id)], from, to, cancel);
        var workload = await Team.WorkloadAsync(now, cancel);
        // Somebody may have chosen something else meanwhile.
        if (asked != (Scope, week, byPatient, steps))
            return;
        plan = ShiftPlan.Of(listed, assignments, byPatient, from, to, now);
        (patients, all) = (listed, inWard.Count);
        names = listed.ToDictionary(patient => patient.Id, TeamRow.NameOf);
        clinicians = [.. workload.OrderBy(load => WardTeamsReader.IsOf(load.Clinician, Scope) ? 0 : 1).ThenBy(load => load.Clinician.Profession).ThenBy(load => load.Clinician.Name, StringComparer.OrdinalIgnoreCase)];
        (shifts, coming) = (Times.Within(from, to), Times.Within(now, now + ComingFor));
    }

    private async Task ShowAsync(bool aWeek, bool forPatients)
    {
        (week, byPatient, steps) = (aWeek, forPatients, aWeek == week ? steps : 0);
        await LoadAsync();
        var address = "/care-team/shifts" + ((week, byPatient) switch { (true, true) => "?range=week&by=patient", (true, false) => "?range=week", (false, true) => "?by=patient", _ => "" });
        await Js.InvokeVoidAsync("history.replaceState", null, "", Navigation.ToAbsoluteUri(address).ToString());
    }

    private Task MoveAsync(int by)
    {
        steps += by;
        return LoadAsync();
    }

    private void Fill(ShiftGap gap)
    {
        draft.Choose(gap.Patients);
        draft.Role = nameof(CareRole.AssignedNurse);
        draft.Shift = coming.Where(shift => shift.To > gap.From).Select(shift => ShiftDraft.ValueOf(shift)).FirstOrDefault("");
    }

    private async Task AssignAsync()
    {
        var wish = draft.Read(coming, patients, clinicians, Clock.GetUtcNow());
        if (wish.Clinician is null || wish.To is null)
        {
            Say(wish.To is null ? "Choose a shift." : "Choose a clinician.");
            return;
        }
        var who = clinicians.First(load => load.Clinician.Id == wish.Clinician).Clinician.Name;
        var done = $"Assigned: {who} is {CareRoleWords.Of(wish.Role)} of {CareRoleWords.Patients(wish.Patients.Count)} from {(wish.From is { } from ? Display.Minute(from, Clock) : "now")} to {Display.Minute(wish.To.Value, Clock)}.";
        if (await ActAsync(done, user => Desk.AssignAsync(user, wish, CancellationToken.None)))
            (draft.Clinician, draft.Role) = ("", "");
    }
}
