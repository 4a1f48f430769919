using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace HealthDashboard.Tests.Support;

/// <summary>
/// Runs a script of <c>Drivers/</c> in Node.js, with the npm packages that its package-lock.json pins. The first script that runs
/// installs them. Without Node.js or the folder (the published tests do not carry it) the test skips.
/// </summary>
internal static class NodeScript
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);

    /// <summary>The folder of the scripts.</summary>
    public static string Scripts => Directory;

    private static readonly string Directory = Path.Combine(
        typeof(NodeScript).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TestDirectory").Value!, "Drivers");

    private static readonly Lazy<Task> Installed = new(InstallAsync);

    // A process that nobody holds would lose its standard input to the garbage collector, and end.
    private static readonly ConcurrentBag<Process> Running = [];

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">Its file name in <c>Drivers/</c>.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <returns>What it wrote to its standard output. A script that ends with an error fails the test with what it wrote.</returns>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        Needs.Node(Directory);
        await Installed.Value;
        return await RunAsync("node", [script, .. arguments], RunLimit);
    }

    /// <summary>Sees to it that the scripts can run, for who runs one in another way.</summary>
    public static Task InstalledAsync()
    {
        Needs.Node(Directory);
        return Installed.Value;
    }

    /// <summary>Starts a script that goes on until its standard input ends, as it does when the tests end at the latest.</summary>
    /// <param name="script">Its file name in <c>Drivers/</c>.</param>
    /// <returns>The first line that it writes.</returns>
    public static async Task<string> StartAsync(string script)
    {
        Needs.Node(Directory);
        await Installed.Value;
        var start = Start("node", [script]);
        start.RedirectStandardInput = true;
        start.RedirectStandardError = false;
        var process = Process.Start(start)!;
        Running.Add(process);
        return await process.StandardOutput.ReadLineAsync().WaitAsync(RunLimit) ?? throw new InvalidOperationException($"{script} ended at once.");
    }

    // Also when the packages that are pinned have changed since.
    private static async Task InstallAsync()
    {
        var installed = Path.Combine(Directory, "node_modules", ".package-lock.json");
        if (File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(Directory, "package-lock.json")))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], InstallLimit);
    }

    private static ProcessStartInfo Start(string program, string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = Directory,
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static async Task<string> RunAsync(string program, string[] arguments, TimeSpan limit)
    {
        using var process = Process.Start(Start(program, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {arguments[0]} did not end within {limit}:\n{await output}{await errors}");
        }
        Assert.True(process.ExitCode == 0, $"{program} {arguments[0]} ended with {process.ExitCode}:\n{await output}{await errors}");
        return await output;
    }
}
