using HealthDashboard.Alerts;
using HealthDashboard.Components.Wall;
using HealthDashboard.Live;
using HealthDashboard.Simulation;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace HealthDashboard.Components.Pages;

public sealed partial class WallPage : IDisposable
{
    private WallFilter filter = new();
    private WallFrame frame = WallFrame.Empty;
    private IReadOnlyList<BedTile> shown = [];
    private IDisposable? subscription;
    private int pending;

    [Inject] private WallBoard Board { get; set; } = default!;

    [Inject] private AlertFeed Feed { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IOptions<SimulationOptions> Demo { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    // The fewer beds, the larger each.
    private string Density => shown.Count switch { <= 12 => "few", <= 24 => "some", <= 45 => "many", _ => "all" };

    protected override void OnInitialized()
    {
        filter = WallFilter.FromUri(Navigation.Uri);
        Take(Board.Current);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            subscription = Board.Subscribe(Changed);
    }

    public void Dispose() => subscription?.Dispose();

    private bool IsAlive() => Board.IsAlive && Feed.Healthy;

    // One update waits at most: it shows the newest frame there is when its turn comes.
    private void Changed()
    {
        if (Interlocked.Exchange(ref pending, 1) == 1)
            return;
        _ = InvokeAsync(() =>
        {
            Volatile.Write(ref pending, 0);
            Take(Board.Current);
            StateHasChanged();
        });
    }

    private void Take(WallFrame next)
    {
        frame = next;
        shown = filter.Apply(next);
    }

    private async Task SetFilterAsync(WallFilter next)
    {
        filter = next;
        Take(frame);
        await Js.InvokeVoidAsync("history.replaceState", null, "", Navigation.ToAbsoluteUri(new Uri(Navigation.Uri).AbsolutePath + filter.ToQuery()).ToString());
    }
}
