using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// The heads of all series together: what is durable in the journal and not yet folded. A batch becomes visible and is counted
/// in one step, so that a fold always takes exactly the readings of whole journal rows.
/// </summary>
internal sealed class Head
{
    private readonly Lock gate = new();
    private readonly List<Series> filled = [];
    private long lastRow;
    private long count;

    /// <summary>Readings in all heads, repeats counted.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>Shows the readings of a committed journal row.</summary>
    /// <param name="row">The row's id.</param>
    /// <param name="publish">Calls <see cref="Add"/> for each reading.</param>
    public void Show(long row, Action publish)
    {
        lock (gate)
        {
            publish();
            lastRow = row;
        }
    }

    /// <summary>Adds one reading; only within <see cref="Show"/>.</summary>
    public void Add(Series series, in Reading reading)
    {
        if (series.Add(reading))
            filled.Add(series);
        count++;
    }

    /// <summary>What is in the heads now, and the last journal row that it comes from.</summary>
    public Capture Take()
    {
        lock (gate)
            return new Capture(lastRow, filled.ConvertAll(series => (series, series.Head)));
    }

    /// <summary>Takes a capture off the heads, once it is committed in blocks.</summary>
    public void Trim(Capture capture)
    {
        lock (gate)
        {
            var emptied = new HashSet<Series>();
            foreach (var (series, samples) in capture.Series)
            {
                if (series.Trim(samples.Length))
                    emptied.Add(series);
                count -= samples.Length;
            }
            filled.RemoveAll(emptied.Contains);
        }
    }

    /// <summary>What a fold works on.</summary>
    /// <param name="LastRow">Every reading of the journal up to this row is in it, and none of a later one.</param>
    /// <param name="Series">Each series that has any, with its samples in order of arrival.</param>
    public sealed record Capture(long LastRow, List<(Series Series, ReadOnlyMemory<Sample> Samples)> Series);
}
