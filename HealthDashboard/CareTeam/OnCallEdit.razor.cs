using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.CareTeam;

public sealed partial class OnCallEdit
{
    private OnCall? onCall;
    private IReadOnlyList<Clinician> clinicians = [];
    private IReadOnlyList<string> errors = [];
    private bool unavailable;

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [SupplyParameterFromQuery]
    private string? Region { get; set; }

    [SupplyParameterFromQuery]
    private string? Ward { get; set; }

    [SupplyParameterFromForm(FormName = "on-call")]
    private string? ChargeNurse { get; set; }

    [SupplyParameterFromForm(FormName = "on-call")]
    private string? Doctor { get; set; }

    [Inject]
    private OnCallRoster Roster { get; set; } = null!;

    [Inject]
    private ICareTeamStore Team { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private WardKey? Key => Region is { } region && Ward is { } ward ? new(region, ward) : null;

    /// <summary>A ward for people; null stands for the hospital.</summary>
    internal static string NameOf(WardKey? ward) => ward is null ? "the hospital" : $"{ward.Region}, {ward.Ward}";

    /// <summary>Where who is on call for a ward, or for null the hospital, is changed.</summary>
    internal static string AddressOf(WardKey? ward) =>
        ward is null ? "/on-call/change" : $"/on-call/change?region={Uri.EscapeDataString(ward.Region)}&ward={Uri.EscapeDataString(ward.Ward)}";

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
        onCall = await Roster.FindAsync(Key, Context.RequestAborted);
        if (onCall is null)
        {
            Context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        clinicians = await Team.CliniciansAsync(Context.RequestAborted);
        if (!HttpMethods.IsPost(Context.Request.Method))
            (ChargeNurse, Doctor) = (onCall.ChargeNurse?.Id.ToString(), onCall.Doctor?.Id.ToString());
    }

    private IEnumerable<(string Value, string Text)> People(Profession profession) =>
        clinicians.Where(clinician => clinician.Profession == profession)
            .Select(clinician => (clinician.Id.ToString(), $"{clinician.Name}, {clinician.Ward ?? clinician.Region}"))
            .Prepend(("", "Nobody"));

    private async Task SaveAsync()
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(new { chargeNurseId = FormText.OrNull(ChargeNurse), doctorId = FormText.OrNull(Doctor) }));
        if (await Roster.SetAsync(Context.User, Key, fields, Context.RequestAborted) is not null)
            Navigation.NavigateTo("/on-call");
        errors = FormText.Of(fields.Errors);
    }
}
