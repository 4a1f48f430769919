using HealthDashboard.Accounts;
using HealthDashboard.Alerts;
using HealthDashboard.Components.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace HealthDashboard.Components.Pages;

public sealed partial class Alerts : IAsyncDisposable
{
    private const int MaxRows = 200;
    private static readonly TimeSpan MissedFor = TimeSpan.FromHours(12);

    private readonly AlertView view = new();
    private readonly CancellationTokenSource closed = new();
    private AlertWatch? watch;
    private Task loop = Task.CompletedTask;
    private AlertFilter filter = new();
    private IReadOnlyList<Alert> shown = [];
    private IReadOnlyList<Alert> missed = [];
    private int hidden;
    private string? actor;

    [Inject] private AlertFeed Feed { get; set; } = default!;

    [Inject] private IAlertStore Store { get; set; } = default!;

    [Inject] private PatientDirectory Patients { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private IServiceProvider Services { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    private string Sum
    {
        get
        {
            var calling = shown.Count(alert => alert.Response == AlertResponse.Unacknowledged);
            return $"{shown.Count} open, {(calling == 0 ? "all acknowledged" : $"{calling} unacknowledged")}";
        }
    }

    protected override async Task OnInitializedAsync()
    {
        filter = AlertFilter.FromUri(Navigation.Uri);
        view.Reset(Feed.Snapshot());
        Refresh();
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        if ((await Authorization.AuthorizeAsync(user, Policies.Clinician)).Succeeded)
            actor = user.Actor();
        await LoadMissedAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender || closed.IsCancellationRequested)
            return;
        watch = ActivatorUtilities.CreateInstance<AlertWatch>(Services);
        loop = watch.RunAsync(view, UpdateAsync, closed.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await loop;
        closed.Dispose();
    }

    private bool IsAlive() => Feed.Healthy && watch is { IsLost: false };

    private Patient? PatientOf(Alert alert) => Patients.Find(alert.PatientId)?.Patient;

    private Task UpdateAsync(Action change) => InvokeAsync(() =>
    {
        change();
        Refresh();
        StateHasChanged();
    });

    private void Refresh()
    {
        var open = view.Open.ToList();
        shown = open.FindAll(alert => filter.Passes(alert, PatientOf(alert)));
        hidden = open.Count - shown.Count;
        missed = [.. view.Missed.Where(alert => filter.Passes(alert, PatientOf(alert)))];
    }

    private async Task LoadMissedAsync()
    {
        var query = new AlertQuery
        {
            Response = AlertResponse.Unacknowledged,
            AtLeast = AlertPriority.Medium,
            From = Time.GetUtcNow() - MissedFor,
        };
        try
        {
            foreach (var alert in await Store.QueryAsync(query, closed.Token))
                view.Apply(alert);
            Refresh();
        }
        catch (StoreException)
        {
            // The open alerts come from the feed; what has ended is shown again once the store is back.
        }
    }

    private async Task SetFilterAsync(AlertFilter next)
    {
        filter = next;
        Refresh();
        await Js.InvokeVoidAsync("history.replaceState", null, "", "alerts" + filter.ToQuery());
    }
}
