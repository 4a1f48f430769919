using System.Reflection;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>Every query of docs/queries/mongosh.md shows something where the program has written.</summary>
public sealed class MongoQueriesTests
{
    private static readonly string Page = Path.Combine(
        typeof(MongoQueriesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TestDirectory").Value!,
        "../docs/queries/mongosh.md");

    [Fact]
    public async Task Every_query_shows_something()
    {
        Assert.SkipUnless(File.Exists(Page), "The page is not here: run the tests from the source to have it.");
        using var factory = MongoStoreFactory<PatientDatabase>.OverEngine(database => database);
        var database = factory.Open();
        var patients = new MongoPatientStore(database);
        var accounts = new MongoAccountStore(database);
        var patient = Patient("MRN-1", "Smith", "Ann", "North") with
        {
            BirthDate = new DateOnly(1930, 1, 31),
            MedicalHistory = [new("Asthma", null), new("COPD", new DateOnly(2001, 2, 3))],
        };
        await patients.AddAsync([patient, Patient("MRN-2", "Young", "Yan", "South") with { Status = PatientStatus.Discharged }]);
        await patients.PutLimitsAsync(LimitScope.OfWard("North", "ICU"), new AlarmLimits { SetBy = "nina" });
        await patients.PutLimitsAsync(LimitScope.OfPatient(patient.Id), new AlarmLimits { SetBy = "nina" });
        await accounts.AddAsync(Account("nina"));
        await new MongoAuditStore(database).AddAsync(new AuditEntry(Noon, "nina", "patient.read", patient.Id));

        var shown = (await NodeScript.RunAsync("mongodb-queries.mjs", MongoEngine.Uri, factory.Database, Path.GetFullPath(Page)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement[]>(line)!)
            .ToDictionary(query => query[0].GetString()!, query => query[1].GetInt32());

        Assert.True(shown.Count >= 12, "There are queries.");
        // The second of two people who change one record finds it gone on; everything else finds what there is, and only that.
        Assert.All(shown, query => Assert.Equal(query.Key.Contains("bed: '8'", StringComparison.Ordinal) ? 0 : 1, query.Value));
    }
}
