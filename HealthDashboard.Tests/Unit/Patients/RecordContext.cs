using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Alerts;
using HealthDashboard.CareTeam;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Audit;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Patients;
using HealthDashboard.Scopes;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MudBlazor;
using MudBlazor.Services;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>What the pages of records are made of, over a real embedded store, without a server and a browser.</summary>
internal sealed class RecordContext : BunitContext
{
    private readonly TempDirectory data = new();
    private readonly SqliteDatabase database;
    private readonly SqliteDatabase alertFile;
    private readonly SqliteDatabase teamFile;
    private readonly SqliteDatabase auditFile;

    // A limit, not a wait: the first of them starts on a cold and busy machine.
    static RecordContext() => DefaultWaitTimeout = TimeSpan.FromSeconds(30);

    public RecordContext(
        Func<IPatientStore, IPatientStore>? change = null, bool mayWrite = true, Func<IAlertStore, IAlertStore>? changeAlerts = null,
        Func<ICareTeamStore, ICareTeamStore>? changeTeam = null)
    {
        alertFile = AlertSchema.Open(data["alerts.db"]);
        teamFile = CareTeamSchema.Open(data["team.db"]);
        Alerts = new SqliteAlertStore(alertFile, NullLogger<SqliteAlertStore>.Instance);
        var alerts = changeAlerts?.Invoke(Alerts) ?? Alerts;
        auditFile = AuditSchema.Open(data["audit.db"]);
        AuditStore = new SqliteAuditStore(auditFile);
        database = PatientSchema.Open(data["patients.db"]);
        Store = new SqlitePatientStore(database);
        var store = change?.Invoke(Store) ?? Store;
        Directory = new PatientDirectory(store, new Dictionary<VitalSign, SignLimits>(), Time, NullLogger<PatientDirectory>.Instance);
        Live = new LiveVitals(Time);
        var vitals = new MemoryVitals();
        Accounts = new SqliteAccountStore(database);
        Team = new SqliteCareTeamStore(teamFile);
        People = new PersonNames(Accounts, Team, Time);
        var current = new CurrentVitals(_ => null, Live, vitals, Directory, AlarmRules.Default, Time);
        var trends = new WallTrends(vitals, Live, Directory, Time, NullLogger<WallTrends>.Instance);
        Board = new WallBoard(
            Directory,
            new RegionWatch(Options.Create(new WatchOptions()), Directory, Time, NullLogger<RegionWatch>.Instance),
            Live,
            new AlertFeed(null!, Time, NullLogger<AlertFeed>.Instance),
            new BedTiles(current, Live, AlarmRules.Default, trends, People, Time),
            trends,
            Time,
            NullLogger<WallBoard>.Instance);
        Desk = new StayDesk(store, Directory, new OpenAlerts(), Time);

        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton(store);
        Services.AddSingleton(Accounts);
        Services.AddSingleton(Directory);
        Services.AddSingleton(current);
        Services.AddSingleton(Board);
        Services.AddSingleton(Desk);
        Services.AddSingleton(alerts);
        Services.AddSingleton(People);
        Services.AddSingleton(new ScreenScopes(People, Team, Directory, Time));
        Services.AddSingleton(new HistoryReader(alerts, store, Directory, People, Time));
        Services.AddSingleton<IAuditStore>(AuditStore);
        Services.AddSingleton(AuditRecords.Over(AuditStore, data["audit-waiting.json"], Time));
        var glass = new GlassBook(AuditStore, AuditRecords.Over(AuditStore, data["glass-waiting.json"], Time), Team, Accounts, Directory, Time);
        Services.AddSingleton(glass);
        Services.AddSingleton(new PatientAccess(Directory, Team, glass, new ConfigurationBuilder().Build(), Time));
        Services.AddSingleton(changeTeam?.Invoke(Team) ?? Team);
        Services.AddSingleton<CareTeamDesk>();
        Services.AddSingleton<WardTeamsReader>();
        User = this.AddAuthorization().SetAuthorized("nina").SetClaims(new Claim(AccountWards.Claim, AccountWards.Everywhere));
        if (mayWrite)
            User.SetPolicies(Policies.Clinician);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Render<MudPopoverProvider>();
    }

    public ManualTime Time { get; } = new();

    /// <summary>Who looks; may be given other rights while a page is open.</summary>
    public BunitAuthorizationContext User { get; }

    /// <summary>The store itself, whatever the pages have.</summary>
    public IPatientStore Store { get; }

    public IAccountStore Accounts { get; }

    /// <summary>The store itself, whatever the pages have.</summary>
    public IAlertStore Alerts { get; }

    public ICareTeamStore Team { get; }

    public PersonNames People { get; }

    public PatientDirectory Directory { get; }

    public LiveVitals Live { get; }

    public WallBoard Board { get; }

    public StayDesk Desk { get; }

    public IAuditStore AuditStore { get; }

    /// <summary>The audit's latest entries about a patient, newest first.</summary>
    public Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(ObjectId? patientId, int limit) => AuditStore.EntriesAsync(patientId, limit);

    /// <summary>A record that is stored and known.</summary>
    public async Task<Patient> AddAsync(string mrn, string family = "Muster", string? bed = null)
    {
        var patient = (await Store.AddAsync([Samples.Patient(mrn, family) with { Bed = bed }]))[0];
        Directory.Set(patient);
        return patient;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        Board.Dispose();
        Desk.Dispose();
        People.Dispose();
        database.Dispose();
        alertFile.Dispose();
        teamFile.Dispose();
        auditFile.Dispose();
        data.Dispose();
    }
}
