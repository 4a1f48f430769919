using System.Data.Common;
using System.Text.Json;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>
/// One page of a list. What it costs is bounded by the page and not by how many records there are. Where a word, or the ward, leaves few
/// records, these are looked at and sorted. Where everything that is asked for is common, an index by name is gone along until the page is full, which is
/// soon because it is common; how many there are is then counted among some of them only. Only words that are each common and hardly ever together cost more.
/// </summary>
internal sealed class PatientSearch
{
    /// <summary>
    /// As many records are sorted; with more than that, a walk by name is cheaper in a hospital with a million. Three letters of a family name are about
    /// 3,500 there, and a walk finds none of them, because names that begin alike lie together.
    /// </summary>
    private const int Few = 5_000;

    /// <summary>Of what is common, so many who have the first word are looked at to say how many there are at least.</summary>
    private const int Sampled = 1_000;

    /// <summary>As many names are gone along to see whether what is asked for is common.</summary>
    private const int Walked = 10_000;

    /// <summary>It is, where so many of them have it.</summary>
    private const int Dense = 26;

    private readonly SqliteConnection connection;
    private readonly SqliteTransaction transaction;
    private readonly PatientQuery query;
    private readonly int words;
    private readonly string filter;
    private readonly string index;

    public PatientSearch(SqliteConnection connection, SqliteTransaction transaction, PatientQuery query)
    {
        (this.connection, this.transaction, this.query) = (connection, transaction, query);
        Parameters = new(new { query.Region, query.Ward, query.PageSize, Skip, Most });
        foreach (var (number, word) in SearchWords.Split(query.Search).Distinct().Take(PatientQuery.MostWords).Index())
        {
            Parameters.Add($"word{number}", word);
            words = number + 1;
        }
        // The status is no parameter, so that SQLite sees which index is of those who are here.
        filter = string.Join(" AND ", new[]
        {
            query.Status switch { PatientStatus.Admitted => "status = 'Admitted'", PatientStatus.Discharged => "status = 'Discharged'", _ => null },
            query.Region is null ? null : "region = @Region",
            query.Ward is null ? null : "ward = @Ward",
        }.OfType<string>());
        index = (query.Status == PatientStatus.Admitted ? "patient_here" : "patient") + query switch
        {
            { Region: not null, Ward: not null } => "_by_ward",
            { Region: not null } => "_by_region",
            _ => "_by_name",
        };
    }

    /// <summary>The statement that goes along an index by name until the page is full.</summary>
    public string Walk =>
        $"SELECT {PatientStatements.Columns} FROM patient INDEXED BY {index} WHERE {All([filter, .. Has("patient.id")])} ORDER BY family_key, given_key, id LIMIT @PageSize OFFSET @Skip";

    /// <summary>The values of every statement here.</summary>
    public DynamicParameters Parameters { get; }

    private long Skip => (query.PageNumber - 1L) * query.PageSize;

    // One more than is counted; at least to the first of the next page.
    private long Most => Math.Max(query.MostCounted, Skip + query.PageSize + 1) + 1;

    /// <summary>Reads the page.</summary>
    /// <param name="read">Maps a row of <see cref="PatientStatements.Columns"/>; damaged ones are left out.</param>
    public Page<Patient> Run(Func<DbDataReader, Patient> read)
    {
        var (ids, isAll) = words == 0 ? (null, false) : Ids();
        if (ids is not null)
        {
            var page = ids.Skip((int)Math.Min(Skip, int.MaxValue)).Take(query.PageSize).Select(id => Convert.ToHexStringLower(id)).ToList();
            var total = isAll ? ids.Count : (int)Math.Max(ids.Count, Math.Min(CountUpTo(Sampled, Together(0, Sampled)), Most - 1));
            return new(total, page.Count == 0 ? [] : connection.Rows(PatientStatements.ByIds, new { ids = JsonSerializer.Serialize(page) }, read, transaction), !isAll);
        }
        // Without words along the index by name, as of the few who are here; else along a word.
        var rows = words == 0 || query.Status == PatientStatus.Admitted
            ? $"SELECT 1 FROM patient INDEXED BY {index} WHERE {All([filter, .. Has("patient.id")])}"
            : Together(0, null);
        var found = connection.ExecuteScalar<long>($"SELECT count(*) FROM ({rows} LIMIT @Most)", Parameters, transaction);
        var (counted, isLeast) = found < Most ? (found, false) : (Most - 1, true);
        return new((int)Math.Min(counted, int.MaxValue), counted <= Skip ? [] : connection.Rows(Walk, Parameters, read, transaction), isLeast);
    }

