using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>What outlives a node: the clock and the stores, with one admitted patient. Alerts are in a real file, or where a test wants them.</summary>
internal sealed class AlertWorld : IAsyncDisposable
{
    private readonly TempDirectory data = new();
    private readonly SqliteDatabase alertFile;
    private readonly ServiceProvider stores;
    private readonly StoreFactory<IAlertStore>? alerts;

    public AlertWorld(StoreFactory<IAlertStore>? alerts = null)
    {
        this.alerts = alerts;
        stores = new ServiceCollection().AddLogging().AddSqlitePatients(data.Path).AddSqliteCareTeam(data.Path).BuildServiceProvider();
        alertFile = AlertSchema.Open(AlertPath);
        Alerts = alerts?.Open() ?? new SqliteAlertStore(alertFile, NullLogger<SqliteAlertStore>.Instance);
    }

    public ManualTime Time { get; } = new();

    public MemoryVitals Vitals { get; } = new();

    /// <summary>The directory of the stores' files.</summary>
    public string DataPath => data.Path;

    /// <summary>Where the alerts are.</summary>
    public string AlertPath => data["alerts.db"];

    public IAlertStore Alerts { get; }

    public IPatientStore Patients => stores.GetRequiredService<IPatientStore>();

    public ICareTeamStore CareTeam => stores.GetRequiredService<ICareTeamStore>();

    public Patient Patient { get; private set; } = null!;

    public static async Task<AlertWorld> MakeAsync(StoreFactory<IAlertStore>? alerts = null)
    {
        var world = new AlertWorld(alerts);
        world.Patient = await world.AddPatientAsync("M-1");
        return world;
    }

    public async Task<Patient> AddPatientAsync(string mrn, string region = "North")
    {
        var patient = new Patient
        {
            Id = ObjectId.New(Time),
            Mrn = mrn,
            Region = region,
            Ward = "ICU",
            GivenName = "Ada",
            FamilyName = "Quist",
            BirthDate = new DateOnly(1960, 1, 1),
        };
        return (await Patients.AddAsync([patient]))[0];
    }

    /// <summary>A nurse, a charge nurse and a doctor for the patient.</summary>
    public async Task AddTeamAsync()
    {
        Clinician[] people =
        [
            new(ObjectId.New(Time), "Nina", Profession.Nurse, "North", Account: "nina"),
            new(ObjectId.New(Time), "Carl", Profession.Nurse, "North", Account: "test write"),
            new(ObjectId.New(Time), "Dora", Profession.Doctor, "North", Account: "Dora"),
        ];
        await CareTeam.PutCliniciansAsync(people);
        CareRole[] roles = [CareRole.AssignedNurse, CareRole.ChargeNurse, CareRole.Attending];
        await CareTeam.AssignAsync([.. people.Zip(roles, (who, role) => new CareAssignment(Patient.Id, who, role, Time.GetUtcNow()))]);
    }

    /// <summary>A reading of now.</summary>
    public Reading Reading(VitalSign sign, double value, Patient? of = null) => new((of ?? Patient).Id, sign, Time.GetUtcNow().ToUnixTimeMilliseconds(), value);

    /// <summary>The store of alerts as one more node has it: with a connection of its own, where there is one.</summary>
    public IAlertStore OpenAlerts() => alerts?.Open() ?? Alerts;

    /// <summary>The whole log.</summary>
    public Task<IReadOnlyList<AlertChange>> LogAsync() => Alerts.ReadChangesAsync(0, 10_000);

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        alerts?.Dispose();
        alertFile.Dispose();
        data.Dispose();
    }
}
