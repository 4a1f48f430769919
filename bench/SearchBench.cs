using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Bench;

/// <summary>
/// The list of patients and its search, through the store as the page calls it, in hospitals of three sizes. The raw limit is SQLite alone: as many
/// rows along the index by name, read and not mapped, with a prepared statement. The processor's time of a call tells more where other work is on the machine.
/// </summary>
internal static class SearchBench
{
    private const int PageSize = 25;
    private const int Calls = 300;
    private const int AdmittedInThousand = 10;
    private const int FamilyNames = 20_000;
    private const int GivenNames = 2_000;

    // Words, code, and how many of 10,000 have it.
    private static readonly (string Words, string Code, int Of10000)[] Conditions =
    [
        ("Essential hypertension", "I10", 2500), ("Type 2 diabetes mellitus", "E11.9", 1000), ("Asthma", "J45.9", 800), ("Chronic obstructive pulmonary disease", "J44.9", 500),
        ("Atrial fibrillation", "I48.9", 300), ("Chronic kidney disease", "N18.9", 300), ("Heart failure", "I50.9", 200), ("Epilepsy", "G40.9", 70), ("Multiple sclerosis", "G35", 10), ("Wilson disease", "E83.0", 1),
    ];

    public static async Task RunAsync(Table table)
    {
        foreach (var size in (int[])[1_000, 100_000, 1_000_000])
        {
            var directory = Directory.CreateTempSubdirectory("bench-");
            try
            {
                using var database = PatientSchema.Open(Path.Combine(directory.FullName, "patients.db"));
                Fill(database, size);
                var store = new SqlitePatientStore(database);
                var raw = Raw(database, size);
                foreach (var (what, ask) in Kinds(size))
                    await MeasureAsync(table, store, $"{size:#,0} records, {what}", ask, raw);
            }
            finally
            {
                SqliteConnection.ClearAllPools();
                directory.Delete(recursive: true);
            }
        }
    }

    // What somebody does on the page: each call is about somebody else.
    private static IEnumerable<(string What, Func<int, PatientQuery> Ask)> Kinds(int size)
    {
        yield return ("first page, who is here", _ => Here(null));
        yield return ("first page, all", _ => All(null));
        yield return ("name", i => All($"{Family(Of(i, size))} {Given(Of(i, size))[..4]}"));
        yield return ("beginning of a name", i => All(Family(Of(i, size))[..3]));
        yield return ("MRN", i => All(Mrn(Of(i, size))));
        yield return ("bed, who is here", i => Here(Bed(Of(i, size))));
        yield return ("condition", i => All(Conditions[i % Conditions.Length].Words));
        yield return ("condition, who is here", i => Here(Conditions[i % Conditions.Length].Words));
        yield return ("code of a condition", i => All(Conditions[i % Conditions.Length].Code));
        yield return ("name and condition", i => All($"{Family(Of(i, size))} {Conditions[i % 4].Words}"));
        yield return ("two common conditions", i => All($"{Conditions[i % 4].Words} {Conditions[(i + 1) % 4].Words}"));
    }

    private static PatientQuery All(string? words) => new(words, PageSize: PageSize);

    private static PatientQuery Here(string? words) => new(words, PageSize: PageSize, Status: PatientStatus.Admitted);