    // What is found, by name, and whether that is all or only as far as this page and one more; null where the page is deep within what is common.
    private (List<byte[]>? Ids, bool IsAll) Ids()
    {
        const string ByName = "ORDER BY family_key, given_key, patient.id";
        var (rarest, many) = Rarest(Few);
        if (many > Few)
        {
            if (filter.Length > 0 && CountUpTo(Few, $"SELECT 1 FROM patient INDEXED BY {index} WHERE {filter}") <= Few)
                return (Query($"SELECT patient.id FROM patient INDEXED BY {index} WHERE {All([filter, .. Has("patient.id")])} {ByName}"), true);
            var wanted = Math.Min(Skip + query.PageSize + 1, Walked);
            var first = Query($"SELECT named.id FROM (SELECT id FROM patient INDEXED BY {index} WHERE {All([filter])} ORDER BY family_key, given_key, id LIMIT {Walked}) named WHERE {All(Has("named.id"))} LIMIT {wanted}");
            if (first.Count == wanted && wanted <= query.MostCounted)
                return (first, false);
            if (first.Count >= Dense)
                return (null, false);
            // All that is common on its own is rare together, or its names come late.
            (rarest, _) = Rarest(10 * Few);
        }
        return (Query($"SELECT patient.id FROM (SELECT DISTINCT w.patient_id FROM patient_word w WHERE {Begins(rarest)}) hit CROSS JOIN patient ON patient.id = hit.patient_id WHERE {All([.. Has("hit.patient_id", but: rarest), filter])} {ByName}"), true);
    }

    // The word that the fewest have, and how many do; as far as that is to be counted.
    private (int Number, int Many) Rarest(int most) =>
        Enumerable.Range(0, words).Select(number => (number, CountUpTo(most, $"SELECT 1 FROM patient_word w WHERE {Begins(number)}"))).MinBy(word => word.Item2);

    // Who has a word, with all that is asked for besides; of the first so many who have it, or of all.
    private string Together(int word, int? first) =>
        $"SELECT DISTINCT w.patient_id FROM (SELECT w.patient_id FROM patient_word w WHERE {Begins(word)}{(first is { } most ? $" LIMIT {most}" : "")}) w WHERE {All([.. Has("w.patient_id", but: word), filter.Length == 0 ? "" : $"EXISTS (SELECT 1 FROM patient p WHERE p.id = w.patient_id AND {filter})"])}";

    private int CountUpTo(int most, string rows) => connection.ExecuteScalar<int>($"SELECT count(*) FROM ({rows} LIMIT {most + 1})", Parameters, transaction);

    private List<byte[]> Query(string sql) => connection.Query<byte[]>(sql, Parameters, transaction).AsList();

    private IEnumerable<string> Has(string id, int but = -1) => Enumerable.Range(0, words).Where(number => number != but)
        .Select(number => $"EXISTS (SELECT 1 FROM patient_word w{number} INDEXED BY patient_word_by_patient WHERE w{number}.patient_id = {id} AND {Begins(number, $"w{number}")})");

    // A word's beginning is a range of the words' index.
    private static string Begins(int number, string table = "w") => $"{table}.word >= @word{number} AND {table}.word < @word{number} || char(0x10FFFF)";

    private static string All(IEnumerable<string> conditions) => conditions.Where(condition => condition.Length > 0).ToList() is { Count: > 0 } some ? string.Join(" AND ", some) : "true";
}
