using HealthDashboard.Accounts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.Patients;

public sealed partial class ObservationsPanel
{
    private const int Shown = 50;
    private static readonly int[] Ago = [0, 5, 10, 15, 30, 60, 120, 240];

    // In the order of the NEWS2 chart; both pressures in one field, as they are said.
    private static readonly (VitalSign Sign, string Label, string Unit, string Hint)[] Inputs =
    [
        (VitalSign.RespiratoryRate, "Respiratory rate", "/min", "16"),
        (VitalSign.Spo2, "SpO\u2082", "%", "97"),
        (VitalSign.OxygenFlow, "Oxygen", "L/min, 0 is air", "0"),
        (VitalSign.Systolic, "Blood pressure", "mmHg", "120/80"),
        (VitalSign.HeartRate, "Pulse", "/min", "75"),
        (VitalSign.Consciousness, "Consciousness", "", "A C V P U"),
        (VitalSign.Temperature, "Temperature", "\u00b0C", "36.8"),
    ];

    private readonly Dictionary<VitalSign, ElementReference> inputs = [];
    private ObservationDraft draft = new();
    private NewsScore preview = default!;
    private IDictionary<string, string[]> errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
    private IReadOnlyList<PatientNote> sets = [];
    private int minutesAgo;
    private string? problem;
    private string? saved;
    private VitalSign? focus = Inputs[0].Sign;
    private bool busy;

    [Inject] private ObservationDesk Desk { get; set; } = default!;

    [Inject] private IPatientStore Store { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [CascadingParameter] private PatientNow Now { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        preview = draft.Read(Clock.GetUtcNow()).Set.Score(Now.Patient);
        await LoadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (focus is not { } sign || !inputs.TryGetValue(sign, out var input) || input.Context is null)
            return;
        focus = null;
        await input.FocusAsync();
    }

    // What is still being typed is not called wrong; a field that was called wrong is checked again.
    private void Type(string name, ChangeEventArgs change)
    {
        draft.Texts[name] = change.Value as string ?? "";
        (saved, problem) = (null, null);
        var (set, now) = draft.Read(Clock.GetUtcNow());
        preview = set.Score(Now.Patient);
        errors = errors.Where(error => now.ContainsKey(error.Key)).ToDictionary(error => error.Key, error => now[error.Key], StringComparer.Ordinal);
    }

    private string? ErrorOf(VitalSign sign)
    {
        var name = sign.Info().Name;
        return errors.TryGetValue(name, out var own) ? $"{Label(sign)} {own[0]}"
            : sign == VitalSign.Systolic && errors.TryGetValue(VitalSign.Diastolic.Info().Name, out var other) ? $"Diastolic {other[0]}"
            : null;
    }

    private static string Label(VitalSign sign) => Array.Find(Inputs, input => input.Sign == sign).Label;

    private async Task SaveAsync()
    {
        if (busy || Now.Actor is null)
            return;
        var now = Clock.GetUtcNow();
        draft.At = minutesAgo == 0 ? null : now.AddMinutes(-minutesAgo);
        (var set, errors) = draft.Read(now);
        (problem, saved) = (null, null);
        if (errors.Count > 0)
        {
            problem = errors.TryGetValue("note", out var note) ? $"Note {note[0]}" : "Not saved. Change what is marked.";
            focus = Inputs.FirstOrDefault(input => ErrorOf(input.Sign) is not null, Inputs[0]).Sign;
            return;
        }
        busy = true;
        try
        {
            await Desk.ChartAsync(Now.Patient.Id, set, (await SignedIn.GetAuthenticationStateAsync()).User);
            saved = $"Saved at {Display.Clock(now, Clock)}.";
            (draft, minutesAgo, focus) = (new(), 0, Inputs[0].Sign);
            preview = draft.Read(now).Set.Score(Now.Patient);
            await LoadAsync();
        }
        catch (ConflictException)
        {
            problem = "Not saved: the record has been deleted.";
        }
        catch (AuditUnavailableException)
        {
            problem = AuditUnavailableException.NotSaved;
        }
        catch (Exception error) when (error is StoreException or RequestRefusedException)
        {
            problem = "Not saved: a store is unavailable. Nothing that you typed is lost; save again.";
        }
        finally
        {
            busy = false;
        }
    }

    protected override async Task ReadAsync(CancellationToken cancel) =>
        sets = [.. (await Store.NotesAsync(Now.Patient.Id, 500, cancel)).Where(note => note.Observations.Count > 0).Take(Shown)];
}
