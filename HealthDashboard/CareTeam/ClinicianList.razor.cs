using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.CareTeam;

public sealed partial class ClinicianList
{
    private IReadOnlyList<Clinician> all = [];
    private IReadOnlyList<Account> free = [];
    private IReadOnlyList<OnCall> wards = [];
    private IReadOnlyList<string> errors = [];
    private bool unavailable;

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "add")]
    private ClinicianInput Input { get; set; } = null!;

    [Inject]
    private ClinicianAdmin Admin { get; set; } = null!;

    [Inject]
    private OnCallRoster Roster { get; set; } = null!;

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
        Input ??= new ClinicianInput();
        all = await Team.CliniciansAsync(Context.RequestAborted);
        free = [.. (await Accounts.AllAsync(Context.RequestAborted)).Where(account => all.All(clinician => clinician.Account != account.UserName))];
        wards = await Roster.AllAsync(Context.RequestAborted);
    }

    private async Task AddAsync()
    {
        var fields = Input.Fields();
        if (await Admin.SaveAsync(Context.User, fields, before: null, Context.RequestAborted) is not null)
            Navigation.NavigateTo("/clinicians");
        errors = FormText.Of(fields.Errors);
    }
}
