using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;

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

/// <summary>Loads all admitted patients at the start.</summary>
internal sealed partial class LiveVitalsLoader(PatientDirectory directory, LiveHistory history, ILogger<LiveVitalsLoader> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await directory.Loaded.WaitAsync(stoppingToken);
        try
        {
            foreach (var patient in directory.All.Where(known => known.Patient.Status == PatientStatus.Admitted))
                await history.LoadAsync(patient.Patient.Id, stoppingToken);
        }
        catch (StoreException error)
        {
            // Screens fill with what comes in from now on.
            LogNotLoaded(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Earlier readings are not on the screens yet")]
    private partial void LogNotLoaded(string reason);
}
