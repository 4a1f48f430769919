using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Handover;

public sealed partial class SbarPage
{
    /// <summary>How many sheets are printed at once at most.</summary>
    public const int Most = 60;

    private readonly List<Patient> refused = [];
    private IReadOnlyList<SbarSheet> sheets = [];
    private string printedBy = "";
    private string? problem;
    private bool unavailable;
    private int missing;

    [CascadingParameter] private HttpContext Context { get; set; } = null!;

    /// <summary>Ids with commas between them.</summary>
    [SupplyParameterFromQuery] private string? Patients { get; set; }

    /// <summary>The clinician whose patients are meant, where no patients are named.</summary>
    [SupplyParameterFromQuery] private string? Clinician { get; set; }

    [Inject] private PatientAccess Access { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private ICareTeamStore Team { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private SbarReader Reader { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private string Found => sheets.Count switch { 0 => "", 1 => "1 sheet", var count => $"{count} sheets" };

    protected override async Task OnInitializedAsync()
    {
        printedBy = Context.User.DisplayName();
        try
        {
            await ReadAsync(Context.User, Context.RequestAborted);
        }
        catch (AuditUnavailableException)
        {
            Context.Items[RecordGate.NotRecorded] = true;
            Fail("The audit is unavailable, so it cannot be recorded who looks. The sheets are shown once it is back.");
        }
        catch (StoreException)
        {
            Fail("The sheets cannot be read now, because a store is unavailable. They are shown once it is back.");
        }
        if (refused is [var only] && sheets.Count == 0 && missing == 0)
            Navigation.NavigateTo(Access.BreakGlassIsOn ? $"/patients/{only.Id}/break-glass?returnUrl={Uri.EscapeDataString($"/handover/sbar?patients={only.Id}")}" : "/denied");
    }

    private async Task ReadAsync(ClaimsPrincipal user, CancellationToken cancel)
    {
        var asked = await AskedAsync(cancel);
        if (asked.Count > Most)
        {
            problem = $"At most {Most} sheets are printed at once; {asked.Count} were requested.";
            return;
        }
        List<ObjectId> theirs = [];
        foreach (var id in asked)
        {
            if (await Directory.FindAsync(id, cancel) is not { Patient: var patient })
                missing++;
            else if (await Access.MaySeeAsync(user, id, cancel))
                theirs.Add(id);
            else
                refused.Add(patient);
        }
        await Task.WhenAll(refused.Select(patient => Audit.WriteAsync(user, "look.refused", patient.Id)));
        // Before anything is read. Those that are written together share one write.
        await Task.WhenAll(theirs.Select(id => Audit.LookAsync(user, "export.sbar", id)));
        sheets = await Reader.ReadAsync(theirs, cancel);
    }

    // By bed, as somebody goes round; those that were named in their order.
    private async Task<IReadOnlyList<ObjectId>> AskedAsync(CancellationToken cancel)
    {
        if (Patients is { Length: > 0 } named)
        {
            var ids = named.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            missing = ids.Count(text => !ObjectId.TryParse(text, out _));
            return [.. ids.Select(text => ObjectId.TryParse(text, out var id) ? id : (ObjectId?)null).OfType<ObjectId>().Distinct()];
        }
        if (!ObjectId.TryParse(Clinician, out var clinician))
            return [];
        var inCare = (await Team.PatientsOfAsync(clinician, Clock.GetUtcNow(), cancel)).ToHashSet();
        return [.. Rounds.InOrder(Directory.All.Select(known => known.Patient).Where(patient => inCare.Contains(patient.Id))).Select(patient => patient.Id)];
    }

    private void Fail(string why)
    {
        (problem, unavailable, sheets) = (why, true, []);
        Context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        Context.Response.Headers.RetryAfter = "5";
    }
}
