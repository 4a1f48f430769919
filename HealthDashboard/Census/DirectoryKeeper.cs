using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.Census;

/// <summary>
/// Keeps the directory in step with a store of records that other nodes change too: follows its changes, and compares everything now and
/// then, at each beginning above all. Where the store cannot be followed it compares every few seconds. A copy follows what is known.
/// </summary>
/// <param name="directory">The directory.</param>
/// <param name="store">The store.</param>
/// <param name="copy">The copy; null where the store is embedded and so always there.</param>
/// <param name="time">Paces it.</param>
/// <param name="log">Logs that changes cannot be followed or the copy cannot be written.</param>
internal sealed partial class DirectoryKeeper(
    PatientDirectory directory, IPatientStore store, KeptFile<DirectoryContent>? copy, TimeProvider time, ILogger<DirectoryKeeper> log) : BackgroundService
{
    /// <summary>How long another node's change may take until it is known here, where the store cannot be followed.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>How often everything is compared while changes are followed.</summary>
    public static readonly TimeSpan CompareEvery = TimeSpan.FromMinutes(5);

    private IReadOnlyCollection<object>? copied;
    private bool follows = true;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await directory.Loaded.WaitAsync(stoppingToken);
        await Task.WhenAll(FollowAsync(stoppingToken), CopyAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        while (store.FollowAsync(cancel) is { } changes)
        {
            try
            {
                await FollowAsync(changes, cancel);
            }
            catch (StoreException error)
            {
                if (follows)
                    LogNotFollowing(error.Message);
                follows = false;
            }
            await Task.Delay(Every, time, cancel);
            await CompareAsync(cancel);
        }
    }

    private async Task FollowAsync(IAsyncEnumerable<PatientChanges> changes, CancellationToken cancel)
    {
        DateTimeOffset? compared = null;
        await foreach (var (records, limits) in changes)
        {
            if (records.Count > 0)
                await directory.RefreshAsync(records, cancel);
            if (limits)
                await directory.LoadLimitsAsync(cancel);
            if (time.GetUtcNow() - compared < CompareEvery)
                continue;
            // The first time after the stream has begun, so that nothing falls between.
            compared = time.GetUtcNow();
            await directory.LoadAsync(cancel);
            follows = true;
        }
    }

    private async Task CompareAsync(CancellationToken cancel)
    {
        try
        {
            await directory.LoadAsync(cancel);
        }
        catch (StoreException)
        {
            // What is known goes on being known; that the store is unavailable is reported by its policy.
        }
    }

    private async Task CopyAsync(CancellationToken cancel)
    {
        if (copy is null)
            return;
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            var all = directory.All;
            if (ReferenceEquals(all, copied))
                continue;
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
        while (await timer.WaitForNextTickAsync(cancel));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Changes of other nodes are looked for every few seconds until the records can be followed again")]
    private partial void LogNotFollowing(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The copy of the patients' directory cannot be written: {Reason}")]
    private partial void LogNotCopied(string reason);
}
