using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace HealthDashboard.Patients;

public sealed partial class StayPanel
{
    private static readonly (int Minutes, string Text)[] StandbyChoices = [(30, "30 min"), (60, "1 h"), (120, "2 h"), (240, "4 h"), (480, "8 h"), (1440, "24 h")];

    private IReadOnlyList<string>? open;
    private string? dischargeReason;
    private string? standbyReason;
    private string? problem;
    private int standbyMinutes = 60;
    private bool busy;
    private bool placing;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private StayDesk Desk { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [CascadingParameter] private PatientNow Now { get; set; } = default!;

    /// <summary>Called after the record has changed.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    private Patient Patient => Now.Patient;

    private Standby? OnStandby => Patient.Standby is { } standby && standby.Until > Time.GetUtcNow() ? standby : null;

    private string Watched => Patient.Monitoring switch
    {
        MonitoringMode.Continuous => "continuous",
        MonitoringMode.SpotCheck => "spot checks",
        _ => "not set",
    };

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private Task SetMonitoringAsync(ChangeEventArgs change)
    {
        MonitoringMode? wanted = Enum.TryParse<MonitoringMode>(change.Value as string, out var chosen) ? chosen : null;
        return DoAsync("patient.update", () => Desk.ChangeAsync(Patient.Id, Now.Actor!, patient => patient with { Monitoring = wanted }, CancellationToken.None));
    }

    private async Task SetStandbyAsync()
    {
        if (Given(standbyReason) is not { } why)
        {
            problem = "Say why the bed is on standby.";
            return;
        }
        var standby = new Standby(Time.GetUtcNow().AddMinutes(standbyMinutes), why, Now.Actor ?? "");
        if (await DoAsync("patient.standby", () => Desk.ChangeAsync(Patient.Id, Now.Actor!, patient => patient with { Standby = standby }, CancellationToken.None), "standby"))
            standbyReason = null;
    }

    private Task EndStandbyAsync() =>
        DoAsync("patient.standby", () => Desk.ChangeAsync(Patient.Id, Now.Actor!, patient => patient with { Standby = null }, CancellationToken.None));

    private Task AdmitAsync(Patient wanted) =>
        DoAsync("patient.admit", () => Desk.ChangeAsync(Patient.Id, Now.Actor!, patient => Place.Of(wanted).Put(StayChange.Admitted(patient)), CancellationToken.None), PlaceForm.Keep);

    private Task MoveAsync(Patient wanted) =>
        DoAsync("patient.move", () => Desk.ChangeAsync(Patient.Id, Now.Actor!, patient => Place.Of(wanted).Put(patient), CancellationToken.None), PlaceForm.Keep);

    private void AskDischarge() => (open, problem) = (Desk.LeftBehind(Patient.Id, reason: null), null);

    private async Task DischargeAsync()
    {
        // Looked at again: an alert may have come while somebody was reading.
        open = Desk.LeftBehind(Patient.Id, reason: null);
        if (open.Count > 0 && Given(dischargeReason) is null)
        {
            problem = "Say why the patient is discharged with open alerts.";
            return;
        }
        if (await DoAsync("patient.discharge", () => Desk.DischargeAsync(Patient.Id, Now.Actor!, Given(dischargeReason), CancellationToken.None), "discharge"))
            (open, dischargeReason) = (null, null);
    }

    // A form ends with the change that it is for; what is typed in another stays, and so does what could not be saved.
    private async Task<bool> DoAsync(string action, Func<Task<Patient?>> change, string? form = null)
    {
        // The buttons are not there for others, but what a button does is decided here.
        if (busy || Now.Actor is null)
            return false;
        (busy, problem) = (true, null);
        try
        {
            await Audit.EnsureAsync();
            if (await change() is null)
            {
                problem = "The record has been deleted.";
                return false;
            }
            await Audit.WriteAsync((await SignedIn.GetAuthenticationStateAsync()).User, action, Patient.Id);
            if (form is not null)
                Js.ForgetDraft(form);
            if (form == PlaceForm.Keep)
                placing = false;
            await Changed.InvokeAsync();
            return true;
        }
        catch (BedTakenException taken)
        {
            problem = PatientMessages.Taken(taken.Occupant);
        }
        catch (AuditUnavailableException)
        {
            problem = AuditUnavailableException.NotSaved;
        }
        catch (StoreException)
        {
            problem = "Not saved: the store of patient records is unavailable. Try again.";
        }
        finally
        {
            busy = false;
        }
        return false;
    }
}
