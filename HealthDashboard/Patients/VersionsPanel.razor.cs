using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.Patients;

public sealed partial class VersionsPanel
{
    private const int Most = 100;

    private IReadOnlyList<Patient> versions = [];
    private long? asked;
    private string? problem;
    private bool busy;

    [Inject] private IPatientStore Store { get; set; } = default!;

    [Inject] private StayDesk Desk { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [CascadingParameter] private PatientNow Now { get; set; } = default!;

    /// <summary>Called after the record has changed.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    // Also when somebody else changes the record while the page is open.
    protected override async Task OnParametersSetAsync()
    {
        if (!Unavailable && (versions.Count == 0 || versions[0].Version != Now.Patient.Version))
            await LoadAsync();
    }

    private static string Shown(string text) => text.Length > 0 ? text : "(empty)";

    private IReadOnlyList<VersionChange> Restoring(Patient version)
    {
        var (restored, errors) = PatientVersions.Restored(versions[0], version).Read(Now.Actor!, Clock.GetUtcNow());
        return errors.Count > 0 ? [] : PatientVersions.Changes(versions[0], restored, Clock);
    }

    private async Task RestoreAsync(Patient version)
    {
        if (busy || Now.Actor is null)
            return;
        (busy, problem) = (true, null);
        try
        {
            var user = (await SignedIn.GetAuthenticationStateAsync()).User;
            var (patient, errors) = PatientVersions.Restored(versions[0], version).Read(user.Actor(), Clock.GetUtcNow());
            if (errors.Count > 0)
            {
                problem = $"Not restored: {string.Join(" ", FormText.Of(errors))}";
                return;
            }
            await Audit.EnsureAsync();
            var stored = await Desk.ReplaceAsync(patient, versions[0], user.Actor(), CancellationToken.None);
            await Audit.WriteAsync(user, "patient.restore", stored.Id, $"version {version.Version}");
            asked = null;
            await LoadAsync();
            await Changed.InvokeAsync();
        }
        catch (ConflictException)
        {
            problem = "Not restored: somebody else has changed the record. Look at what it says now.";
            await LoadAsync();
        }
        catch (AuditUnavailableException)
        {
            problem = AuditUnavailableException.NotSaved;
        }
        catch (StoreException)
        {
            problem = "Not restored: the store of patient records is unavailable. Try again.";
        }
        finally
        {
            busy = false;
        }
    }

    protected override async Task ReadAsync(CancellationToken cancel) => versions = await Store.VersionsAsync(Now.Patient.Id, Most, cancel);
}
