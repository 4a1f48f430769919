using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace HealthDashboard.Patients;

public sealed partial class PatientPage : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private static readonly (string Key, string Title)[] Tabs =
        [(Overview, "Overview"), ("record", "Record"), (Observing, "Observations"), ("team", "Care team"), ("limits", "Alarm limits")];

    private const string Overview = "overview";
    private const string Observing = "observations";

    private readonly CancellationTokenSource closed = new();
    private Task loop = Task.CompletedTask;
    private IDisposable? screen;
    private PatientNow? now;
    private PatientAlerts? alerts;
    private VitalCharts? charts;
    private AlertLog? log;
    private ObjectId id;
    private string tab = Overview;
    private string? actor;
    private string? failure;

    [Parameter] public string Id { get; set; } = "";

    /// <summary>Which part of the record is open; what is not known is the overview.</summary>
    [SupplyParameterFromQuery(Name = "tab")] private string? Tab { get; set; }

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private CurrentVitals Current { get; set; } = default!;

    [Inject] private RegionWatch Watch { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    [Inject] private AlertFeed Feed { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (!ObjectId.TryParse(Id, out id))
            return;
        tab = Tabs.Select(known => known.Key).FirstOrDefault(key => key == Tab, Overview);
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        if ((await Authorization.AuthorizeAsync(user, Policies.Clinician)).Succeeded)
            actor = user.Actor();
        try
        {
            if (await Directory.FindAsync(id, closed.Token) is not { } monitored)
                return;
            screen = Watch.Show(monitored.Patient.Region);
            now = Make(monitored, await LatestAsync(monitored));
        }
        catch (DamagedRecordException error)
        {
            failure = $"This record is damaged. Cannot be read: {error.Damage.FieldNames}. An operator has to mend it in the store.";
        }
        catch (StoreException)
        {
            failure = "The record cannot be read now, because a store is unavailable. Load the page again in a moment.";
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && now is not null)
            loop = FollowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        screen?.Dispose();
        await closed.CancelAsync();
        await loop;
        closed.Dispose();
    }

    // Patients who are not monitored are not in memory. Without their last values the rest is still worth showing.
    private async Task<IReadOnlyList<StandingValue>> LatestAsync(MonitoredPatient monitored)
    {
        try
        {
            return await Current.FindAsync(monitored, closed.Token);
        }
        catch (StoreException)
        {
            return [];
        }
    }

    // The charts go with their part; alarms and score stay in sight beside every other.
    private async Task OpenAsync(string key)
    {
        (tab, charts) = (key, key == Overview ? charts : null);
        await Js.InvokeVoidAsync("history.replaceState", null, "", Navigation.GetUriWithQueryParameter("tab", key == Overview ? null : key));
    }

    private bool IsAlive() => now is null || (Feed.Healthy && alerts is { IsAlive: true } && !loop.IsCompleted);

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Every, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(closed.Token))
                await InvokeAsync(Refresh);
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }

    // The record may have changed, or a value may have become old, without a new reading.
    private void Refresh()
    {
        if (Directory.Find(id) is not { } monitored)
            return;
        var latest = Current.Of(monitored);
        // Nothing live and nothing new in the record: what the page was loaded with stays.
        if (latest.Count == 0 && monitored == now!.Monitored)
            return;
        var next = Make(monitored, latest);
        if (next.LooksLike(now!))
            return;
        now = next;
        StateHasChanged();
    }

    private PatientNow Make(MonitoredPatient monitored, IReadOnlyList<StandingValue> latest)
    {
        var present = Feed.Snapshot().Open.Where(alert => alert.PatientId == id && alert.Condition == AlertCondition.Active);
        var observations = Current.ObservationsOf(monitored);
        return PatientNow.Of(monitored, latest, Rules, actor, Time.GetUtcNow()) with
        {
            IsContinuous = observations.IsContinuous,
            Due = observations.Words(Time),
            Standby = StandbyWords.Of(monitored.Patient, Time),
            Alarms = present.GroupBy(alert => alert.Sign).ToDictionary(sign => sign.Key, sign => sign.Max(alert => alert.Priority)),
        };
    }

    private async Task AlertsChangedAsync()
    {
        Refresh();
        if (log is not null)
            await log.ReloadAsync();
        if (charts is not null)
            await charts.ReloadMarksAsync();
    }

    private Task LimitsChangedAsync()
    {
        Refresh();
        return charts?.ReloadMarksAsync() ?? Task.CompletedTask;
    }
}
