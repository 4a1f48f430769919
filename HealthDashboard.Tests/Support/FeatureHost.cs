using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Analytics;
using HealthDashboard.CareTeam;
using HealthDashboard.Clinical;
using HealthDashboard.Cohorts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Analytics;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Deidentified;
using HealthDashboard.Demo;
using HealthDashboard.Hosting;
using HealthDashboard.Ingest;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Patients;
using HealthDashboard.Scopes;
using HealthDashboard.Shell;
using HealthDashboard.TimeTravel;
using HealthDashboard.WhatIf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;

namespace HealthDashboard.Tests.Support;

/// <summary>Accounts, records, care teams and analytics over the real embedded stores and a real server, on a clock that a test moves.</summary>
internal sealed partial class FeatureHost : IAsyncDisposable
{
    public const string ReadKey = "key-that-may-read";
    public const string WriteKey = "key-that-may-write";
    public const string IngestKey = "key-that-may-ingest";

    private readonly TempDirectory data = new();
    private readonly List<HttpClient> clients = [];
    private Action<IServiceCollection> replace = _ => { };
    private WebApplication app = null!;

    public ManualTime Time { get; } = new();

    public MemoryVitals Vitals { get; } = new();

    /// <summary>What has come to screens and alarms, in this order.</summary>
    public ReadingList Spread { get; } = new();

    /// <summary>The open alerts, of which a stay must leave none behind.</summary>
    public OpenAlerts OpenAlerts { get; } = new();

    public IServiceProvider Services => app.Services;

    public LiveVitals Live => Services.GetRequiredService<LiveVitals>();

    public IAccountStore Accounts => Services.GetRequiredService<IAccountStore>();

    public static async Task<FeatureHost> StartAsync(string environment = "Development", params (string Key, string Value)[] settings)
    {
        var host = new FeatureHost();
        await host.StartAgainAsync(environment, settings);
        return host;
    }

    /// <summary>With something of the program's own put in place of it.</summary>
    public static async Task<FeatureHost> StartAsync(Action<IServiceCollection> replace, params (string Key, string Value)[] settings)
    {
        var host = new FeatureHost { replace = replace };
        await host.StartAgainAsync("Development", settings);
        return host;
    }

    /// <summary>A client that connects from another address of the loopback network, which follows no redirect.</summary>
    public HttpClient ClientFrom(string address)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri(app.Urls.First()) };
        clients.Add(client);
        return client;
    }

    /// <summary>Starts over the same data, after stopping what runs.</summary>
    public async Task StartAgainAsync(string environment, params (string Key, string Value)[] settings)
    {
        if (app is not null)
            await app.DisposeAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(App).Assembly.GetName().Name,
            // The published tests carry no source; whatever of it a test needs it asks for itself.
            ContentRootPath = Directory.Exists(AppServer.AppDirectory) ? AppServer.AppDirectory : AppContext.BaseDirectory,
            EnvironmentName = environment,
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value));
        builder.Configuration.AddInMemoryCollection(KeysAndPlaces());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        AddServices(builder);
        replace(builder.Services);
        app = builder.Build();
        app.UseHosting();
        app.UseAccess();
        app.UseAntiforgery();
        app.MapHosting();
        app.MapAccounts();
        app.MapPatients();
        app.MapCareTeam();
        app.MapScopes();
        app.MapAnalytics();
        app.MapCohorts().MapDeidentified();
        app.MapTimeTravel();
        app.MapWhatIf();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        await app.StartAsync();
    }

    /// <summary>The audit's latest entries, newest first.</summary>
    public Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(ObjectId? patientId, int limit) => Services.GetRequiredService<IAuditStore>().EntriesAsync(patientId, limit);

    /// <summary>A client with cookies of its own, which follows no redirect.</summary>
    public HttpClient Client(string? key = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
        if (key is not null)
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        clients.Add(client);
        return client;
    }

    /// <summary>A client signed in with a demo account.</summary>
    public async Task<HttpClient> SignedInAsync(string userName, string password = DemoAccounts.Password)
    {
        var client = Client();
        var answer = await SignInAsync(client, userName, password);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return client;
    }

    /// <summary>Fills in and sends the sign-in form.</summary>
    public static async Task<HttpResponseMessage> SignInAsync(HttpClient client, string userName, string password, string address = "/signin")
    {
        var page = await client.GetStringAsync(address);
        return await client.PostAsync(address, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "signin",
            ["__RequestVerificationToken"] = Token().Match(page).Groups["token"].Value,
            ["Input.UserName"] = userName,
            ["Input.Password"] = password,
        }));
    }

    /// <summary>A patient as callers send it.</summary>
    public static Dictionary<string, object?> NewPatient(string mrn = "M-1") => new()
    {
        ["mrn"] = mrn,
        ["region"] = "North",
        ["ward"] = "ICU",
        ["bed"] = mrn == "M-1" ? "1" : mrn,
        ["givenName"] = "Zoë",
        ["familyName"] = "Quist",
        ["birthDate"] = "1960-02-29",
        ["sex"] = "female",
        ["medicalHistory"] = new[] { new { condition = "COPD", diagnosed = "2011-05-01" } },
        ["allergies"] = new[] { "penicillin" },
    };

    public static async Task<Patient> AddPatientAsync(HttpClient client, string mrn = "M-1")
    {
        var answer = await client.PostAsJsonAsync("/api/patients", NewPatient(mrn));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<Patient>())!;
    }

    public async ValueTask DisposeAsync()
    {
        clients.ForEach(client => client.Dispose());
        await app.DisposeAsync();
        data.Dispose();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    public static partial Regex Token();

    private Dictionary<string, string?> KeysAndPlaces()
    {
        var settings = new Dictionary<string, string?> { ["Data:Directory"] = data.Path, ["Demo:Ward"] = "false" };
        foreach (var (i, (key, scope)) in new[] { (ReadKey, "read"), (WriteKey, "write"), (IngestKey, "ingest") }.Index())
        {
            settings[$"ApiKeys:{i}:Name"] = $"test {scope}";
            settings[$"ApiKeys:{i}:Key"] = key;
            settings[$"ApiKeys:{i}:Scopes:0"] = scope;
        }
        return settings;
    }

    private void AddServices(WebApplicationBuilder builder)
    {
        builder.AddKeyRing();
        var services = builder.Services;
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSqlitePatients(data.Path).AddSqliteCareTeam(data.Path).AddSqliteAnalytics(data.Path).AddSqliteAlerts(data.Path);
        services.AddSingleton<IVitalStore>(Vitals);
        services.AddSingleton<IStayAlerts>(OpenAlerts);
        services.AddSingleton<LiveVitals>();
        services.AddSingleton<LiveHistory>();
        services.AddSingleton<CurrentVitals>();
        services.AddSingleton(new FindMonitorState(_ => null));
        services.AddSingleton<IReadingSink>(Spread);
        services.AddIngest();
        services.AddClinical(builder.Configuration);
        services.Configure<HealthDashboard.Data.Stores.StoreOptions>(options => options.DataDirectory = data.Path);
        services.AddPatients();
        services.AddCareTeam();
        services.AddScopes();
        services.AddSingleton<AlarmLoadReader>();
        services.AddSingleton<PastStays>();
        services.AddCohorts().AddDeidentified();
        services.AddTimeTravel();
        services.AddHosting();
        services.AddWhatIf();
        services.AddAccounts();
        services.AddDemo(builder.Configuration, builder.Environment);
        // A password's hash is slow on purpose, which tests need not wait for.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1000);
    }
}
