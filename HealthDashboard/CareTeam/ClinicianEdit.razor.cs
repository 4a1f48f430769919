using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.CareTeam;

public sealed partial class ClinicianEdit
{
    private Clinician? clinician;
    private Duties duties = new([], []);
    private IReadOnlyList<Account> free = [];
    private IReadOnlyList<OnCall> wards = [];
    private IReadOnlyList<string> errors = [];
    private bool unavailable;

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "change")]
    private ClinicianInput Input { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "delete")]
    private string? Reason { get; set; }

    [Inject]
    private ClinicianAdmin Admin { get; set; } = null!;

    [Inject]
    private OnCallRoster Roster { get; set; } = null!;

    [Inject]
    private PatientDirectory Directory { get; set; } = null!;

    [Inject]
    private ICareTeamStore Team { get; set; } = null!;

    [Inject]
    private IAccountStore Accounts { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        try
        {
            await LoadAsync();
        }
        catch (StoreUnavailableException)
        {
            unavailable = true;
        }
    }

    private async Task LoadAsync()
    {
        var all = await Team.CliniciansAsync(Context.RequestAborted);
        clinician = all.FirstOrDefault(one => one.Id.ToString() == Id);
        Input ??= new ClinicianInput();
        if (clinician is null)
        {
            Context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (!HttpMethods.IsPost(Context.Request.Method))
            Input = ClinicianInput.Of(clinician);
        duties = await Admin.DutiesAsync(clinician, Context.RequestAborted);
        free = [.. (await Accounts.AllAsync(Context.RequestAborted)).Where(account => all.All(one => one.Id == clinician.Id || one.Account != account.UserName))];
        wards = await Roster.AllAsync(Context.RequestAborted);
    }

    private async Task ChangeAsync()
    {
        var fields = Input.Fields();
        if (await Admin.SaveAsync(Context.User, fields, clinician!, Context.RequestAborted) is not null)
            Navigation.NavigateTo("/clinicians");
        errors = FormText.Of(fields.Errors);
    }

    private async Task DeleteAsync()
    {
        var reason = string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim();
        if ((duties.Any && reason is null) || reason?.Length > ClinicianAdmin.LongestReason)
        {
            errors = [$"Reason has {reason?.Length ?? 0} characters; needed are 1 to {ClinicianAdmin.LongestReason}."];
            return;
        }
        await Admin.RemoveAsync(Context.User, clinician!, duties, reason, Context.RequestAborted);
        Navigation.NavigateTo("/clinicians");
    }
}
