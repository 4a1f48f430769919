using System.Text;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>A real server on a free port with ingest alone, over stores in memory and a clock that tests move.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    /// <summary>A key with the scope ingest.</summary>
    public const string Key = "a-key-for-the-tests";

    private readonly TempDirectory directory = new();
    private readonly List<Reading> evaluated = [];
    private WebApplication? app;

    private IngestHost(Patient patient)
    {
        Patient = patient;
        Patients.Patients.Add(patient);
    }

    public MemoryVitalStore Store { get; } = new();

    public MemoryPatientStore Patients { get; } = new();

    /// <summary>Where the spool is; null for a directory. Set before the start.</summary>
    public ISpoolDisk? Disk { get; set; }

    /// <summary>The one patient there is at start.</summary>
    public Patient Patient { get; }

    public ManualTime Time { get; } = new();

    /// <summary>Sends the key with each request.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>What evaluation waits for.</summary>
    public Task HoldEvaluation { get; set; } = Task.CompletedTask;

    /// <summary>Readings that came to the alarms, in order.</summary>
    public IReadOnlyList<Reading> Evaluated
    {
        get
        {
            lock (evaluated)
                return [.. evaluated];
        }
    }

    public static Task<IngestHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync((_, _) => Task.CompletedTask, settings);

    /// <summary>Starts it over a data directory that a former run has left; given the host before its start, and the directory.</summary>
    public static async Task<IngestHost> StartAsync(Func<IngestHost, string, Task> before, params (string Key, string Value)[] settings)
    {
        var host = new IngestHost(MemoryPatientStore.Make());
        await before(host, host.directory.Path);
        await host.StartAppAsync(settings);
        return host;
    }

    public T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    /// <summary>A reading of the patient as JSON; a null value leaves the field out.</summary>
    public string Json(string sign = "heartRate", string? value = "72", string? time = null, string? more = null) =>
        $$"""{"patientId":"{{Patient.Id}}","sign":"{{sign}}"{{(value is null ? "" : $",\"value\":{value}")}},"time":"{{time ?? Now()}}"{{more}}}""";

    /// <summary>Now, or so many seconds later, as JSON takes it.</summary>
    public string Now(double seconds = 0) => Time.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    public Task<HttpResponseMessage> PostAsync(params string[] readings) => PostBodyAsync($$"""{"readings":[{{string.Join(',', readings)}}]}""");

    public Task<HttpResponseMessage> PostBodyAsync(string body) =>
        Client.PostAsync("/api/vitals", new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>Waits for what follows the answer: evaluation and draining.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 1000, "It did not come to hold.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app!.DisposeAsync();
        directory.Dispose();
    }

    private async Task StartAppAsync((string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ApiKeys:0:Name"] = "monitors",
            ["ApiKeys:0:Key"] = Key,
            ["ApiKeys:0:Scopes:0"] = "ingest",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (Disk is { } disk)
            builder.Services.AddSingleton(disk);
        builder.Services
            .Configure<StoreOptions>(stores => stores.DataDirectory = directory.Path)
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IVitalStore>(Store)
            .AddSingleton<IPatientStore>(Patients)
            .AddCensus(static _ => new Dictionary<VitalSign, SignLimits>())
            .AddApiKeys()
            .AddIngest()
            .AddSingleton<LiveVitals>()
            .AddSingleton<LiveOutbox>()
            .AddSingleton<EvaluateReadings>(EvaluateAsync)
            .AddSingleton<IReadingSink, LiveSink>();
        app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.MapIngest();
        await app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Client.DefaultRequestHeaders.Add(ApiKeyHandler.HeaderName, Key);
    }

    private async ValueTask EvaluateAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        await HoldEvaluation.WaitAsync(cancel);
        lock (evaluated)
            evaluated.AddRange(readings);
    }
}
