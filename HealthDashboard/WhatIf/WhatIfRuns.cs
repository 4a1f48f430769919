using System.Diagnostics.CodeAnalysis;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.WhatIf;

/// <summary>
/// The what-ifs of this node, in memory: one runs at a time, so that the program's own work has the other processors, and results are kept for an hour.
/// </summary>
internal sealed partial class WhatIfRuns(WhatIfEngine engine, TimeProvider time, ILogger<WhatIfRuns> log) : IHostedService
{
    /// <summary>How long a result is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    // Results are large: of one account the last few are kept.
    private const int MostKept = 4;

    private readonly Lock gate = new();
    private readonly Dictionary<ObjectId, (WhatIfRun Run, Task Work)> runs = [];

    /// <summary>Starts one.</summary>
    /// <param name="actor">Whose it is.</param>
    /// <param name="plan">What it is about.</param>
    /// <param name="run">The run that was started.</param>
    /// <param name="busy">Why none was started, for people.</param>
    public bool TryStart(string actor, WhatIfPlan plan, [NotNullWhen(true)] out WhatIfRun? run, [NotNullWhen(false)] out string? busy)
    {
        lock (gate)
        {
            Forget(actor);
            (run, busy) = (null, WhyBusy(actor));
            if (busy is not null)
                return false;
            var started = run = new WhatIfRun(ObjectId.New(time), actor, plan, time.GetUtcNow());
            runs[run.Id] = (run, Task.Run(() => WorkAsync(started)));
            return true;
        }
    }

    /// <summary>Why none can start now, for people; null when one can.</summary>
    public string? WhyBusy(string actor)
    {
        lock (gate)
        {
            return runs.Values.FirstOrDefault(known => !known.Work.IsCompleted).Run switch
            {
                null => null,
                { Actor: var whose } when whose == actor => "This account has a what-if running. Wait for it to finish, or cancel it.",
                _ => "Another what-if is running, and only one runs at a time. Try again when it has finished.",
            };
        }
    }

    /// <summary>Finds one of an account; null when there is none, or it was too long ago.</summary>
    public WhatIfRun? Find(ObjectId id, string actor)
    {
        lock (gate)
        {
            Forget(actor);
            return runs.TryGetValue(id, out var known) && known.Run.Actor == actor ? known.Run : null;
        }
    }

    /// <summary>The account's last run; null when there is none.</summary>
    public WhatIfRun? LastOf(string actor)
    {
        lock (gate)
        {
            Forget(actor);
            return runs.Values.Select(known => known.Run).Where(run => run.Actor == actor).MaxBy(run => run.Id);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] works;
        lock (gate)
        {
            foreach (var (run, _) in runs.Values)
                run.Cancel();
            works = [.. runs.Values.Select(known => known.Work)];
        }
        await Task.WhenAll(works).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WorkAsync(WhatIfRun run)
    {
        try
        {
            var compared = await engine.RunAsync(run.Plan, run.Report, run.Cancelled);
            run.End(WhatIfState.Done, WhatIfResult.Of(run.Plan, compared), null, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (run.Cancelled.IsCancellationRequested)
        {
            run.End(WhatIfState.Cancelled, null, null, time.GetUtcNow());
        }
        catch (StoreException error)
        {
            LogFailed(error);
            run.End(WhatIfState.Failed, null, error is StoreUnavailableException unavailable ? $"{unavailable.Store} is unavailable. Try again." : "A store cannot be read.", time.GetUtcNow());
        }
#pragma warning disable CA1031 // The page must show that it failed, whatever the reason.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(error);
            run.End(WhatIfState.Failed, null, "It failed. The log says why.", time.GetUtcNow());
        }
    }

    private void Forget(string actor)
    {
        var now = time.GetUtcNow();
        var old = runs.Values.Where(known => known.Work.IsCompleted && now - known.Run.EndedAt >= Kept)
            .Concat(runs.Values.Where(known => known.Work.IsCompleted && known.Run.Actor == actor).OrderByDescending(known => known.Run.Id).Skip(MostKept)).ToList();
        foreach (var (run, _) in old)
        {
            runs.Remove(run.Id);
            run.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A what-if failed")]
    private partial void LogFailed(Exception error);
}
