using System.Collections.Concurrent;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Every series, by patient and sign and by number. A new one is written with the first journal row that names it.</summary>
internal sealed class SeriesCatalog
{
    private readonly ConcurrentDictionary<ObjectId, PatientSeries> byPatient = new();
    private readonly ConcurrentDictionary<int, Series> byId = new();
    private readonly Lock gate = new();
    private readonly List<Series> unsaved = [];
    private int lastId;

    public SeriesCatalog(IEnumerable<Series> stored)
    {
        foreach (var series in stored)
        {
            Of(series.Patient)[series.Sign] = series;
            byId[series.Id] = series;
            lastId = Math.Max(lastId, series.Id);
        }
    }

    public int Count => byId.Count;

    public IEnumerable<Series> All => byId.Values;

    public Series? Find(ObjectId patient, VitalSign sign) => byPatient.GetValueOrDefault(patient)?[sign];

    /// <summary>The series with a number; null when there is none.</summary>
    public Series? Find(int id) => byId.GetValueOrDefault(id);

    /// <summary>The series of a patient; empty for one who has none.</summary>
    public PatientSeries Of(ObjectId patient) => byPatient.GetOrAdd(patient, static _ => new PatientSeries());

    public Series FindOrAdd(ObjectId patient, VitalSign sign) => Of(patient)[sign] ?? Add(patient, sign);

    /// <summary>Makes a series, unless somebody else has made it just now.</summary>
    public Series Add(ObjectId patient, VitalSign sign)
    {
        lock (gate)
        {
            var of = Of(patient);
            if (of[sign] is { } found)
                return found;
            var made = new Series(++lastId, patient, sign);
            // Before anybody can find it: whoever writes a row that names it must see that it is not saved.
            unsaved.Add(made);
            byId[made.Id] = made;
            of[sign] = made;
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

/// <summary>The series of one patient, by sign.</summary>
internal sealed class PatientSeries
{
    private readonly Series?[] bySign = new Series?[16];

    /// <summary>The series of a sign; null when there is none.</summary>
    public Series? this[VitalSign sign]
    {
        get => (uint)sign < (uint)bySign.Length ? Volatile.Read(ref bySign[(int)sign]) : null;
        set => Volatile.Write(ref bySign[(int)sign], value);
    }
}
