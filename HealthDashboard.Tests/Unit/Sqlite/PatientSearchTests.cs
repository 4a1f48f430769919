using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Sqlite;

/// <summary>The list of patients where there are more than are sorted at once: each way of reading a page gives what going through all of them gives.</summary>
public sealed class PatientSearchTests(PatientSearchTests.Hospital hospital) : IClassFixture<PatientSearchTests.Hospital>
{
    [Theory]
    [InlineData("")]
    [InlineData("hypertension")]
    [InlineData("hyper")]
    [InlineData("i10")]
    [InlineData("rare")]
    [InlineData("adams hypertension")]
    [InlineData("adams rare")]
    [InlineData("hypertension rare")]
    [InlineData("mrn17")]
    [InlineData("hypertension nobody")]
    public async Task A_page_is_the_same_as_by_going_through_all(string words)
    {
        foreach (var status in (PatientStatus?[])[null, PatientStatus.Admitted, PatientStatus.Discharged])
        {
            foreach (var (region, ward) in ((string?, string?)[])[(null, null), ("north", null), ("north", "ICU"), (null, "ICU"), ("west", null)])
            {
                foreach (var page in (int[])[1, 2, 230])
                {
                    var query = new PatientQuery(words, region, ward, page, 25, status);
                    var (found, expected) = (await hospital.Store.SearchAsync(query), hospital.Expected(query));
                    Assert.Equal(expected.Items.Select(patient => patient.Mrn), found.Items.Select(patient => patient.Mrn));
                    // What was not counted to its end is at least what there is until the next page.
                    var (least, reached) = (Math.Min(expected.Total, ((page - 1) * 25) + found.Items.Count + 1), found.IsLeast);
                    Assert.True(reached ? found.Total >= Math.Min(least, expected.Total) && found.Total <= expected.Total : found.Total == expected.Total, $"{query}: {found.Total}, {reached}, of {expected.Total}");
                }
            }
        }
    }

    [Fact]
    public async Task Records_of_an_older_program_are_found_by_condition_too()
    {
        using var folder = new TempDirectory();
        var patient = Samples.Patient("M1") with { MedicalHistory = [new("Ménière's disease", null, "H81.0")] };
        using (var before = new SqliteDatabase("test", folder["patients.db"], [.. PatientSchema.Migrations.TakeWhile(script => !script.Contains("patient_watched", StringComparison.Ordinal))]))
        {
            using var connection = before.Open();
            Dapper.SqlMapper.Execute(connection, PatientStatements.Insert, PatientStatements.Parameters(patient));
            Dapper.SqlMapper.Execute(connection, PatientStatements.Insert, PatientStatements.Parameters(Samples.Patient("M2")));
            Dapper.SqlMapper.Execute(connection, "UPDATE patient SET medical_history = 'no json' WHERE mrn = 'M2'");
        }
        using var database = PatientSchema.Open(folder["patients.db"]);
        var store = new SqlitePatientStore(database);
        Assert.Equal("M1", Assert.Single((await store.SearchAsync(new("meniere"))).Items).Mrn);
        Assert.Equal("M1", Assert.Single((await store.SearchAsync(new("H810"))).Items).Mrn);
    }

    /// <summary>Records, of which most have left, a common condition, a rare one, and two family names.</summary>
    public sealed class Hospital : IAsyncLifetime
    {
        private const int Count = 12_000;

        private readonly TempDirectory folder = new();
        private readonly List<Patient> all =
        [
            .. Enumerable.Range(0, Count).Select(i => Samples.Patient($"MRN{i:00000}", i % 3 == 0 ? "Adams" : $"Brown{i % 7}", $"Given{i % 11}", i % 2 == 0 ? "north" : "south", i % 5 == 0 ? "ICU" : "W2") with
            {
                Status = i % 50 == 1 || i % 50 == 10 ? PatientStatus.Admitted : PatientStatus.Discharged,
                MedicalHistory = [.. (MedicalCondition[])[.. i % 10 < 9 ? [new MedicalCondition("Essential hypertension", null, "I10")] : Array.Empty<MedicalCondition>(), .. i % 500 == 0 ? [new MedicalCondition("Rare disease")] : Array.Empty<MedicalCondition>()]],
            }),
        ];

        private SqliteDatabase? database;

        internal IPatientStore Store { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            database = PatientSchema.Open(folder["patients.db"]);
            Store = new SqlitePatientStore(database);
            foreach (var some in all.Chunk(4_000))
                await Store.AddAsync(some);
        }

        public ValueTask DisposeAsync()
        {
            database?.Dispose();
            folder.Dispose();
            return ValueTask.CompletedTask;
        }

        internal Page<Patient> Expected(PatientQuery query)
        {
            var words = query.Search!.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var found = all.Where(patient => (query.Region is null || patient.Region == query.Region) && (query.Ward is null || patient.Ward == query.Ward)
                    && (query.Status is null || patient.Status == query.Status) && words.All(word => WordsOf(patient).Any(own => own.StartsWith(word, StringComparison.Ordinal))))
                .OrderBy(patient => patient.FamilyName.ToUpperInvariant(), StringComparer.Ordinal).ThenBy(patient => patient.GivenName.ToUpperInvariant(), StringComparer.Ordinal).ThenBy(patient => patient.Id).ToList();
            var skip = (query.PageNumber - 1) * query.PageSize;
            return new(found.Count, [.. found.Skip(skip).Take(query.PageSize)]);
        }

        private static IEnumerable<string> WordsOf(Patient patient) =>
            $"{patient.Mrn} {patient.FamilyName} {patient.GivenName} {string.Join(' ', patient.MedicalHistory.Select(entry => $"{entry.Condition} {entry.Code}"))}".ToUpperInvariant().Split(' ');
    }
}
