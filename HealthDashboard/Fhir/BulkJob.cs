using System.Security.Claims;
using HealthDashboard.Accounts;

namespace HealthDashboard.Fhir;

/// <summary>What a bulk job does.</summary>
public enum BulkKind
{
    /// <summary>Writes resources as ndjson files.</summary>
    Export,

    /// <summary>Takes a file of ndjson, a resource a line.</summary>
    Ndjson,

    /// <summary>Takes a file with a bundle.</summary>
    Bundle,

    /// <summary>Takes a CSV file of patients.</summary>
    Csv,
}

/// <summary>How far a bulk job is.</summary>
public enum BulkState
{
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>What of an import is remembered over a restart.</summary>
/// <param name="Actor">Who began it.</param>
/// <param name="Kind">What the file is.</param>
/// <param name="Name">What the sender called it.</param>
/// <param name="Pass">0 for who and where, 1 for what refers to them.</param>
/// <param name="Offset">The byte of the file at which the pass goes on.</param>
/// <param name="Line">The line there, from 0.</param>
/// <param name="Kept">How many of each type are kept.</param>
/// <param name="NotKept">How many of each type are not.</param>
/// <param name="Refused">How many are refused.</param>
/// <param name="Address">From which address it was started; null when that is not known.</param>
internal sealed record BulkMark(
    string Actor, BulkKind Kind, string Name, int Pass, long Offset, int Line, IReadOnlyDictionary<string, int> Kept, IReadOnlyDictionary<string, int> NotKept, int Refused, string? Address = null);

/// <summary>A line that was refused, or of which nothing is kept although its type is.</summary>
/// <param name="Line">Which, from 1.</param>
/// <param name="Type">The type of its resource.</param>
/// <param name="Reason">Why.</param>
public sealed record RefusedLine(int Line, string Type, string Reason);

/// <summary>A job that takes longer than a request. One at a time runs; its files are in a folder of its own.</summary>
public sealed class BulkJob(string id, BulkKind kind, ClaimsPrincipal user, string name, string folder, DateTimeOffset begun) : IDisposable
{
    /// <summary>How many refused lines are kept for a page; all are in the file.</summary>
    public const int MostShown = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> notKept = new(StringComparer.Ordinal);
    private readonly List<RefusedLine> shown = [];
    private readonly CancellationTokenSource cancelled = new();

    public string Id { get; } = id;

    public BulkKind Kind { get; } = kind;

    public ClaimsPrincipal User { get; } = user;

    /// <summary>What the sender called the file; of an export the types that were asked for.</summary>
    public string Name { get; } = name;

    /// <summary>Where its files are.</summary>
    public string Folder { get; } = folder;

    public DateTimeOffset Begun { get; } = begun;

    /// <summary>When it ended; null while it has not.</summary>
    public DateTimeOffset? Ended { get; set; }

    public BulkState State { get; set; }

    /// <summary>How much is done, 0 to 1.</summary>
    public double Progress { get; set; }

    /// <summary>How many bytes of its file have come.</summary>
    public long Received { get; set; }

    /// <summary>Why it failed; null where it has not.</summary>
    public string? Error { get; set; }

    /// <summary>How many were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>From which address it was started, for the audit; null when that is not known.</summary>
    public string? Address { get; init; }

    /// <summary>Of an export: only Observations since then; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    public string SourceFile => Path.Combine(Folder, "source");

    public string MarkFile => Path.Combine(Folder, "mark.json");

    public string IdsFile => Path.Combine(Folder, "ids");

    public string RefusedFile => Path.Combine(Folder, "refused.csv");

    /// <summary>Ends when somebody cancels it.</summary>
    public CancellationToken Cancelled => cancelled.Token;

    public bool IsOver => State is BulkState.Done or BulkState.Failed or BulkState.Cancelled;

    public void Dispose() => cancelled.Dispose();

    /// <summary>Ends it as soon as may be.</summary>
    public void Cancel()
    {
        if (!IsOver)
            cancelled.Cancel();
    }

    /// <summary>Whether somebody may see it: who began it.</summary>
    public bool IsOf(ClaimsPrincipal somebody) => User.Actor() == somebody.Actor();

    /// <summary>Counts an entry that an import has dealt with.</summary>
    public void Count(string type, bool isKept) => Count(type, isKept, 1);

    /// <summary>Counts resources.</summary>
    public void Count(string type, bool isKept, int number)
    {
        var counts = isKept ? kept : notKept;
        lock (gate)
            counts[type] = counts.GetValueOrDefault(type) + number;
    }

    /// <summary>Notes a refused line.</summary>
    public void Refuse(RefusedLine line)
    {
        lock (gate)
        {
            Refused++;
            if (shown.Count < MostShown)
                shown.Add(line);
        }
    }

    /// <summary>The counts by type and the first refused lines, as of now.</summary>
    public (IReadOnlyDictionary<string, int> Kept, IReadOnlyDictionary<string, int> NotKept, IReadOnlyList<RefusedLine> Refused) Counts()
    {
        lock (gate)
            return (new SortedDictionary<string, int>(kept, StringComparer.Ordinal), new SortedDictionary<string, int>(notKept, StringComparer.Ordinal), [.. shown]);
    }

    /// <summary>Goes on from what was remembered.</summary>
    internal void Restore(BulkMark mark)
    {
        foreach (var (type, count) in mark.Kept)
            Count(type, isKept: true, count);
        foreach (var (type, count) in mark.NotKept)
            Count(type, isKept: false, count);
        Refused = mark.Refused;
    }

    /// <summary>What is to be remembered.</summary>
    internal BulkMark Mark(int pass, long offset, int line)
    {
        var (known, passedOver, _) = Counts();
        return new(User.Actor(), Kind, Name, pass, offset, line, known, passedOver, Refused, Address);
    }
}
