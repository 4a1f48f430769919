using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;
using MudBlazor;

namespace HealthDashboard.Patients;

public sealed partial class PatientEdit
{
    private const string Keep = "record";
    private MudForm? form;
    private PatientDraft? draft;
    private PatientConflict? conflict;
    private Patient? other;
    private string savedBy = "";
    private IReadOnlyList<string> problems = [];
    private bool busy;
    private bool ready;

    /// <summary>Whose record; null for a new one.</summary>
    [Parameter] public string? Id { get; set; }

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private IPatientStore Store { get; set; } = default!;

    [Inject] private PersonNames People { get; set; } = default!;

    [Inject] private StayDesk Desk { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    private string Title => Id is null ? "New patient" : draft?.Stored is { } stored ? $"Edit {stored.DisplayName}" : "Edit patient";

    protected override async Task OnInitializedAsync()
    {
        if (Id is null)
        {
            draft = new();
            return;
        }
        await TryAsync(async () =>
        {
            if (ObjectId.TryParse(Id, out var id) && await Store.FindAsync(id) is { } patient)
                draft = new(patient);
            else
                problems = ["There is no such patient."];
        });
    }

    // Lists that open look for their provider, which is another root of the circuit: not before that is there.
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender)
            return;
        ready = true;
        StateHasChanged();
    }

    private Func<string, IEnumerable<string>> Rule(string path) => _ => PatientMessages.Of(draft!.Read("", Time.GetUtcNow()).Errors, path);

    private void SetBirthDateUnknown(bool unknown) => (draft!.BirthDateUnknown, draft.BirthDate, draft.BirthDateEstimated) = (unknown, "", false);

    private async Task SaveAsync()
    {
        await form!.ValidateAsync();
        await SaveAsync(draft!);
    }

    private Task SaveMergedAsync()
    {
        var merged = conflict!.Merge();
        (draft, conflict) = (merged, null);
        return SaveAsync(merged);
    }

    private async Task SaveAsync(PatientDraft wanted)
    {
        if (busy)
            return;
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        var (patient, errors) = wanted.Read(user.Actor(), Time.GetUtcNow());
        (problems, other) = (errors.Count == 0 ? [] : [PatientMessages.Summary(errors)], null);
        if (problems.Count > 0)
            return;
        busy = true;
        await TryAsync(async () =>
        {
            await Audit.EnsureAsync();
            var saved = wanted.Stored is { } before
                ? await Desk.ReplaceAsync(patient, before, user.Actor(), CancellationToken.None)
                : await Desk.AddAsync(patient with { Id = ObjectId.New(Time) }, user.Actor(), CancellationToken.None);
            await Audit.WriteAsync(user, wanted.Stored is null ? "patient.create" : "patient.update", saved.Id);
            Js.ForgetDraft(Keep);
            Navigation.NavigateTo(wanted.Stored is null ? $"/patients/{saved.Id}" : $"/patients/{saved.Id}?tab=record");
        });
        busy = false;
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ConflictException refused)
        {
            await ExplainAsync(refused.Reason);
        }
        catch (BedTakenException taken)
        {
            other = taken.Occupant;
            problems = [PatientMessages.Taken(other)];
        }
        catch (DamagedRecordException error)
        {
            problems = [$"This record is damaged. Cannot be read: {error.Damage.FieldNames}. Nothing can be changed in it until an operator has mended it."];
        }
        catch (AuditUnavailableException)
        {
            problems = [AuditUnavailableException.NotSaved];
        }
        catch (StoreException)
        {
            problems = ["The store of patient records is unavailable. Nothing was changed. Try again."];
        }
    }

    private Task ExplainAsync(ConflictReason reason) => TryAsync(async () =>
    {
        if (reason == ConflictReason.Duplicate)
        {
            other = await Store.FindByMrnAsync(draft!.Mrn.Trim());
            problems = [other is null
                ? $"Not saved: MRN {draft.Mrn} is another patient's. Save again."
                : $"Not saved: MRN {other.Mrn} is that of {other.DisplayName}, {other.Ward}{(other.Bed is null ? "" : $", bed {other.Bed}")}."];
            return;
        }
        if (await Store.FindAsync(draft!.Stored!.Id) is not { } theirs)
        {
            problems = ["Not saved: the record has been deleted."];
            return;
        }
        savedBy = theirs is { ChangedBy: { } who, ChangedAt: { } at } ? $"{People.Of(who)} ({Display.Clock(at, Time)})" : "Somebody";
        conflict = new(draft, theirs);
        // What the other changed is not in this form: nothing to choose.
        if (conflict.Differences.Count == 0 || conflict.Differences.All(one => one.KeepMine == true))
        {
            busy = false;
            await SaveMergedAsync();
        }
    });

    private static string ScaleWords(int scale) => scale == 2 ? "2: target 88\u201392 %, set by a clinician" : "1: usual";
}