    private static async Task MeasureAsync(Table table, SqlitePatientStore store, string what, Func<int, PatientQuery> ask, double raw)
    {
        for (var i = 0; i < 10; i++)
            await store.SearchAsync(ask(i));
        var took = new double[Calls];
        var (found, cpu) = (0L, Environment.CpuUsage.TotalTime);
        for (var i = 0; i < Calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            found += (await store.SearchAsync(ask(i))).Items.Count;
            took[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var (half, worst) = (Table.Percentile(took, 0.5), Table.Percentile(took, 0.99));
        table.Add($"{what}, p50 / p99 / CPU", $"{Table.Say(half)} / {Table.Say(worst)} / {Table.Say(cpu.TotalMilliseconds / Calls)} ms", $"{Table.Say(raw)} ms ({PageSize} rows along the index), {(double)found / Calls:0.0} rows a call", string.Create(CultureInfo.InvariantCulture, $"{half / raw:0.0}"));
    }

    private static double Raw(SqliteDatabase database, int size)
    {
        using var connection = database.Open();
        using var read = connection.CreateCommand();
        read.CommandText = $"SELECT {PatientStatements.Columns} FROM patient INDEXED BY patient_by_name WHERE family_key >= @from ORDER BY family_key, given_key, id LIMIT {PageSize}";
        var from = read.Parameters.AddWithValue("@from", "");
        read.Prepare();
        var took = new double[Calls];
        for (var i = 0; i < Calls; i++)
        {
            from.Value = SearchWords.Fold(Family(Of(i, size)));
            var start = Stopwatch.GetTimestamp();
            using var rows = read.ExecuteReader();
            while (rows.Read())
                rows.GetString(1);
            took[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Table.Percentile(took, 0.5);
    }

    // The statements of the store in larger transactions, and the words in the order of their index.
    private static void Fill(SqliteDatabase database, int size)
    {
        const int AtOnce = 50_000;
        using var connection = database.Open();
        connection.Execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -600000;");
        foreach (var some in Enumerable.Range(0, size).Chunk(AtOnce))
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(PatientStatements.Insert, some.Select(i => PatientStatements.Parameters(Record(i))), transaction);
            transaction.Commit();
        }
        connection.CreateFunction("search_words", (string text) => JsonSerializer.Serialize(SearchWords.Of(text)), isDeterministic: true);
        connection.Execute("""
            INSERT INTO patient_word (word, patient_id)
            SELECT DISTINCT word.value, patient.id
            FROM patient, json_each(search_words(mrn || ' ' || given_name || ' ' || family_name || ' ' || ifnull(bed, '')
                || ' ' || ifnull((SELECT group_concat(json_extract(entry.value, '$.condition') || ' ' || json_extract(entry.value, '$.code'), ' ') FROM json_each(medical_history) AS entry), ''))) AS word
            ORDER BY 1, 2;
            """);
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static Patient Record(int i)
    {
        var isHere = Mixed(i, 1) % 1000 < AdmittedInThousand;
        return new()
        {
            Id = ObjectId.Parse($"{0x65000000 + (i / 100):x8}{Mixed(i, 2):x8}{i:x8}", CultureInfo.InvariantCulture),
            Mrn = Mrn(i),
            Region = $"Region {i % 5}",
            Ward = $"Ward {i % 100}",
            Bed = isHere ? Bed(i) : null,
            GivenName = Given(i),
            FamilyName = Family(i),
            BirthDate = new DateOnly(1930, 1, 1).AddDays((int)(Mixed(i, 3) % 30_000)),
            Status = isHere ? PatientStatus.Admitted : PatientStatus.Discharged,
            MedicalHistory = [.. Conditions.Index().Where(known => Mixed(i, 10 + known.Index) % 10_000 < known.Item.Of10000).Select(known => new MedicalCondition(known.Item.Words, new(2020, 1, 1), known.Item.Code))],
            Version = 1,
        };
    }

    private static int Of(int call, int size) => (int)(Mixed(call, 4) % (uint)size);

    private static string Mrn(int i) => $"MRN-{i:0000000}";

    private static string Bed(int i) => $"{(char)('A' + (i % 26))}-{i % 40}";

    // Some names are common: half of all people share a hundredth of the names.
    private static string Family(int i) => Name(Skewed(i, 5, FamilyNames), "BDFGHKLMNPRSTVW");

    private static string Given(int i) => Name(Skewed(i, 6, GivenNames), "ABCDEGHJKLMNRST") + "a";

    private static int Skewed(int i, int salt, int names) =>
        (int)(Mixed(i, salt) % (uint)(Mixed(i, salt + 100) % 2 == 0 ? names / 100 : names));

    private static string Name(int number, string consonants)
    {
        const string Vowels = "aeiou";
        var name = new char[7];
        for (var at = 0; at < name.Length; at++)
        {
            var letters = at % 2 == 0 ? consonants : Vowels;
            name[at] = letters[number % letters.Length];
            number = (number / letters.Length) + (at == 2 ? 7 : 0);
        }
        return new string(name);
    }

    // The same on every run.
    private static uint Mixed(int i, int salt)
    {
        var x = (uint)((i * 0x9E3779B1L) + (salt * 0x85EBCA6BL));
        x ^= x >> 16;
        x *= 0x7FEB352D;
        x ^= x >> 15;
        x *= 0x846CA68B;
        return x ^ (x >> 16);
    }
}
