using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.CareTeam;

public sealed partial class QuestionsReferrals
{
    private IReadOnlyList<Clinician> clinicians = [];
    private IReadOnlyList<Clinician>? path;
    private IReadOnlyList<string> errors = [];
    private string? recorded;

    [SupplyParameterFromForm(FormName = "refer")]
    private string? FromId { get; set; }

    [SupplyParameterFromForm(FormName = "refer")]
    private string? ToId { get; set; }

    [Inject]
    private ClinicianAdmin Admin { get; set; } = null!;

    [Inject]
    private IAuthorizationService Authorization { get; set; } = null!;

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        clinicians = await Team.CliniciansAsync(cancel);
        if (Filter is { Clinician: { } from, Other: { } to })
            path = await Team.ReferralPathAsync(from, to, cancel);
    }

    private async Task ReferAsync()
    {
        // The page is for everybody who works with patients, the form is not.
        if (!(await Authorization.AuthorizeAsync(Context.User, Policies.Clinician)).Succeeded)
        {
            Context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        var fields = new JsonFields(JsonSerializer.SerializeToElement(new { toId = FormText.OrNull(ToId) }));
        var from = clinicians.FirstOrDefault(clinician => clinician.Id.ToString() == FromId);
        if (from is null)
            fields.Add("fromId", "is missing; choose a clinician.");
        try
        {
            if (await Admin.ReferAsync(Context.User, from, fields, Context.RequestAborted) is { } to)
            {
                recorded = $"{from!.Name} refers patients to {to.Name}.";
                await ReadAsync(Context.RequestAborted);
            }
            else
                errors = FormText.Of(fields.Errors);
        }
        catch (AuditUnavailableException)
        {
            errors = ["Not recorded: the audit is unavailable. Try again."];
        }
        catch (StoreException)
        {
            errors = ["Not recorded: the store of care teams is unavailable. Try again."];
        }
        catch (ConflictException)
        {
            errors = ["Not recorded: one of them has left a moment ago."];
        }
    }
}
