using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace HealthDashboard.Patients;

public sealed partial class LimitsPanel
{
    private const string Keep = "limits";
    private static readonly int[] OffChoices = [1, 2, 4, 8, 12, 24];

    private LimitSheet? sheet;
    private IReadOnlyList<LimitVersion> history = [];
    private List<LimitDraft>? draft;
    private IReadOnlyList<string> problems = [];
    private string? reason;
    private string? other;
    private int? otherThreshold;
    private int threshold;
    private int offHours;
    private bool suggested;
    private bool busy;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private LimitBook Book { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    [Inject] private CurrentVitals Current { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [CascadingParameter] private PatientNow Now { get; set; } = default!;

    /// <summary>Called after other limits hold.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    // Nothing is saved before each sign that both have changed is decided.
    private bool IsDecided => otherThreshold is null && draft!.All(line => line.Theirs is null);

    protected override Task OnInitializedAsync() => LoadAsync();

    private static string Words(LimitVersion version)
    {
        var words = version.Limits.Select(entry => LimitWords.Of(entry.Key, entry.Value)).ToList();
        if (version.ScoreThreshold is { } from)
            words.Add($"NEWS2 from {from}");
        return words.Count == 0 ? "the ward's limits" : string.Join(", ", words);
    }

    private async Task LoadAsync()
    {
        try
        {
            sheet = await Book.OfPatientAsync(Now.Patient, CancellationToken.None);
            history = await Book.HistoryAsync(LimitScope.OfPatient(Now.Patient.Id), CancellationToken.None);
        }
        catch (StoreException)
        {
            sheet = null;
        }
    }

    private void Edit()
    {
        draft = [.. sheet!.Limits.Select(entry => new LimitDraft(VitalSigns.Find(entry.Key)!.Sign, entry.Value))];
        (problems, suggested, reason, other, otherThreshold) = ([], false, null, null, null);
        (threshold, offHours) = (sheet.ScoreThreshold, (int)SwitchedOff.Usual.TotalHours);
    }

    private void Suggest()
    {
        var proposed = SuggestLimits.From([.. Current.Of(Now.Monitored).Select(value => value.Reading)], Now.Monitored.Limits, Rules, Time.GetUtcNow());
        foreach (var line in draft!)
        {
            if (proposed.TryGetValue(line.Sign, out var limits))
                (line.Low, line.High) = (limits.Low, limits.High);
        }
        suggested = true;
    }

    private Task SaveAsync()
    {
        var offUntil = Time.GetUtcNow().AddHours(offHours);
        return PutAsync(new AlarmLimits
        {
            Signs = draft!.Where(line => line.IsOwn).ToDictionary(line => line.Sign, line => line.ToLimits(offUntil)),
            ScoreThreshold = threshold == News2.MediumThreshold ? null : threshold,
            Reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(),
        });
    }

    private Task ResetAsync() => PutAsync(new AlarmLimits());

    private async Task PutAsync(AlarmLimits given)
    {
        // The button is not there for others, but what a button does is decided here.
        if (busy || Now.Actor is null || !IsDecided)
            return;
        busy = true;
        try
        {
            var change = LimitChange.Of(given, await Book.WithoutOwnAsync(Now.Patient, CancellationToken.None), Rules, Time.GetUtcNow());
            problems = [.. change.Problems.Select(problem => $"{SignWords.Label(problem.Sign)} {problem.Field} {problem.Message}")];
            if (change.ReasonNeeded is { } why)
                problems = [.. problems, $"Reason {why}"];
            if (problems.Count > 0)
                return;
            await Book.PutAsync(LimitScope.OfPatient(Now.Patient.Id), change.Limits, sheet!.Version, (await SignedIn.GetAuthenticationStateAsync()).User, CancellationToken.None);
            Js.ForgetDraft(Keep);
            (draft, other) = (null, null);
            await LoadAsync();
            await Changed.InvokeAsync();
        }
        catch (ConflictException)
        {
            await RebaseAsync();
        }
        catch (AuditUnavailableException)
        {
            problems = [AuditUnavailableException.NotSaved];
        }
        catch (StoreException)
        {
            problems = ["Not saved: the store of records is unavailable. Try again in a moment."];
        }
        finally
        {
            busy = false;
        }
    }

    // Somebody else was first: their limits come into the form, and what both have changed is left to be chosen.
    private async Task RebaseAsync()
    {
        LimitSheet saved;
        try
        {
            saved = await Book.OfPatientAsync(Now.Patient, CancellationToken.None);
        }
        catch (StoreException)
        {
            problems = ["Not saved: somebody else has changed the limits meanwhile, and theirs cannot be read now. Try again in a moment."];
            return;
        }
        draft = [.. draft!
            .Where(line => saved.Limits.ContainsKey(line.Sign.Info().Name))
            .Select(line => line.On(saved.Limits[line.Sign.Info().Name]))];
        if (threshold == sheet!.ScoreThreshold)
            threshold = saved.ScoreThreshold;
        else if (saved.ScoreThreshold != sheet.ScoreThreshold && saved.ScoreThreshold != threshold)
            otherThreshold = saved.ScoreThreshold;
        sheet = saved;
        other = saved.SetBy is { Length: > 0 } by ? People.Of(by) : "Somebody else";
    }

    private void ChooseThreshold(bool theirs)
    {
        if (theirs && otherThreshold is { } saved)
            threshold = saved;
        otherThreshold = null;
    }
}
