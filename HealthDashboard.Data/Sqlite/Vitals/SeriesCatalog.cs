using System.Collections.Concurrent;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Every series, by patient and sign and by number. A new one is written with the first journal row that names it.</summary>
internal sealed class SeriesCatalog
{
    private readonly ConcurrentDictionary<(ObjectId Patient, VitalSign Sign), Series> byKey = new();
    private readonly ConcurrentDictionary<int, Series> byId = new();
    private readonly Lock gate = new();
    private readonly List<Series> unsaved = [];
    private int lastId;

    public SeriesCatalog(IEnumerable<Series> stored)
    {
        foreach (var series in stored)
        {
            byKey[(series.Patient, series.Sign)] = series;
            byId[series.Id] = series;
            lastId = Math.Max(lastId, series.Id);
        }
    }

    public int Count => byKey.Count;

    public IEnumerable<Series> All => byKey.Values;

    public Series? Find(ObjectId patient, VitalSign sign) => byKey.GetValueOrDefault((patient, sign));

    /// <summary>The series with a number; null when there is none.</summary>
    public Series? Find(int id) => byId.GetValueOrDefault(id);

    public Series FindOrAdd(ObjectId patient, VitalSign sign)
    {
        if (byKey.TryGetValue((patient, sign), out var found))
            return found;
        lock (gate)
        {
            if (byKey.TryGetValue((patient, sign), out found))
                return found;
            var made = new Series(++lastId, patient, sign);
            // Before anybody can find it: whoever writes a row that names it must see that it is not saved.
            unsaved.Add(made);
            byId[made.Id] = made;
            byKey[(patient, sign)] = made;
            return made;
        }
    }

    /// <summary>Series that are not in the file yet. After they are committed, call <see cref="Saved"/>.</summary>
    public Series[] Unsaved()
    {
        lock (gate)
            return [.. unsaved];
    }

    public void Saved(Series[] series)
    {
        lock (gate)
            unsaved.RemoveRange(0, series.Length);
    }
}
