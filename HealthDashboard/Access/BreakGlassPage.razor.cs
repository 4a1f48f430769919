using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Access;

public sealed partial class BreakGlassPage
{
    private Patient? patient;
    private string[] errors = [];
    private bool unavailable;

    [Parameter] public string Id { get; set; } = "";

    [CascadingParameter] private HttpContext Context { get; set; } = null!;

    [SupplyParameterFromQuery] private string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "glass")] private string? Reason { get; set; }

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private PatientAccess Access { get; set; } = default!;

    [Inject] private GlassBook Glass { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        try
        {
            if (!ObjectId.TryParse(Id, out var id))
                return;
            patient = (await Directory.FindAsync(id, Context.RequestAborted))?.Patient;
            if (patient is null || !HttpMethods.IsGet(Context.Request.Method) || !await Access.MaySeeAsync(Context.User, id, Context.RequestAborted))
                return;
        }
        catch (StoreException)
        {
            unavailable = true;
            return;
        }
        GoOn();
    }

    private async Task BreakAsync()
    {
        var reason = Reason?.Trim() ?? "";
        if (patient is null || !Access.BreakGlassIsOn)
            return;
        if (reason.Length is 0 or > GlassBook.LongestReason)
        {
            errors = [$"Say why, in 1 to {GlassBook.LongestReason} characters."];
            return;
        }
        try
        {
            if (!await Access.IsTheirsAsync(Context.User, patient.Id, Context.RequestAborted))
                await Glass.BreakAsync(Context.User, patient.Id, reason, Context.RequestAborted);
        }
        catch (StoreException)
        {
            unavailable = true;
            return;
        }
        GoOn();
    }

    // Only to a page of our own: a link from elsewhere must not choose where this leads.
    private void GoOn() => Navigation.NavigateTo(ReturnUrl is ['/', ..] && RedirectHttpResult.IsLocalUrl(ReturnUrl) ? ReturnUrl : $"/patients/{Id}");
}
