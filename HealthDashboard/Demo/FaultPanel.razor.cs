using System.Security.Claims;
using HealthDashboard.Data.Stores;
using HealthDashboard.Faults;
using HealthDashboard.Hosting;
using HealthDashboard.Ingest;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.Demo;

/// <summary>The fault switches of this node, what waits while they are on, and the proof afterwards.</summary>
public sealed partial class FaultPanel : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private static readonly (TimeSpan Ahead, string Words)[] Clocks =
    [
        (TimeSpan.FromMinutes(-10), "Clocks 10 min behind"), (TimeSpan.FromMinutes(2), "Clocks 2 min ahead"), (TimeSpan.FromMinutes(10), "Clocks 10 min ahead"),
    ];

    private readonly CancellationTokenSource closed = new();
    private Dictionary<string, StoreState> health = [];
    private IReadOnlyList<string> errors = [];
    private ProofResult? result;
    private string? failure;
    private bool checking;
    private bool asksToKill;
    private bool wasAny;

    [Inject] private FaultBoard Board { get; set; } = default!;

    [Inject] private FaultControl Control { get; set; } = default!;

    [Inject] private FaultProof Proof { get; set; } = default!;

    [Inject] private ReadingLedger Ledger { get; set; } = default!;

    [Inject] private ScriptRunner Runner { get; set; } = default!;

    [Inject] private Spool Spool { get; set; } = default!;

    [Inject] private AlertWriter Writer { get; set; } = default!;

    [Inject] private RegionWatch Watch { get; set; } = default!;

    [Inject] private StoreHealth Health { get; set; } = default!;

    [Inject] private IServiceProvider Services { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    private LedgerCount Count => Ledger.Count;

    private bool HasBus => Services.GetService<ILiveBus>() is not null;

    private string ProofState => checking ? "checking" : failure is not null ? "unavailable" : result is not { } proof ? "none" : proof.Holds ? "holds" : "fails";

    private string ProofBadge => ProofState switch { "holds" => "badge-ok", "fails" or "unavailable" => "badge-danger", _ => "" };

    private string ProofWords => ProofState switch
    {
        "checking" => "The stores are being queried",
        "unavailable" => failure!,
        "none" => Proof.Waits ?? $"Counted since {Display.Clock(Count.Since!.Value, Time)}",
        "holds" => $"Nothing lost, nothing doubled, as of {Display.Clock(result!.At, Time)}",
        _ => $"Not everything is there, as of {Display.Clock(result!.At, Time)}",
    };

    public void Dispose()
    {
        closed.Cancel();
        closed.Dispose();
    }

    protected override void OnInitialized()
    {
        wasAny = Board.IsAny;
        if (RendererInfo.IsInteractive)
            _ = FollowAsync(closed.Token);
    }

    private static string Pressed(bool on) => on ? "true" : "false";

    private string OfProof(Func<ProofResult, string> words) => result is { } proof ? words(proof) : "-";

    // Each second what waits; and when everything works again and nothing waits, the proof, unasked.
    private async Task FollowAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(LookEvery, Time);
        try
        {
            do
            {
                health = (await Health.LookAsync(cancel)).ToDictionary(state => state.Role, StringComparer.Ordinal);
                await InvokeAsync(() => LookAsync(cancel));
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        var any = Board.IsAny;
        if (any || result?.Since < Count.Since)
            (result, failure) = (null, null);
        wasAny |= any;
        if (wasAny && !any && !Control.KeepsCounting && Proof.Waits is null)
        {
            wasAny = false;
            await CheckAsync();
        }
        StateHasChanged();
        cancel.ThrowIfCancellationRequested();
    }

    private async Task CheckAsync()
    {
        (checking, failure) = (true, null);
        StateHasChanged();
        try
        {
            result = await Proof.CheckAsync(closed.Token);
        }
        catch (StoreException error)
        {
            (result, failure) = (null, $"The stores cannot be queried now: {error.Reason}");
        }
        finally
        {
            checking = false;
        }
    }

    private Task SwitchAsync(string role, StoreFault fault)
    {
        errors = fault.Refusal(Board.ServersOf(role)) is { } refusal ? [$"The amount {refusal}"] : [];
        return errors.Count > 0 ? Task.CompletedTask : DoAsync(user => Control.SetAsync(user, role, fault));
    }

    private Task RestoreAsync() => DoAsync(Control.RestoreAsync);

    private async Task DoAsync(Func<ClaimsPrincipal, Task> act) => await act((await SignedIn.GetAuthenticationStateAsync()).User);
}
