using System.Diagnostics;
using System.Reflection;
using HealthDashboard.CareTeam;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using HealthDashboard.Ingest;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Operations;

public sealed partial class SystemPage : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly DateTimeOffset StartedAt = new(Process.GetCurrentProcess().StartTime);

    // What comes after a plus is the build's commit, which says nothing to whoever looks here.
    private static readonly string Version =
        (typeof(SystemPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+')[0];

    private readonly CancellationTokenSource closed = new();
    private readonly Dictionary<string, IReadOnlyList<double>> latency = new(StringComparer.Ordinal);
    private IReadOnlyList<StoreState> stores = [];
    private Task loop = Task.CompletedTask;
    private int? without;
    private bool alive;

    [Inject] private StoreHealth Health { get; set; } = default!;

    [Inject] private IngestStatistics Ingest { get; set; } = default!;

    [Inject] private Spool Spool { get; set; } = default!;

    [Inject] private AlertFeed Feed { get; set; } = default!;

    [Inject] private AlertWriter Writer { get; set; } = default!;

    [Inject] private RegionWatch Watch { get; set; } = default!;

    [Inject] private Coverage Coverage { get; set; } = default!;

    [Inject] private IOptions<StoreOptions> Configured { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    private bool AllWell => Feed.Healthy && !Writer.IsUnavailable && stores.All(store => store.Status == HealthStatus.Healthy);

    private SpoolStatistics Spooled => Spool.Statistics;

    private string SpoolLabel => Spooled.Oldest is { } oldest
        ? $"in the spool, {Spooled.Bytes / 1_048_576.0:0.0} MB, oldest {Display.Span(Time.GetUtcNow() - oldest)}"
        : "in the spool";

    private TimeSpan Uptime => Time.GetUtcNow() - StartedAt;

    protected override async Task OnInitializedAsync() => Take(await Health.LookAsync(closed.Token));

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            loop = LookAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await loop;
        closed.Dispose();
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(LookEvery, Time);
        try
        {
            do
            {
                Take(await Health.LookAsync(closed.Token));
                alive = true;
                await InvokeAsync(StateHasChanged);
                // Shown with the next look: a store that does not answer must not keep the page from saying so.
                without = await Coverage.CountWithoutAsync(closed.Token);
            }
            while (await timer.WaitForNextTickAsync(closed.Token));
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
        finally
        {
            alive = false;
        }
    }

    private void Take(IReadOnlyList<StoreState> looked)
    {
        stores = looked;
        foreach (var store in looked)
            latency[store.Role] = [.. latency.GetValueOrDefault(store.Role, []).TakeLast(StoreCard.Looks - 1), store.Took.TotalMilliseconds];
    }

    // What the whole look says when one store holds it up is about stores, and has no store of its own.
    private bool IsStore(StoreState state) => ChosenOf(state) is not null || state.Role == StoreHealth.All;

    private ChosenStore? ChosenOf(StoreState state) => Configured.Value.Chosen.TryGetValue(state.Role, out var chosen) ? chosen : null;

    private string SpoolOf(string role) => role switch
    {
        "vitals" => Spooled.Readings > 0 ? $"{Spooled.Readings:#,0} readings" : "empty",
        "alerts" => Writer.Depth > 0 ? $"{Writer.Depth:#,0} changes" : "empty",
        _ => "none",
    };
}
