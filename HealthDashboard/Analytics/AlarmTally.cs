using HealthDashboard.Data.Model;

namespace HealthDashboard.Analytics;

/// <summary>The alarms of a bed over a day or longer, added up by <see cref="AlarmCellKey"/>, and the hours in which somebody lay in it.</summary>
internal sealed class AlarmTally
{
    /// <summary>Hours of a day.</summary>
    public const int Hours = 24;

    private readonly int[] occupied = new int[Hours];
    private readonly SortedDictionary<AlarmCellKey, AlarmCell> cells = [];

    /// <summary>On how many days somebody lay in the bed in each hour of the day, UTC.</summary>
    public IReadOnlyList<int> Occupied => occupied;

    /// <summary>The sums.</summary>
    public IReadOnlyDictionary<AlarmCellKey, AlarmCell> Cells => cells;

    /// <summary>How many alarms were raised.</summary>
    public int Raised { get; private set; }

    /// <summary>Says that somebody lay in the bed in an hour of one more day.</summary>
    public void Occupy(int hour, int days = 1) => occupied[hour] += days;

    /// <summary>Counts an alarm as it is now.</summary>
    public void Add(Alert alert)
    {
        Cell(new(alert.RaisedAt.UtcDateTime.Hour, SignOf(alert), alert.Priority)).Add(alert);
        Raised++;
    }

    /// <summary>The sums that were packed; null when they are damaged, or of another version.</summary>
    public static AlarmTally? Unpack(ReadOnlyMemory<byte> packed)
    {
        try
        {
            var tally = new AlarmTally();
            tally.Add(packed);
            return tally;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Adds sums that were packed.</summary>
    /// <exception cref="InvalidDataException">They are damaged, or of another version; some of them are added.</exception>
    public void Add(ReadOnlyMemory<byte> packed)
    {
        var reader = new TallyReader(packed.Span, new());
        for (var hour = 0; hour < Hours; hour++)
            Occupy(hour, reader.Occupied[hour]);
        while (reader.Next())
        {
            var cell = Cell(reader.Key);
            cell.Raised += reader.Raised;
            cell.EndedBySelf += reader.EndedBySelf;
            cell.Seconds += reader.Seconds;
            for (var verdict = 0; verdict < AlarmCell.VerdictCount; verdict++)
                cell.Verdicts[verdict] += reader.Verdicts[verdict];
            Raised += reader.Raised;
            foreach (var (steps, count) in reader.Escalated)
                AlarmCell.Count(cell.Escalated, steps, count);
            foreach (var (slot, count) in reader.Responses)
                AlarmCell.Count(cell.Responses, slot, count);
        }
    }

    /// <summary>As <see cref="AlarmLoad.Tally"/>: the same sums give the same bytes.</summary>
    public byte[] Pack() => TallyWriter.Pack(occupied, cells);

    private static string SignOf(Alert alert) => alert.Sign.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? alert.Sign[..colon] : alert.Sign;

    private AlarmCell Cell(AlarmCellKey key)
    {
        if (!cells.TryGetValue(key, out var cell))
            cells[key] = cell = new();
        return cell;
    }
}
