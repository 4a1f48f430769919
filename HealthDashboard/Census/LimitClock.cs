namespace HealthDashboard.Census;

/// <summary>Brings about in the directory what time alone changes: an alarm that was switched off comes back, a child has a birthday.</summary>
internal sealed class LimitClock(PatientDirectory directory, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            directory.Pass();
    }
}
