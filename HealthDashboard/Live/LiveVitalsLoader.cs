using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;

namespace HealthDashboard.Live;

/// <summary>At start, brings what the store has of admitted patients onto the screens, while new readings already come in.</summary>
internal sealed partial class LiveVitalsLoader(
    PatientDirectory directory, IVitalStore store, LiveVitals live, TimeProvider time, ILogger<LiveVitalsLoader> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Parts of the chart that are the very steps which are kept here.
        var end = ((time.GetUtcNow().ToUnixTimeMilliseconds() / PatientVitals.StepMilliseconds) + 1) * PatientVitals.StepMilliseconds;
        var to = DateTimeOffset.FromUnixTimeMilliseconds(end);
        var from = to.AddMilliseconds(-PatientVitals.Steps * PatientVitals.StepMilliseconds);
        try
        {
            foreach (var patient in directory.All.Where(known => known.Patient.Status == PatientStatus.Admitted))
                await LoadAsync(patient.Patient.Id, from, to, stoppingToken);
        }
        catch (StoreException error)
        {
            // Screens fill with what comes in from now on.
            LogNotLoaded(error.Message);
        }
    }

    private async Task LoadAsync(ObjectId id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var latest = await store.LatestAsync(id, cancel);
        Dictionary<VitalSign, IReadOnlyList<VitalPoint>> recent = [];
        foreach (var reading in latest.Where(reading => reading.At >= from))
            recent[reading.Sign] = await store.ChartAsync(id, reading.Sign, from, to, PatientVitals.Steps, cancel);
        live.Fill(id, latest, recent);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Earlier readings are not on the screens yet")]
    private partial void LogNotLoaded(string reason);
}
