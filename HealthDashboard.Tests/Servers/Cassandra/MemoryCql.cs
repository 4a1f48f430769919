using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>The data of the scripted servers, and just the CQL that the store and the tests speak.</summary>
internal sealed partial class MemoryCql
{
    private readonly ConcurrentDictionary<string, MemoryTable> tables = new(StringComparer.Ordinal);
    private long clock;

    /// <summary>The schema that the nodes work with; changes with each definition.</summary>
    public Guid SchemaVersion { get; private set; } = new("00000000-0000-0000-0000-000000000001");

    /// <summary>How the one keyspace is replicated, as <c>system_schema.keyspaces</c> has it.</summary>
    public IReadOnlyDictionary<string, string> Replication { get; set; } =
        new Dictionary<string, string> { ["class"] = "org.apache.cassandra.locator.NetworkTopologyStrategy", ["dc1"] = "3" };

    /// <summary>The definitions that were run.</summary>
    public ConcurrentQueue<string> Definitions { get; } = new();

    public IEnumerable<string> TablesOf(string keyspace) => tables.Values.Where(table => table.Keyspace == keyspace).Select(table => table.Name);

    /// <summary>What a statement would do, as PREPARE tells it; null for a statement that is not of this CQL.</summary>
    public Plan? Parse(string cql, Func<string, VirtualTable?> virtualTables)
    {
        if (CreateTable().Match(cql) is { Success: true } table)
            return new Plan(null, [], null, [], _ => Define(cql, table));
        if (CreateKeyspace().IsMatch(cql))
            return new Plan(null, [], null, [], _ => Define(cql, null));
        if (Insert().Match(cql) is { Success: true } insert)
            return Tables(insert) is { } into ? PlanInsert(into, insert) : null;
        if (SelectFrom().Match(cql) is not { Success: true } select)
            return null;
        if (virtualTables($"{select.Groups["ks"].Value}.{select.Groups["table"].Value}") is { } system)
            return PlanSelect(select, system.Name, system.Columns, [], conditions => system.Rows);
        return Tables(select) is { } from ? PlanSelect(select, from.Name, from.Columns, from.Partition, from.Select) : null;
    }

    private List<Dictionary<string, byte[]?>> Define(string cql, Match? table)
    {
        Definitions.Enqueue(cql);
        SchemaVersion = Guid.NewGuid();
        if (table is null)
            return [];
        var columns = table.Groups["columns"].Value.Split(',', StringSplitOptions.TrimEntries)
            .Select(column => column.Split(' ')).Select(c => new Column(c[0], Enum.Parse<CqlTypeCode>(c[1], ignoreCase: true))).ToArray();
        var made = new MemoryTable(table.Groups["ks"].Value, table.Groups["table"].Value, columns, Names(table.Groups["partition"].Value), Names(table.Groups["clustering"].Value));
        tables.TryAdd($"{made.Keyspace}.{made.Name}", made);
        return [];
    }

    private MemoryTable? Tables(Match match) => tables.GetValueOrDefault($"{match.Groups["ks"].Value}.{match.Groups["table"].Value}");

    private Plan PlanInsert(MemoryTable table, Match match)
    {
        var names = Names(match.Groups["columns"].Value);
        var stamped = match.Groups["stamp"].Success;
        Column[] markers = [.. names.Select(table.Column), .. stamped ? new[] { new Column("[timestamp]", CqlTypeCode.Bigint) } : []];
        return new Plan(table.Name, markers, null, [.. table.Partition.Select(p => Array.IndexOf(names, p))], values =>
        {
            table.Put(
                names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second),
                stamped ? BinaryPrimitives.ReadInt64BigEndian(values[^1]) : Interlocked.Increment(ref clock));
            return [];
        });
    }

    private static Plan PlanSelect(
        Match match,
        string table,
        IReadOnlyList<Column> all,
        IReadOnlyList<string> partition,
        Func<IReadOnlyList<(string, string, byte[])>, List<Dictionary<string, byte[]?>>> select)
    {
        var columns = match.Groups["columns"].Value.Trim() == "*" ? all : [.. Names(match.Groups["columns"].Value).Select(name => all.Single(c => c.Name == name))];
        var conditions = Condition().Matches(match.Groups["where"].Value);
        var bound = conditions.Where(c => c.Groups["value"].Value == "?").ToArray();
        // The whole partition key is bound, or there is nothing to tell about it (section 4.2.5.4).
        int[] key = [.. partition.Select(p => Array.FindIndex(bound, c => c.Groups["column"].Value == p))];
        return new Plan(
            table,
            [.. bound.Select(c => all.Single(column => column.Name == c.Groups["column"].Value))],
            columns,
            key.Contains(-1) ? [] : key,
            values =>
            {
                var next = 0;
                return select([.. conditions.Select(c => (c.Groups["column"].Value, c.Groups["op"].Value,
                    c.Groups["value"].Value == "?" ? values[next++]! : Encoding.UTF8.GetBytes(c.Groups["value"].Value.Trim('\''))))]);
            });
    }

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^CREATE KEYSPACE IF NOT EXISTS \w+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CreateKeyspace();

    [GeneratedRegex(@"^CREATE TABLE IF NOT EXISTS (?<ks>\w+)\.(?<table>\w+) \((?<columns>[^(]*),\s*PRIMARY KEY \(\((?<partition>[^)]*)\)(, (?<clustering>[^)]*))?\)\s*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"^INSERT INTO (?<ks>\w+)\.(?<table>\w+) \((?<columns>[^)]*)\)\s+VALUES \([?, ]*\)(?<stamp> USING TIMESTAMP \?( AND TTL 0)?)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Insert();

    [GeneratedRegex(@"^SELECT (?<columns>[^()]*?)\s+FROM (?<ks>\w+)\.(?<table>\w+)(\s+WHERE (?<where>.*))?$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex SelectFrom();

    [GeneratedRegex(@"(?<column>\w+)\s*(?<op><=|>=|=|<|>)\s*(?<value>\?|'[^']*')", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Condition();
}

/// <summary>What a statement does.</summary>
/// <param name="Table">The table's name; null for a definition.</param>
/// <param name="Markers">What it wants values for.</param>
/// <param name="Columns">What it returns; null for nothing.</param>
/// <param name="Partition">Which markers make up the partition key.</param>
/// <param name="Run">Does it.</param>
internal sealed record Plan(
    string? Table,
    IReadOnlyList<Column> Markers,
    IReadOnlyList<Column>? Columns,
    IReadOnlyList<int> Partition,
    Func<IReadOnlyList<byte[]?>, List<Dictionary<string, byte[]?>>> Run);

/// <summary>A table that a node makes up when asked, about itself.</summary>
internal sealed record VirtualTable(string Name, IReadOnlyList<Column> Columns, List<Dictionary<string, byte[]?>> Rows);
