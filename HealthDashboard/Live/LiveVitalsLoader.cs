using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Live;

/// <summary>Brings what the store has of a patient's last minutes onto the screens, while new readings already come in.</summary>
internal sealed class LiveHistory(IVitalStore store, LiveVitals live, TimeProvider time)
{
    /// <summary>Loads one patient.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task LoadAsync(ObjectId id, CancellationToken cancel)
    {
        // Parts of the chart that are the very steps which are kept on the screens.
        var end = ((time.GetUtcNow().ToUnixTimeMilliseconds() / PatientVitals.StepMilliseconds) + 1) * PatientVitals.StepMilliseconds;
        var to = DateTimeOffset.FromUnixTimeMilliseconds(end);
        var from = to.AddMilliseconds(-PatientVitals.Steps * PatientVitals.StepMilliseconds);
        var latest = await store.LatestAsync(id, cancel);
        Dictionary<VitalSign, IReadOnlyList<VitalPoint>> recent = [];
        foreach (var reading in latest.Where(reading => reading.At >= from))
            recent[reading.Sign] = await store.ChartAsync(id, reading.Sign, from, to, PatientVitals.Steps, cancel);
        live.Fill(id, latest, recent);
    }
}

/// <summary>
/// Keeps in memory the latest readings of the admitted patients whom this node hears of, and of nobody else: loads those of a patient who is
/// admitted, and of a region that is heard from now on, and drops the others.
/// </summary>
internal sealed partial class LiveVitalsLoader(
    PatientDirectory directory, RegionWatch watch, LiveVitals live, WallTrends trends, LiveHistory history, TimeProvider time, ILogger<LiveVitalsLoader> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private HashSet<ObjectId> loaded = [];
    private bool isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await directory.Loaded.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Every, time);
        do
            await StepAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task StepAsync(CancellationToken cancel)
    {
        var wanted = directory.All.Where(known => watch.Hears(known.Patient.Region)).Select(known => known.Patient.Id).ToHashSet();
        loaded.IntersectWith(wanted);
        live.Keep(wanted);
        trends.Keep(wanted);
        try
        {
            foreach (var id in wanted.Except(loaded))
            {
                await history.LoadAsync(id, cancel);
                loaded.Add(id);
            }
            isAway = false;
        }
        catch (StoreException error)
        {
            // Screens fill with what comes in from now on, and with the rest when the store is back.
            if (!isAway)
                LogNotLoaded(error.Message);
            isAway = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Earlier readings are not on the screens yet")]
    private partial void LogNotLoaded(string reason);
}
