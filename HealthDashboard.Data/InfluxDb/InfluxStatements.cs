using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Every InfluxQL statement; docs/queries/influx.md shows them to people. Measurements are named in full, because 3.x finds its own
/// name of a database and a retention policy by that alone.
/// </summary>
/// <param name="database">The database's name: letters, digits, '_' and '-'.</param>
internal sealed class InfluxStatements(string database)
{
    public InfluxQuery LastSettled => new($"SELECT until FROM {Settled} ORDER BY time DESC LIMIT 1");

    /// <summary>Returns no rows, and fails where there is no place for raw readings or none for roll-ups.</summary>
    public InfluxQuery Places => new($"SELECT value FROM {RawVitals} WHERE {Between(0, 1)}; SELECT until FROM {Settled} WHERE {Between(0, 1)}");

    private string RawVitals => $"\"{database}\".\"{InfluxSchema.Raw}\".\"{InfluxSchema.Vitals}\"";

    private string Settled => $"\"{database}\".\"{InfluxSchema.RollUp}\".\"{InfluxSchema.Settled}\"";

    /// <summary>The newest reading of each sign: time, value, device; grouped by sign.</summary>
    public InfluxQuery Latest(ObjectId patient) => new InfluxQuery(
        $"SELECT value, device FROM {RawVitals} WHERE patient = $patient GROUP BY sign ORDER BY time DESC LIMIT 1").With("patient", patient);

    /// <summary>The same of a stretch.</summary>
    public InfluxQuery Latest(ObjectId patient, long from, long to) => new InfluxQuery(
        $"SELECT value, device FROM {RawVitals} WHERE patient = $patient AND {Between(from, to)} GROUP BY sign ORDER BY time DESC LIMIT 1").With("patient", patient);

    /// <summary>Raw readings of a stretch: time, value.</summary>
    public InfluxQuery Read(ObjectId patient, VitalSign sign, long from, long to) => new InfluxQuery(
        $"SELECT value FROM {RawVitals} WHERE {Series} AND {Between(from, to)}").With("patient", patient).With("sign", sign);

    /// <summary>A statement for a chart: raw readings as time, value; roll-ups as time, count, min, max, sum, check.</summary>
    /// <remarks>
    /// Not added up in the server, which would go through the readings once for each of count, min, max and sum: what comes in
    /// meanwhile would be in some of them.
    /// </remarks>
    /// <param name="level">Which roll-ups; null for raw readings.</param>
    /// <param name="from">Start, milliseconds, inclusive.</param>
    /// <param name="to">End, exclusive.</param>
    public string Chart(RollUpLevel? level, long from, long to) => level is null
        ? $"SELECT value FROM {RawVitals} WHERE {Series} AND {Between(from, to)}"
        : $"SELECT {RollUpFields} FROM {RollUps(level)} WHERE {Series} AND count > 0 AND {Between(from, to)}";

    /// <summary>How many readings each minute of each series has.</summary>
    public InfluxQuery Counts(RollUpStretch stretch) =>
        Bind($"SELECT count(value) FROM {RawVitals} WHERE {Between(stretch)} GROUP BY time(1m), patient, sign fill(none)", stretch);

    /// <summary>Raw readings, series after series.</summary>
    public InfluxQuery Raw(RollUpStretch stretch) => Bind($"SELECT value FROM {RawVitals} WHERE {Between(stretch)} GROUP BY patient, sign", stretch);

    /// <summary>
    /// The roll-ups that are not empty: time, patient, sign, count, min, max, sum, check. Neither grouped nor added up, which for a few rows of
    /// each of many series takes the server far longer than the rows themselves.
    /// </summary>
    public InfluxQuery NotEmpty(RollUpLevel level, RollUpStretch stretch) =>
        Bind($"SELECT patient, sign, {RollUpFields} FROM {RollUps(level)} WHERE count > 0 AND {Between(stretch)}", stretch);

    private const string RollUpFields = "count, min, max, sum, check";

    private static string Series => "patient = $patient AND sign = $sign";

    private static string Between(RollUpStretch stretch) => $"{Between(stretch.From, stretch.To)}{Whose(stretch)}";

    private static string Between(long from, long to) => $"time >= {from}ms AND time < {to}ms";

    private static string Whose(RollUpStretch stretch)
    {
        var whose = new StringBuilder(stretch.Sign is null ? "" : " AND sign = $sign");
        for (var i = 0; i < stretch.Patients?.Count; i++)
            whose.Append(i == 0 ? " AND (" : " OR ").Append("patient = $p").Append(i);
        return whose.Append(stretch.Patients is { Count: > 0 } ? ")" : "").ToString();
    }

    private static InfluxQuery Bind(string text, RollUpStretch stretch)
    {
        var query = new InfluxQuery(text);
        if (stretch.Sign is { } sign)
            query.With("sign", sign);
        for (var i = 0; i < stretch.Patients?.Count; i++)
            query.With($"p{i}", stretch.Patients[i]);
        return query;
    }

    private string RollUps(RollUpLevel level) => $"\"{database}\".\"{InfluxSchema.RollUp}\".\"{InfluxSchema.Of(level)}\"";
}
