using System.Runtime.InteropServices;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Readings patient after patient, each one's in the order in which they arrived. Put together by counting: a batch has few patients to many
/// readings, and those of one patient mostly stand in runs. Used again and again, by one caller at a time.
/// </summary>
internal sealed class PatientGroups
{
    private readonly Dictionary<ObjectId, int> numbers = [];
    private readonly List<(ObjectId Patient, int End)> groups = [];
    private ReadOnlyMemory<Reading> grouped;
    private Reading[] sorted = [];
    private int[] numberOf = [];

    /// <summary>How many patients there are.</summary>
    public int Count => groups.Count;

    /// <summary>One patient's readings; valid until the next <see cref="Fill"/>, and while the readings given there are.</summary>
    public (ObjectId Patient, ReadOnlyMemory<Reading> Readings) this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : groups[index - 1].End;
            return (groups[index].Patient, grouped[start..groups[index].End]);
        }
    }

    /// <summary>Takes other readings.</summary>
    public void Fill(ReadOnlyMemory<Reading> readings)
    {
        numbers.Clear();
        groups.Clear();
        if (numberOf.Length < readings.Length)
            numberOf = new int[readings.Length];
        // Where each patient's stand together they are left where they are.
        var areTogether = Number(readings.Span) == groups.Count;
        grouped = areTogether ? readings : Sort(readings.Span);
    }

    // The number of each reading's group, and for now as the end of a group how many readings it has. Gives the number of runs.
    private int Number(ReadOnlySpan<Reading> readings)
    {
        var (number, runs) = (-1, 0);
        ObjectId last = default;
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var reading = ref readings[i];
            if (number < 0 || reading.PatientId != last)
                (number, last, runs) = (NumberOf(reading.PatientId), reading.PatientId, runs + 1);
            numberOf[i] = number;
            CollectionsMarshal.AsSpan(groups)[number].End++;
        }
        var end = 0;
        foreach (ref var group in CollectionsMarshal.AsSpan(groups))
            group.End = end += group.End;
        return runs;
    }

    private Memory<Reading> Sort(ReadOnlySpan<Reading> readings)
    {
        if (sorted.Length < readings.Length)
            sorted = new Reading[readings.Length];
        readings.SortByGroup(numberOf, groups.Count, sorted);
        return sorted.AsMemory(0, readings.Length);
    }

    private int NumberOf(ObjectId patient)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, patient, out var known);
        if (!known)
        {
            number = groups.Count;
            groups.Add((patient, 0));
        }
        return number;
    }
}
