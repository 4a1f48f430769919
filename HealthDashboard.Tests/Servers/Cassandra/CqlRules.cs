using System.Text.RegularExpressions;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>
/// What Cassandra refuses, or does slowly, of SELECT and INSERT on given tables, by the rules of its manual [CQL, "Data manipulation"]:
/// unknown columns, a key that is not whole, a range on what is not the last restricted clustering column, another order than the stored
/// one, filtering. It reads the text by itself, so that it shares nothing with the scripted nodes.
/// </summary>
internal sealed partial class CqlRules
{
    private readonly Dictionary<string, Table> tables;

    /// <summary>Rules of tables.</summary>
    /// <param name="definitions">Their CREATE TABLE.</param>
    public CqlRules(IEnumerable<string> definitions) => tables = definitions.Select(Read).ToDictionary(table => table.Name);

    /// <summary>What is wrong with a statement; nothing when it is sound.</summary>
    public IEnumerable<string> Findings(string cql)
    {
        cql = Spaces().Replace(cql.Trim().TrimEnd(';'), " ");
        if (Insert().Match(cql) is { Success: true } insert)
            return tables.TryGetValue(insert.Groups["table"].Value, out var into) ? OfInsert(into, insert) : ["unknown table"];
        if (Select().Match(cql) is not { Success: true } select)
            return ["neither SELECT nor INSERT as the manual has them"];
        return tables.TryGetValue(select.Groups["table"].Value, out var from) ? OfSelect(from, select) : ["unknown table"];
    }

    private static IEnumerable<string> OfInsert(Table table, Match insert)
    {
        var columns = Names(insert.Groups["columns"].Value);
        foreach (var unknown in columns.Where(column => !table.Columns.ContainsKey(column)))
            yield return $"unknown column {unknown}";
        foreach (var missing in table.Partition.Concat(table.Clustering).Except(columns))
            yield return $"key column {missing} is missing";
        if (columns.Distinct().Count() != columns.Length || Names(insert.Groups["values"].Value).Length != columns.Length)
            yield return "not one value for each column";
    }

    private static IEnumerable<string> OfSelect(Table table, Match select)
    {
        foreach (var unknown in Names(select.Groups["columns"].Value).Where(column => !table.Columns.ContainsKey(column)))
            yield return $"unknown column {unknown}";
        var conditions = select.Groups["where"].Value.Split(" AND ").Select(text => Condition().Match(text)).ToArray();
        if (conditions.Any(condition => !condition.Success))
        {
            yield return "a condition that is none";
            yield break;
        }
        var restricted = conditions.ToLookup(c => c.Groups["column"].Value, c => (Operator: c.Groups["op"].Value, Value: c.Groups["value"].Value));
        foreach (var column in table.Partition.Where(column => !HasOneValue(column)))
            yield return $"partition column {column} is not given";
        foreach (var column in restricted.Select(c => c.Key).Except(table.Partition).Except(table.Clustering))
            yield return $"{column} is no key column, so it would be filtered";
        var open = false;
        foreach (var column in table.Clustering)
        {
            if (open && restricted.Contains(column))
                yield return $"{column} is restricted behind a column that has no single value";
            open |= !HasOneValue(column);
        }
        foreach (var (column, values) in restricted.Where(c => table.Columns.ContainsKey(c.Key)).Select(c => (c.Key, c.Select(one => one.Value))))
        {
            if (values.Any(value => value != "?" && !IsOf(table.Columns[column], value)))
                yield return $"{column} is a {table.Columns[column]}";
        }
        var order = Names(Direction().Replace(select.Groups["order"].Value, ""));
        if (!order.SequenceEqual(table.Clustering.Take(order.Length)))
            yield return "not in the order of the clustering columns";

        bool HasOneValue(string column) => restricted[column].Select(c => c.Operator).SequenceEqual(["="]);
    }

    private static bool IsOf(string type, string value) => type switch
    {
        "blob" => value.StartsWith("0x", StringComparison.Ordinal),
        "int" or "bigint" or "double" => double.TryParse(value, out _),
        _ => value.StartsWith('\''),
    };

    private static Table Read(string definition)
    {
        var table = Create().Match(definition);
        Assert.True(table.Success, definition);
        return new(
            table.Groups["table"].Value,
            Names(table.Groups["columns"].Value).Select(column => column.Split(' ')).ToDictionary(column => column[0], column => column[1]),
            Names(table.Groups["partition"].Value),
            Names(table.Groups["clustering"].Value));
    }

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"TABLE IF NOT EXISTS \w+\.(?<table>\w+) \((?<columns>.+),\s+PRIMARY KEY \(\((?<partition>[^)]+)\)(, (?<clustering>[^)]+))?\)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Create();

    [GeneratedRegex(@"^INSERT INTO \w+\.(?<table>\w+) \((?<columns>[\w, ]+)\) VALUES \((?<values>[?, ]+)\)( USING TIMESTAMP \?( AND TTL 0)?)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Insert();

    [GeneratedRegex(@"^SELECT (?<columns>[\w, ]+) FROM \w+\.(?<table>\w+) WHERE (?<where>.+?)( ORDER BY (?<order>[\w, ]+?))?( LIMIT (\d+|\?))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Select();

    [GeneratedRegex(@"^(?<column>\w+) (?<op>=|<|>|<=|>=) (?<value>\?|0x[0-9a-f]+|-?\d+|'[^']*')$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Condition();

    [GeneratedRegex(" (ASC|DESC)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Direction();

    private sealed record Table(string Name, Dictionary<string, string> Columns, string[] Partition, string[] Clustering);
}
