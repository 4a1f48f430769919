using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;

namespace HealthDashboard.Patients;

/// <summary>
/// Keeps the directory in step: with several nodes it is read again every few seconds, for what other nodes have changed (limits above
/// all: every node evaluates alarms), and where the store of records is a server a copy follows what is known.
/// </summary>
/// <param name="directory">The directory.</param>
/// <param name="copy">The copy; null where the store is embedded and so never away.</param>
/// <param name="isShared">Whether other nodes change the same records.</param>
/// <param name="time">Paces it.</param>
/// <param name="log">Where a copy that cannot be written is told.</param>
internal sealed partial class DirectoryKeeper(
    PatientDirectory directory, KeptFile<DirectoryContent>? copy, bool isShared, TimeProvider time, ILogger<DirectoryKeeper> log) : BackgroundService
{
    /// <summary>How long another node's change may take until it is known here.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private IReadOnlyCollection<object>? copied;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (copy is null && !isShared)
            return;
        await directory.Loaded.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Every, time);
        do
            await StepAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task StepAsync(CancellationToken cancel)
    {
        try
        {
            if (isShared)
                await directory.LoadAsync(cancel);
        }
        catch (StoreException)
        {
            // What is known goes on being known; that the store is away is told by its policy.
        }
        var all = directory.All;
        if (copy is null || ReferenceEquals(all, copied))
            return;
        try
        {
            await copy.WriteAsync(directory.Content(), cancel);
            copied = all;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotCopied(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The copy of the patients' directory cannot be written: {Reason}")]
    private partial void LogNotCopied(string reason);
}
