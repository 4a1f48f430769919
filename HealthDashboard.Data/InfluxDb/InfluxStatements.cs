using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>Every InfluxQL statement. docs/queries/influx.md shows them to people.</summary>
internal static class InfluxStatements
{
    private const string RawVitals = $"\"{InfluxSchema.Raw}\".\"{InfluxSchema.Vitals}\"";

    // Sensor-off readings are stored as received and never counted.
    private static readonly string Valid = $"(value != 0{string.Concat(
        VitalSigns.All.Where(sign => !sign.ZeroIsSensorOff).Select(sign => $" OR sign = '{sign.Name}'"))})";

    private static readonly string MayBeOff =
        $"({string.Join(" OR ", VitalSigns.All.Where(sign => sign.ZeroIsSensorOff).Select(sign => $"sign = '{sign.Name}'"))})";

    public static InfluxQuery LastSettled => new($"SELECT until FROM \"{InfluxSchema.RollUp}\".\"{InfluxSchema.Settled}\" ORDER BY time DESC LIMIT 1");

    /// <summary>The newest reading of each sign: time, value, device; grouped by sign.</summary>
    public static InfluxQuery Latest(ObjectId patient) => new InfluxQuery(
        $"SELECT value, device FROM {RawVitals} WHERE patient = $patient GROUP BY sign ORDER BY time DESC LIMIT 1").With("patient", patient);

    /// <summary>Raw readings of a stretch: time, value.</summary>
    public static InfluxQuery Read(ObjectId patient, VitalSign sign, long from, long to) => new InfluxQuery(
        $"SELECT value FROM {RawVitals} WHERE {Series} AND {Between(from, to)}").With("patient", patient).With("sign", sign);

    /// <summary>A statement for the parts of a chart, from raw readings or from roll-ups: time, count, min, max, sum.</summary>
    /// <param name="level">Which roll-ups; null for raw readings.</param>
    /// <param name="sign">The sign that is bound.</param>
    /// <param name="from">Start, milliseconds, inclusive.</param>
    /// <param name="to">End, exclusive.</param>
    /// <param name="plan">The parts.</param>
    public static string Chart(RollUpLevel? level, VitalSign sign, long from, long to, ChartPlan plan)
    {
        var parts = $"GROUP BY time({plan.Width}ms, {plan.Start - InfluxTime.Floor(plan.Start, plan.Width)}ms) fill(none)";
        if (level is not null)
            return $"SELECT sum(count), min(min), max(max), sum(sum) FROM {RollUps(level)} WHERE {Series} AND count > 0 AND {Between(from, to)} {parts}";
        var valid = sign.Info().ZeroIsSensorOff ? " AND value != 0" : "";
        return $"SELECT count(value), min(value), max(value), sum(value) FROM {RawVitals} WHERE {Series}{valid} AND {Between(from, to)} {parts}";
    }

    /// <summary>Makes the roll-ups of a stretch again, from the level below.</summary>
    /// <param name="level">Which; its stretches are whole.</param>
    /// <param name="from">Start, milliseconds, inclusive.</param>
    /// <param name="to">End, exclusive.</param>
    /// <param name="range">Whose, and of what.</param>
    public static string Fill(RollUpLevel level, long from, long to, RollUpRange range)
    {
        var (what, source, valid) = Below(level) is { } below
            ? ("sum(count) AS count, min(min) AS min, max(max) AS max, sum(sum) AS sum", RollUps(below), "count > 0")
            : ("count(value) AS count, min(value) AS min, max(value) AS max, sum(value) AS sum", RawVitals, Valid);
        return $"SELECT {what} INTO {RollUps(level)} FROM {source} WHERE {valid} AND {Between(from, to)}{Whose(range)} {Step(level)}";
    }

    /// <summary>
    /// Sets the roll-ups of a stretch to a count of 0 where every reading has been replaced by "sensor off": those have no row to
    /// replace the old one by.
    /// </summary>
    /// <inheritdoc cref="Fill"/>
    public static string Empty(RollUpLevel level, long from, long to, RollUpRange range)
    {
        var (what, top, source, valid) = Below(level) is { } below
            ? ("top AS count", "max(count) AS top", RollUps(below), "")
            : ("0 * readings AS count", "count(value) AS readings, max(value) AS top", RawVitals, $"{MayBeOff} AND ");
        return $"SELECT {what} INTO {RollUps(level)} FROM (SELECT {top} FROM {source} WHERE {valid}{Between(from, to)}{Whose(range)} {Step(level)}) "
            + $"WHERE top = 0 AND {Between(from, to)} GROUP BY patient, sign";
    }

    /// <summary>Binds whose readings a range is about.</summary>
    public static InfluxQuery Bind(string text, RollUpRange range)
    {
        var query = new InfluxQuery(text);
        if (range.Sign is { } sign)
            query.With("sign", sign);
        for (var i = 0; i < range.Patients?.Count; i++)
            query.With($"p{i}", range.Patients[i]);
        return query;
    }

    private static string Series => "patient = $patient AND sign = $sign";

    private static RollUpLevel? Below(RollUpLevel level) =>
        level == RollUpLevel.Minute ? null : RollUpLevel.All.Last(below => below.Step < level.Step);

    private static string RollUps(RollUpLevel level) => $"\"{InfluxSchema.RollUp}\".\"{InfluxSchema.Of(level)}\"";

    private static string Between(long from, long to) => $"time >= {from}ms AND time < {to}ms";

    private static string Step(RollUpLevel level) => $"GROUP BY time({InfluxSchema.Width(level)}), patient, sign fill(none)";

    private static string Whose(RollUpRange range)
    {
        var whose = new StringBuilder(range.Sign is null ? "" : " AND sign = $sign");
        for (var i = 0; i < range.Patients?.Count; i++)
            whose.Append(i == 0 ? " AND (" : " OR ").Append("patient = $p").Append(i);
        return whose.Append(range.Patients is { Count: > 0 } ? ")" : "").ToString();
    }
}
