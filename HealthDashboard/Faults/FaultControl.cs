using System.Diagnostics;
using System.Security.Claims;
using HealthDashboard.Accounts;

namespace HealthDashboard.Faults;

/// <summary>Sets the switches for somebody: the count begins with the first fault, and every switch is written down.</summary>
internal sealed class FaultControl(FaultBoard board, ReadingLedger ledger, AlertWitness witness, Audit audit)
{
    /// <summary>While it is true a new fault does not begin the count anew: a script counts from its start to its end.</summary>
    public bool KeepsCounting { get; set; }

    /// <summary>Switches a store.</summary>
    public Task SetAsync(ClaimsPrincipal user, string role, StoreFault fault) =>
        SwitchAsync(user, fault.Mode != FaultMode.None, () => board.Set(role, fault), $"{role}: {fault}");

    /// <summary>Cuts this node off from the others, or joins it again.</summary>
    public Task SetPartitionAsync(ClaimsPrincipal user, bool on) =>
        board.IsPartitioned == on ? Task.CompletedTask : SwitchAsync(user, on, () => board.SetPartition(on), on ? "partition" : "partition: ended");

    /// <summary>Has every device send its last seconds again and again, or not.</summary>
    public Task SetStormAsync(ClaimsPrincipal user, bool on) =>
        board.IsStorm == on ? Task.CompletedTask : SwitchAsync(user, on, () => board.SetStorm(on), on ? "device storm" : "device storm: ended");

    /// <summary>Sets the devices' clocks wrong, or right.</summary>
    public Task SetClockAsync(ClaimsPrincipal user, TimeSpan ahead) =>
        board.Clock == ahead ? Task.CompletedTask : SwitchAsync(user, ahead != TimeSpan.Zero, () => board.SetClock(ahead), $"clocks of devices: {ahead.TotalSeconds:0} s");

    /// <summary>Switches everything back.</summary>
    public Task RestoreAsync(ClaimsPrincipal user) => SwitchAsync(user, isFault: false, board.Restore, "all restored");

    /// <summary>Begins the count anew.</summary>
    public void Count()
    {
        witness.Forget();
        ledger.Begin();
    }

    /// <summary>Ends this program as a power cut would, once it is written down.</summary>
    public async Task KillAsync(ClaimsPrincipal user)
    {
        if (ledger.Count.Since is null)
            Count();
        await audit.WriteAsync(user, "demo.fault", detail: "this node killed");
        using var own = Process.GetCurrentProcess();
        own.Kill();
    }

    private async Task SwitchAsync(ClaimsPrincipal user, bool isFault, Action change, string detail)
    {
        if (isFault && !board.IsAny && !KeepsCounting)
            Count();
        change();
        await audit.WriteAsync(user, "demo.fault", detail: detail);
    }
}
