using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Scopes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace HealthDashboard.Alerts;

public sealed partial class AlertsPage : IAsyncDisposable
{
    private const int MaxCards = 100;

    private static readonly (AlertSection, string)[] Sections =
        [(AlertSection.NeedsYou, "Needs you"), (AlertSection.Acknowledged, "Acknowledged, still true"), (AlertSection.Equipment, "Equipment and low priority")];

    private static readonly TimeSpan MissedFor = TimeSpan.FromHours(12);

    private readonly AlertView view = new();
    private readonly CancellationTokenSource closed = new();
    private AlertWatch? watch;
    private Task loop = Task.CompletedTask;
    private AlertFilter filter = new();
    private IReadOnlyList<AlertCard> shown = [];
    private IReadOnlyList<Alert> missed = [];
    private int hidden;
    private string? actor;
    private ObjectId? chosen;

    // Whose details are shown; null when there are no alerts.
    private AlertCard? detail;
    private ScreenScope followed = ScreenScope.Hospital;
    private Dictionary<ObjectId, BedTile> tiles = [];
    private IDisposable? board;

    [Inject] private WallBoard Board { get; set; } = default!;

    [Inject] private AlertFeed Feed { get; set; } = default!;

    [Inject] private IAlertStore Store { get; set; } = default!;

    [Inject] private PatientDirectory Patients { get; set; } = default!;

    [Inject] private ScreenScopes Scopes { get; set; } = default!;

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
            var calling = shown.Count(card => card.Section == AlertSection.NeedsYou);
            return calling == 0 ? "Nobody calls" : $"{calling} {(calling == 1 ? "patient needs" : "patients need")} you";
        }
    }

    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>The choice with which the page began, handed from the page as first sent to the living one; null for the whole hospital.</summary>
    [PersistentState] public string? Followed { get; set; }

    protected override async Task OnInitializedAsync()
    {
        filter = AlertFilter.FromUri(Navigation.Uri);
        Followed ??= ScopeCookie.Read(Http);
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        followed = await Scopes.FindAsync(Followed, user, before: null, CancellationToken.None);
        view.Reset(Feed.Snapshot());
        ShowValues();
        Refresh();
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
        board = Board.Subscribe(InvokeAsync, ShowNewest);
    }

    public async ValueTask DisposeAsync()
    {
        board?.Dispose();
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

    private void Follow(ScreenScope scope)
    {
        followed = scope;
        Refresh();
    }

    private void Refresh()
    {
        var open = view.Open.ToList();
        var passing = open.FindAll(alert => Passes(alert));
        shown = AlertCard.Of(passing, PatientOf);
        detail = AlertCard.Detail(shown, chosen, detail?.Id);
        hidden = open.Count - passing.Count;
        missed = [.. view.Missed.Where(alert => Passes(alert))];
    }

    // What the address says of a ward holds for this page, whatever the person follows otherwise.
    private bool Passes(Alert alert)
    {
        var patient = PatientOf(alert);
        var place = WardGroup.Of(alert, patient);
        return filter.Passes(alert, patient)
            && (filter is not { Region: null, Ward: null } || followed.Has(place?.Region, place?.Ward, alert.Group is null ? alert.PatientId : null));
    }

    private BedTile? TileOf(AlertCard card) => tiles.GetValueOrDefault(card.Id);

    private void Choose(ObjectId? id)
    {
        chosen = id;
        detail = AlertCard.Detail(shown, chosen, detail?.Id);
    }

    private void ShowValues() => tiles = Board.Current.ByAcuity.ToDictionary(tile => tile.PatientId);

    private void ShowNewest()
    {
        ShowValues();
        StateHasChanged();
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
