using System.Threading.Channels;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Sees to it that each patient whom this node watches has a monitor, and no one else: so memory and work are bounded by the admitted
/// patients of its regions. Takes over, catches up and gives back by looking once a second at what there is.
/// </summary>
internal sealed partial class MonitorKeeper(
    MonitorSet monitors, PatientDirectory patients, RegionWatch watch, AlertFeed feed, IAlertStore alerts, AlertWriter writer, TimeProvider time,
    ILogger<MonitorKeeper> log)
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Restores everybody who is to be watched, at the start. Waits for the alert store.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await OpenAsync(cancel);
        monitors.IsStarting = false;
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var changes = watch.OnChanged(Wake);
        using var timer = time.CreateTimer(_ => Wake(), null, Every, Every);
        await DropLeftoversAsync(cancel);
        await foreach (var _ in wake.Reader.ReadAllAsync(cancel))
        {
            await OpenAsync(cancel);
            foreach (var monitor in monitors.All)
            {
                if (!monitors.IsWatched(monitor.Id))
                    await monitors.RemoveAsync(monitor, cancel);
                else if (monitor.Past == PastReadings.Missing)
                    await monitors.CatchUpAsync(monitor, cancel);
                else if (monitor.Past == PastReadings.NotRead)
                    await monitors.EvaluateAsync(monitor.Id, default, cancel);
            }
        }
    }

    /// <summary>Readings that other nodes received may not have come here: they are read from the store before newer ones are evaluated.</summary>
    /// <param name="region">The patients' region; null for all.</param>
    public void CatchUp(string? region)
    {
        foreach (var monitor in monitors.All)
        {
            if (monitor.Past == PastReadings.Read && (region is null || monitor.Patient?.Patient.Region == region))
                monitor.Past = PastReadings.NotRead;
        }
        Wake();
    }

    private void Wake() => wake.Writer.TryWrite(true); // One that waits stands for all.

    private async Task OpenAsync(CancellationToken cancel)
    {
        var missing = patients.All
            .Where(known => monitors.Find(known.Patient.Id) is not { IsRestored: true } && monitors.IsWatched(known.Patient.Id))
            .Select(known => known.Patient.Id);
        await Parallel.ForEachAsync(
            missing,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (id, token) => await monitors.EvaluateAsync(id, default, token));
        await EndAlertsOfThoseWhoLeftAsync(cancel);
    }

    // A node that stopped between a discharge and the end of its alerts has left them open.
    private async Task EndAlertsOfThoseWhoLeftAsync(CancellationToken cancel)
    {
        var open = feed.Snapshot().Open.Where(alert => alert.Sequence > 0).Select(alert => alert.PatientId).Distinct();
        foreach (var id in open.Where(id => monitors.Find(id) is null))
        {
            if (await FindAsync(id, cancel) is not { Status: PatientStatus.Discharged } patient || !watch.Watches(patient.Region))
                continue;
            monitors.Open(id);
            await monitors.EvaluateAsync(id, default, cancel);
        }
    }

    // States of patients who left while no node could remove them.
    private async Task DropLeftoversAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var state in await alerts.ReadStatesAsync(cancel))
            {
                if (monitors.Find(state.PatientId) is null && await FindAsync(state.PatientId, cancel) is { Status: PatientStatus.Discharged })
                    writer.Forget(state.PatientId);
            }
        }
        catch (StoreException error)
        {
            LogLeftovers(error.Message);
        }
    }

    private async Task<Patient?> FindAsync(ObjectId id, CancellationToken cancel)
    {
        try
        {
            return (await patients.FindAsync(id, cancel))?.Patient;
        }
        catch (StoreException error)
        {
            LogLeftovers(error.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Whether alerts or states of discharged patients are left over cannot be seen now: {Reason}")]
    private partial void LogLeftovers(string reason);
}
