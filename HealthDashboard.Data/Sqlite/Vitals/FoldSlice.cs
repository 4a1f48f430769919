using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>What a fold has ready to write in its next transaction.</summary>
internal sealed class FoldSlice(VitalFile file, int mostRows)
{
    private readonly List<Action<VitalStatements>> rows = [];
    private long addedRaw;

    /// <summary>Whether it is time to write.</summary>
    public bool IsFull => rows.Count >= mostRows;

    /// <summary>Adds the latest reading of a series.</summary>
    public void AddLatest(Series series, Reading latest) => rows.Add(write => write.SetLatest(series.Id, latest));

    /// <summary>Adds a raw block.</summary>
    public void Add(Series series, long hour, byte[] samples, int count, int countBefore)
    {
        rows.Add(write => write.PutBlock(series.Id, hour, count, samples));
        addedRaw += count - countBefore;
    }

    /// <summary>Adds the roll-ups that changed.</summary>
    public void Add(Series series, RollUps rollUps)
    {
        foreach (var (level, pack, entries) in rollUps.Changed)
        {
            var data = RollUpCodec.Encode(entries);
            rows.Add(write => write.PutRollUp(series.Id, level, pack, data));
        }
    }

    /// <summary>Writes all of it in one transaction, with the journal rows that it makes needless, and starts anew.</summary>
    public void Write(long lastJournalRow = 0)
    {
        file.Write(write =>
        {
            foreach (var row in rows)
                row(write);
            write.AddRaw(addedRaw);
            write.DropJournal(lastJournalRow);
        });
        rows.Clear();
        addedRaw = 0;
    }
}
