using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>One row of an answer. What is not there, or not of that type, is an error that <see cref="InfluxAnswer"/> makes one of the store's.</summary>
/// <param name="Statement">The number of the statement, from 0.</param>
/// <param name="Tags">The tags that were grouped by.</param>
/// <param name="Values">The values, in the order of the statement, time first.</param>
internal readonly record struct InfluxRow(int Statement, InfluxTags Tags, JsonElement Values)
{
    /// <summary>Milliseconds since 1970.</summary>
    public long Time => Values[0].GetInt64();

    /// <summary>
    /// Count, min, max, sum and check, from a column on; null when they do not belong together. Without a check it was written by a
    /// version that knew none.
    /// </summary>
    public Aggregate? RollUp(int column)
    {
        for (var i = column; i < column + 4; i++)
        {
            if (IsNull(i))
                return null;
        }
        var rollUp = new Aggregate { Count = Long(column), Min = Double(column + 1), Max = Double(column + 2), Sum = Double(column + 3) };
        return IsNull(column + 4) || Long(column + 4) == RollUpCheck.Of(rollUp) ? rollUp : null;
    }

    public bool IsNull(int column) => Values[column].ValueKind == JsonValueKind.Null;

    public string Text(int column) => Values[column].GetString() ?? throw new FormatException("A text is null.");

    public double Double(int column) => Values[column].GetDouble();

    public long Long(int column) => Values[column].GetInt64();
}

/// <summary>What a group of rows has in common; looked at once for all of them.</summary>
/// <param name="tags">The tags as a JSON object.</param>
internal sealed class InfluxTags(JsonElement tags)
{
    private readonly Lazy<ObjectId> patient = new(() => ObjectId.Parse(Text(tags, "patient")), isThreadSafe: false);
    private readonly Lazy<VitalSign?> sign = new(() => VitalSigns.Find(Text(tags, "sign"))?.Sign, isThreadSafe: false);

    public ObjectId Patient => patient.Value;

    /// <summary>Null for one that only a later version of this program knows.</summary>
    public VitalSign? Sign => sign.Value;

    private static string Text(JsonElement tags, string name) => tags.GetProperty(name).GetString() ?? throw new FormatException("A tag is null.");
}
