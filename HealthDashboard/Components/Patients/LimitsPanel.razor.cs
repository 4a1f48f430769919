using HealthDashboard.Accounts;
using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Patients;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.Components.Patients;

public sealed partial class LimitsPanel
{
    private LimitSheet? sheet;
    private List<LimitDraft>? draft;
    private IReadOnlyList<string> problems = [];
    private bool suggested;
    private bool busy;

    [Inject] private LimitBook Book { get; set; } = default!;

    [Inject] private IPatientStore Store { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    [Inject] private CurrentVitals Current { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [CascadingParameter] private PatientNow Now { get; set; } = default!;

    /// <summary>Called after other limits hold.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private static string Pair(double? limit, double? extreme) =>
        limit is null ? "\u2013" : extreme is null || extreme == limit ? $"{limit}" : $"{limit} ({extreme})";

    private async Task LoadAsync()
    {
        try
        {
            sheet = await Book.OfPatientAsync(Now.Patient, CancellationToken.None);
        }
        catch (StoreException)
        {
            sheet = null;
        }
    }

    private void Edit()
    {
        draft = [.. sheet!.Limits.Select(entry => new LimitDraft(VitalSigns.Find(entry.Key)!.Sign, entry.Value))];
        (problems, suggested) = ([], false);
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

    private Task SaveAsync() => PutAsync(draft!.Where(line => line.IsOwn).ToDictionary(line => line.Sign, line => line.ToLimits()));

    private Task ResetAsync() => PutAsync(new Dictionary<VitalSign, SignLimits>());

    private async Task PutAsync(IReadOnlyDictionary<VitalSign, SignLimits> limits)
    {
        problems = [.. LimitRules.Check(limits, Rules).Select(problem => $"{SignWords.Label(problem.Sign)} {problem.Field} {problem.Message}")];
        // The button is not there for others, but what a button does is decided here.
        if (problems.Count > 0 || busy || Now.Actor is null)
            return;
        busy = true;
        try
        {
            var scope = LimitScope.OfPatient(Now.Patient.Id);
            var wanted = new AlarmLimits { Signs = limits, SetBy = Now.Actor, SetAt = Time.GetUtcNow(), Version = sheet!.Version };
            Directory.SetLimits(scope, await Store.PutLimitsAsync(scope, wanted));
            await Audit.WriteAsync((await SignedIn.GetAuthenticationStateAsync()).User, "limits.update", Now.Patient.Id);
            draft = null;
            await LoadAsync();
            await Changed.InvokeAsync();
        }
        catch (ConflictException)
        {
            problems = ["Someone else has changed them meanwhile. Cancel, look at theirs, and change them again."];
            await LoadAsync();
        }
        catch (StoreException)
        {
            problems = ["Not saved: the store of records is away. Try again in a moment."];
        }
        finally
        {
            busy = false;
        }
    }
}
