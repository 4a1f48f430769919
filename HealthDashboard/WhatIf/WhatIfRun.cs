using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.WhatIf;

/// <summary>How far a what-if is.</summary>
[JsonConverter(typeof(NamesOnly<WhatIfState>))]
internal enum WhatIfState
{
    /// <summary>It is running.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>There is a result.</summary>
    [JsonStringEnumMemberName("done")] Done,

    /// <summary>A store was unavailable, or something else went wrong.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Somebody cancelled it, or the program stopped.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>A what-if, running or over. Read at any time from any thread.</summary>
/// <param name="id">Its id.</param>
/// <param name="actor">Whose it is; nobody else sees it.</param>
/// <param name="plan">What it is about.</param>
/// <param name="startedAt">When it began.</param>
internal sealed class WhatIfRun(ObjectId id, string actor, WhatIfPlan plan, DateTimeOffset startedAt) : IDisposable
{
    private readonly CancellationTokenSource cancel = new();
    private double progress;
    private volatile WhatIfResult? result;
    private volatile string? problem;
    private volatile WhatIfState state;

    public ObjectId Id => id;

    public string Actor => actor;

    public WhatIfPlan Plan => plan;

    public WhatIfState State => state;

    /// <summary>0 to 1.</summary>
    public double Progress => Volatile.Read(ref progress);

    /// <summary>What it came to; null unless it is done.</summary>
    public WhatIfResult? Result => result;

    /// <summary>Why it failed, in words; null unless it did.</summary>
    public string? Problem => problem;

    /// <summary>When it ended; null while it is running.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>How long it took.</summary>
    public TimeSpan? Took => EndedAt - startedAt;

    public CancellationToken Cancelled => cancel.Token;

    public void Report(double part) => Volatile.Write(ref progress, Math.Max(Progress, part));

    /// <summary>Ends it. One that is over stays as it is.</summary>
    public void Cancel()
    {
        if (state == WhatIfState.Running)
            cancel.Cancel();
    }

    public void End(WhatIfState with, WhatIfResult? found, string? why, DateTimeOffset at)
    {
        (result, problem, EndedAt) = (found, why, at);
        if (with == WhatIfState.Done)
            Report(1);
        state = with;
    }

    public void Dispose() => cancel.Dispose();
}
