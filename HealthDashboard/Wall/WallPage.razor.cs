using HealthDashboard.Accounts;
using HealthDashboard.Clinical;
using HealthDashboard.Demo;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Scopes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace HealthDashboard.Wall;

public sealed partial class WallPage : IDisposable
{
    private WallFilter filter = new();
    private WallFrame frame = WallFrame.Empty;
    private IReadOnlyList<BedTile> shown = [];
    private IReadOnlyList<WallCall> calls = [];
    private string? actor;
    private ScreenScope followed = ScreenScope.Hospital;
    private IDisposable? subscription;
    private AccountWards? own;

    [Inject] private WallBoard Board { get; set; } = default!;

    [Inject] private AlertFeed Feed { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    [Inject] private IOptions<SimulationOptions> Demo { get; set; } = default!;

    [Inject] private ScreenScopes Scopes { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    // Each ward begins a row of its own; the most acute first are one heap.
    private IEnumerable<IGrouping<(string? Region, string? Name), BedTile>> Wards =>
        shown.GroupBy(tile => filter.ByAcuity ? default : (tile.Region, tile.Ward));

    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>The choice with which the page began, handed from the page as first sent to the living one; null for the whole hospital.</summary>
    [PersistentState] public string? Followed { get; set; }

    protected override async Task OnInitializedAsync()
    {
        filter = WallFilter.FromUri(Navigation.Uri);
        Followed ??= ScopeCookie.Read(Http);
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        followed = await Scopes.FindAsync(Followed, user, before: null, CancellationToken.None);
        own = user.IsInRole(Roles.Display) ? AccountWards.Of(user) : null;
        Take(Board.Current);
        if ((await Authorization.AuthorizeAsync(user, Policies.Clinician)).Succeeded)
            actor = user.Actor();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            subscription = Board.Subscribe(InvokeAsync, ShowNewest);
    }

    public void Dispose() => subscription?.Dispose();

    private bool IsAlive() => Board.IsAlive && Feed.Healthy;

    private void ShowNewest()
    {
        Take(Board.Current);
        StateHasChanged();
    }

    private void Follow(ScreenScope scope)
    {
        followed = scope;
        Take(frame);
    }

    private void Take(WallFrame next)
    {
        frame = own is null ? next : next.Where((region, ward, _) => own.Has(region, ward));
        // What the address says of a ward holds for this screen, whatever the person follows otherwise.
        next = filter is { Region: null, Ward: null } && !followed.IsHospital ? frame.Where(followed.Has) : frame;
        shown = filter.Apply(next);
        calls = filter.ApplyToCalls(next);
    }

    private async Task SetFilterAsync(WallFilter next)
    {
        filter = next;
        Take(frame);
        await Js.InvokeVoidAsync("history.replaceState", null, "", Navigation.ToAbsoluteUri(new Uri(Navigation.Uri).AbsolutePath + filter.ToQuery()).ToString());
    }
}
