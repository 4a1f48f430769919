using System.Buffers;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// The order in which readings of a patient are judged: by effective time, own time and sign; of one moment and sign the last to arrive comes
/// last. Devices send nearly in this order, so what is out of place is moved to its place.
/// </summary>
internal readonly ref struct ReadingOrder : IDisposable
{
    // What is further out of order than this, in moves a reading, is sorted as a whole.
    private const int MostMoves = 16;

    private readonly Reading[]? rented;

    /// <param name="arrived">The readings in the order in which they arrived. They are not changed.</param>
    /// <param name="now">The time it is, in milliseconds since 1970-01-01 UTC; no reading is effective later.</param>
    public ReadingOrder(ReadOnlySpan<Reading> arrived, long now)
    {
        InOrder = arrived;
        for (var i = 1; i < arrived.Length; i++)
        {
            if (!IsBefore(arrived[i], arrived[i - 1], now))
                continue;
            rented = ArrayPool<Reading>.Shared.Rent(arrived.Length);
            var sorted = rented.AsSpan(0, arrived.Length);
            arrived.CopyTo(sorted);
            Sort(sorted, i, now);
            InOrder = sorted;
            return;
        }
    }

    /// <summary>The readings in the order in which they are judged; valid until this is disposed.</summary>
    public ReadOnlySpan<Reading> InOrder { get; }

    /// <summary>The time by which a reading is judged.</summary>
    public static long Effective(in Reading reading, long now) => Math.Min(reading.Effective, now);

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<Reading>.Shared.Return(rented);
    }

    private static void Sort(Span<Reading> readings, int first, long now)
    {
        var moves = (long)MostMoves * readings.Length;
        for (var i = first; i < readings.Length; i++)
        {
            var reading = readings[i];
            var place = i;
            while (place > 0 && IsBefore(reading, readings[place - 1], now))
                place--;
            if (place == i)
                continue;
            moves -= i - place;
            if (moves < 0)
            {
                SortAll(readings, now);
                return;
            }
            readings[place..i].CopyTo(readings[(place + 1)..]);
            readings[place] = reading;
        }
    }

    // Up to here nothing that is equal has changed places.
    private static void SortAll(Span<Reading> readings, long now)
    {
        var sorted = new (int Place, Reading Reading)[readings.Length];
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = (i, readings[i]);
        Array.Sort(sorted, (a, b) => IsBefore(a.Reading, b.Reading, now) ? -1 : IsBefore(b.Reading, a.Reading, now) ? 1 : a.Place.CompareTo(b.Place));
        for (var i = 0; i < sorted.Length; i++)
            readings[i] = sorted[i].Reading;
    }

    private static bool IsBefore(in Reading a, in Reading b, long now)
    {
        var (at, bt) = (Effective(a, now), Effective(b, now));
        return at != bt ? at < bt : a.Time != b.Time ? a.Time < b.Time : a.Sign < b.Sign;
    }
}
