using HealthDashboard.Access;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.JSInterop;

namespace HealthDashboard.CareTeam;

public sealed partial class CareTeamPage
{
    private readonly AssignDraft draft = new();
    private WardTeams? teams;
    private Middle middle;
    private AssignForm? form;
    private AssignWish? asked;
    private string? question;

    [SupplyParameterFromQuery(Name = "patient")]
    private string? PatientInAddress { get; set; }

    [SupplyParameterFromQuery(Name = "clinician")]
    private string? ClinicianInAddress { get; set; }

    [Inject]
    private WardTeamsReader Reader { get; set; } = default!;

    [Inject]
    private PatientAccess Access { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private string Sum => teams is null || middle != default ? Place
        : string.Join(", ", new[]
        {
            $"{Place}: {CareRoleWords.Patients(teams.Rows.Count + teams.NotListed)}",
            Count(row => !row.In(CareRole.AssignedNurse).Any(), "without an assigned nurse"),
            Count(row => row.Steps.Count == 0, "with nobody to escalate to"),
        }.Where(part => part.Length > 0));

    private IEnumerable<WardKey> Wards => teams switch
    {
        { Center.Patient: var patient } => [new(patient.Region, patient.Ward)],
        { Who: { Ward: { } ward, Region: var region } } => [new(region, ward)],
        _ => Scope.Wards,
    };

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        middle = Middle.Of(PatientInAddress, ClinicianInAddress);
        draft.Patient = middle.Patient?.ToString() ?? "";
        Navigation.LocationChanged += Moved;
        await base.OnInitializedAsync();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= Moved;
        return base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var (scope, wanted) = (Scope, middle);
        // The page asks the server anew, which leads to breaking the glass.
        if (wanted.Patient is { } id && !await Access.MaySeeAsync(User, id, cancel))
        {
            Navigation.NavigateTo(wanted.ToString(), forceLoad: true);
            return;
        }
        await LookAsync("look.careTeams", wanted.Patient);
        var read = await Reader.ReadAsync(User, scope, wanted, cancel);
        // Somebody may have chosen something else meanwhile.
        if ((scope, wanted) == (Scope, middle))
            teams = read;
    }

    private string Count(Func<TeamRow, bool> which, string words) => teams!.Rows.Count(which) is > 0 and var count ? $"{count} {words}" : "";

    private async Task ChooseAsync(Middle next)
    {
        (middle, draft.Patient) = (next, next.Patient?.ToString() ?? draft.Patient);
        await LoadAsync();
        await Js.InvokeVoidAsync("history.replaceState", null, "", Navigation.ToAbsoluteUri(next.ToString()).ToString());
    }

    // Back, forward, and the link of the page in the bar: another address of the same page, which stays.
    private void Moved(object? sender, LocationChangedEventArgs to)
    {
        var query = QueryHelpers.ParseQuery(new Uri(to.Location).Query);
        var next = Middle.Of(query.GetValueOrDefault("patient"), query.GetValueOrDefault("clinician"));
        if (next == middle || !new Uri(to.Location).AbsolutePath.Equals("/care-team", StringComparison.Ordinal))
            return;
        _ = InvokeAsync(async () =>
        {
            middle = next;
            await LoadAsync();
            StateHasChanged();
        });
    }

    private async Task StartAsync(ObjectId? patient, ObjectId? clinician)
    {
        draft.Patient = patient?.ToString() ?? draft.Patient;
        draft.Clinician = clinician?.ToString() ?? draft.Clinician;
        draft.Role = clinician is null ? draft.Role : "";
        (asked, question) = (null, null);
        if (form is not null)
            await form.FocusAsync(patient: patient is null && draft.Patient.Length == 0);
    }

    private Task DropAsync((ObjectId Clinician, ObjectId Patient, CareRole? Role) drop)
    {
        (draft.Patient, draft.Clinician, draft.Role, draft.From, draft.Until) = (drop.Patient.ToString(), drop.Clinician.ToString(), drop.Role?.ToString() ?? "", "", "");
        return AssignAsync();
    }

    private async Task AssignAsync()
    {
        (asked, question) = (null, null);
        var (wish, problem) = draft.Read(teams!.Clinicians.Select(load => load.Clinician), Clock);
        if (wish is null)
        {
            Say(problem!);
            return;
        }
        IReadOnlyList<CareAssignment> others = [];
        // Several may consult; of the other parts one person has each as a rule.
        var isReady = wish.Role == CareRole.Consulting || await ActAsync(null, async _ =>
        {
            others = await Desk.OthersAsync(wish, CancellationToken.None);
            return [];
        });
        if (!isReady)
            return;
        if (others.Count == 0)
        {
            await StoreAsync(wish);
            return;
        }
        Say();
        asked = wish;
        question = $"{string.Join(" and ", others.Select(other => other.Clinician.Name).Distinct())} {(others.Select(other => other.Clinician.Id).Distinct().Count() == 1 ? "is" : "are")} "
            + $"{CareRoleWords.Of(wish.Role)} of {NameOf(wish.Patients)} then.";
    }

    private async Task AnswerAsync(bool? inPlace)
    {
        var wish = asked;
        (asked, question) = (null, null);
        if (wish is not null && inPlace is { } replaces)
            await StoreAsync(wish with { InPlaceOfOthers = replaces });
    }

    private async Task StoreAsync(AssignWish wish)
    {
        var who = teams!.Clinicians.FirstOrDefault(load => load.Clinician.Id == wish.Clinician)?.Clinician.Name;
        var when = (wish.From is { } from ? $", from {Display.Minute(from, Clock)}" : "") + (wish.To is { } to ? $", until {Display.Minute(to, Clock)}" : "");
        if (await ActAsync($"Assigned: {who} is {CareRoleWords.Of(wish.Role)} of {NameOf(wish.Patients)}{when}.", user => Desk.AssignAsync(user, wish, CancellationToken.None)))
            (draft.Clinician, draft.Role, draft.From, draft.Until) = ("", "", "", "");
    }

    private Task ChangeAsync(AssignmentChange change) => ActAsync(
        $"Changed: {change.Before.Clinician.Name} is {CareRoleWords.Of(change.Role)} of {NameOf([change.Before.PatientId])}{(change.To is { } to ? $" until {Display.Minute(to, Clock)}" : "")}.",
        user => Desk.ChangeAsync(user, change.Before, change.Role, change.To, CancellationToken.None));

    private Task EndAsync(CareAssignment assignment) => ActAsync(
        $"Ended: {assignment.Clinician.Name} is no longer {CareRoleWords.Of(assignment.Role)} of {NameOf([assignment.PatientId])}.",
        user => Desk.EndAsync(user, assignment, CancellationToken.None));

    private string NameOf(IReadOnlyList<ObjectId> patients) =>
        string.Join(", ", patients.Select(id => teams!.Everybody.FirstOrDefault(row => row.Patient.Id == id)?.Label ?? "the patient"));
}
