using System.Net;
using System.Net.Sockets;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hosting;

/// <summary>Starts the app, or says in one line for each reason why it cannot: no stack trace for what an operator can mend.</summary>
internal static partial class Starting
{
    private const int CannotStart = 1;

    /// <summary>Makes the app, runs it to its end and returns the exit code of the process.</summary>
    public static async Task<int> RunAsync(Func<WebApplication> make)
    {
        PrivateFiles.CreateAllPrivate();
        try
        {
            await using var app = make();
            CheckPorts(app.Configuration);
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception error) when (ReasonsOf(error) is { Count: > 0 } reasons)
        {
            await Console.Error.WriteLineAsync("HealthDashboard cannot start:");
            foreach (var reason in reasons)
                await Console.Error.WriteLineAsync($"  {reason}");
            return CannotStart;
        }
    }

    /// <summary>
    /// Checks what the configuration says, all of it, before anything else reads it, and opens the stores. The host would do so later,
    /// stop at the first error and log it with its stack trace.
    /// </summary>
    public static void CheckConfiguration(this WebApplication app)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        var stores = app.Services.GetRequiredService<IOptions<StoreOptions>>().Value;
        var directory = stores.DataDirectory;
        // First of all: with a full disk nothing else can be written.
        var full = Directory.Exists(directory) ? DiskReserve.Prepare(directory) : null;
        CheckData(directory);
        if (!app.Services.GetRequiredService<DataLock>().TryTake(directory))
            throw new StartException($"Data:Directory '{directory}' is in use by another process: each one needs a directory of its own.");
        PrivateFiles.Protect(directory);
        if (EmptyDatabases.Find(stores) is { Count: > 0 } empty)
            throw new StartException([.. empty]);
        full ??= DiskReserve.Prepare(directory);
        if (full is not null)
            LogFull(app.Logger, full);
        try
        {
            _ = app.Services.GetServices<IHostedService>().Count();
        }
        catch (Exception error) when (ReasonsOf(error) is { Count: > 0 } reasons && DiskReserve.Words(directory) is { } words)
        {
            throw new StartException([words, .. reasons]);
        }
    }

    private static List<string> ReasonsOf(Exception error) => error switch
    {
        AggregateException several => [.. several.InnerExceptions.SelectMany(ReasonsOf)],
        OptionsValidationException wrong => [.. wrong.Failures],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } unreadable => [unreadable.Message],
        StoreException store => [store.Message],
        StartException known => [.. known.Reasons],
        _ => [],
    };

    private static void CheckData(string directory)
    {
        try
        {
            PrivateFiles.CreateDirectory(directory);
            using var probe = new FileStream(
                Path.Combine(directory, $".write-{Environment.ProcessId}"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"Data:Directory is '{directory}', where nothing can be written: {error.Message}");
        }
    }

    // Only what is written as an address: whatever else Kestrel gets it judges itself.
    private static void CheckPorts(IConfiguration configuration)
    {
        foreach (var url in (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Port == 0)
                continue;
            var host = address.IsLoopback ? IPAddress.Loopback : IPAddress.TryParse(address.Host, out var ip) ? ip : null;
            if (host is not null && Answers(new IPEndPoint(host, address.Port)))
                throw new StartException($"The address {url} is in use by another program. Choose another with ASPNETCORE_URLS or --urls.");
        }
    }

    private static bool Answers(IPEndPoint address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Words}")]
    private static partial void LogFull(ILogger log, string words);

    private sealed class StartException(params string[] reasons) : Exception(string.Join(' ', reasons))
    {
        public IReadOnlyList<string> Reasons => reasons;
    }
}
