using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace HealthDashboard.Tests.Support;

/// <summary>The real app in a process of its own, with a data folder of its own, so that a test can kill it and start it again.</summary>
internal sealed class AppServer : IAsyncDisposable
{
    private const string ListeningMark = "Now listening on: ";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AlarmLimit = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly StringBuilder output = new();
    private readonly Dictionary<string, string> settings;
    private readonly bool ownsData;
    private ServerStores? stores;
    private Process? process;

    private AppServer(Dictionary<string, string> settings, string? dataDirectory)
    {
        this.settings = settings;
        ownsData = dataDirectory is null;
        DataDirectory = dataDirectory ?? Directory.CreateTempSubdirectory("health-").FullName;
    }

    /// <summary>The folder that holds the app's source, its appsettings.json and its node_modules.</summary>
    public static string AppDirectory { get; } = typeof(AppServer).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "AppDirectory").Value!;

    /// <summary>Where the app listens. Stays the same when it is started again.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public string DataDirectory { get; }

    /// <summary>The id of the app's process.</summary>
    public int ProcessId => process?.Id ?? throw new InvalidOperationException("The app was never started.");

    /// <summary>A client whose base address is <see cref="Address"/>. Follows no redirect and keeps no cookie.</summary>
    public HttpClient Client { get; private set; } = new();

    /// <summary>Everything that the app has written to its console, over all its starts.</summary>
    public string Output
    {
        get { lock (output) return output.ToString(); }
    }

    /// <summary>Starts the app in Development on a free port of the loopback address.</summary>
    /// <param name="settings">Configuration keys ("Stores:Alerts") and their values.</param>
    /// <param name="dataDirectory">The data folder; null means a new one that is deleted at the end.</param>
    public static async Task<AppServer> StartAsync(IReadOnlyDictionary<string, string>? settings = null, string? dataDirectory = null)
    {
        var server = new AppServer(new(settings ?? new Dictionary<string, string>()), dataDirectory);
        try
        {
            server.stores = await ServerStores.PlaceAsync(Path.GetFileName(server.DataDirectory));
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the app again after <see cref="KillAsync"/> or <see cref="StopAsync"/>: same port, same data, same settings.</summary>
    public async Task StartAgainAsync()
    {
        // With these first characters xunit takes an exception for a skip. The published tests carry no source.
        if (!Directory.Exists(AppDirectory))
            throw new InvalidOperationException($"$XunitDynamicSkip${AppDirectory} is not here: the real app is tested from its source.");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = AppDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "HealthDashboard.dll") },
        };
        // Thirty-six patients who live are for the tests that ask for them.
        start.Environment["Demo__Ward"] = "false";
        // Apps that run side by side on one Redis server keep apart.
        start.Environment.TryAdd("Redis__Prefix", Path.GetFileName(DataDirectory));
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address.ToString().TrimEnd('/');
        start.Environment["Data__Directory"] = DataDirectory;
        foreach (var (key, value) in (stores?.Settings ?? []).Concat(settings))
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;

        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data, listening);
        process.ErrorDataReceived += (_, line) => Read(line.Data, listening);
        process.Exited += (sender, _) =>
        {
            // Without a limit this also waits for the last line of its output.
            ((Process)sender!).WaitForExit();
            listening.TrySetException(new InvalidOperationException("The app ended before it listened:\n" + Output));
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            Address = await listening.Task.WaitAsync(StartLimit);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException("The app did not listen in time:\n" + Output, late);
        }
        Client.Dispose();
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        await WaitForAlarmsAsync();
    }

    // Alarms run a moment after the app listens. Where they cannot, because the alert store is unavailable, a test begins without them.
    private async Task WaitForAlarmsAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < AlarmLimit)
        {
            if ((await (await Client.GetAsync("health/ready")).Content.ReadAsStringAsync()).Contains("\"alarms\":\"up\"", StringComparison.Ordinal))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Ends the app at once, as a power cut would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (process is not { HasExited: false } running)
            return;
        running.Kill();
        await running.WaitForExitAsync();
    }

    /// <summary>Asks the app to end (SIGTERM), waits for it and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        var running = process ?? throw new InvalidOperationException("The app was never started.");
        using (var kill = Process.Start("kill", ["-TERM", running.Id.ToString()]))
            await kill.WaitForExitAsync();
        await running.WaitForExitAsync().WaitAsync(StopLimit);
        return running.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
        stores?.Dispose();
        Client.Dispose();
        if (ownsData)
            Directory.Delete(DataDirectory, recursive: true);
    }

    private void Read(string? line, TaskCompletionSource<Uri> listening)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
        if (line.IndexOf(ListeningMark, StringComparison.Ordinal) is var at and >= 0)
            listening.TrySetResult(new Uri(line[(at + ListeningMark.Length)..].Trim()));
    }
}
