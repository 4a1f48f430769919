using System.Diagnostics;
using System.Reflection;

namespace HealthDashboard.Tests.Support;

/// <summary>
/// Runs a script of <c>Drivers/</c> in Node.js, with the npm packages that its package-lock.json pins. The first script that runs
/// installs them. Without Node.js or the folder (the published tests do not carry it) the test skips.
/// </summary>
internal static class NodeScript
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(60);

    private static readonly string Directory = Path.Combine(
        typeof(NodeScript).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TestDirectory").Value!, "Drivers");

    private static readonly Lazy<Task> Installed = new(InstallAsync);

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

    private static async Task InstallAsync()
    {
        if (!File.Exists(Path.Combine(Directory, "node_modules", ".package-lock.json")))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], InstallLimit);
    }

    private static async Task<string> RunAsync(string program, string[] arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
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
