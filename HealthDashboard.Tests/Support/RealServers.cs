using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HealthDashboard.Tests.Support;

/// <summary>
/// Database servers of a test's own, which it may freeze, kill and start again over their data. The program that TEST_SERVERS names
/// starts them: <c>up DIRECTORY NAME...</c> prints <c>export VARIABLE='address'</c> lines; <c>stop|kill|start|freeze|thaw DIRECTORY NAME</c>
/// does that to one of them; <c>down DIRECTORY</c> ends all.
/// </summary>
internal sealed partial class RealServers : IAsyncDisposable
{
    private readonly string program;
    private readonly TempDirectory directory = new("servers");
    private readonly Dictionary<string, string> addresses = new(StringComparer.Ordinal);

    private RealServers(string program) => this.program = program;

    /// <summary>Where they keep their data; each has a folder of its name there.</summary>
    public string Directory => directory.Path;

    /// <summary>The address of one, for example of <c>TEST_NEO4J</c>, as the variable of that name has it for shared servers.</summary>
    public string this[string variable] => addresses[variable];

    /// <summary>Starts servers; skips the test where none can be started.</summary>
    /// <param name="names">Their names, for example <c>neo4j</c>, and options, for example <c>--nodes 3</c>, each word by itself.</param>
    public static async Task<RealServers> UpAsync(params string[] names)
    {
        var servers = new RealServers(Needs.Servers());
        try
        {
            var printed = await servers.RunAsync(["up", servers.Directory, .. names]);
            foreach (Match line in Export().Matches(printed))
                servers.addresses[line.Groups["name"].Value] = line.Groups["value"].Value;
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends one in order (SIGTERM).</summary>
    public Task StopAsync(string name) => RunAsync("stop", Directory, name);

    /// <summary>Ends one at once (SIGKILL).</summary>
    public Task KillAsync(string name) => RunAsync("kill", Directory, name);

    /// <summary>Starts one again, over its data and on its port, and returns when it answers.</summary>
    public Task StartAsync(string name) => RunAsync("start", Directory, name);

    /// <summary>Holds one: it keeps its connections and answers nothing (SIGSTOP).</summary>
    public Task FreezeAsync(string name) => RunAsync("freeze", Directory, name);

    /// <summary>Lets one that is frozen go on (SIGCONT).</summary>
    public Task ThawAsync(string name) => RunAsync("thaw", Directory, name);

    /// <summary>
    /// Ends one in order and starts it again with another configuration, as it was started before. Returns at once: who goes on asks until
    /// it answers. A <see cref="StartAsync"/> later gives it its own configuration again.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">The configuration's file within the server's folder, for example <c>conf/neo4j.conf</c>.</param>
    /// <param name="edit">Makes the new configuration of the present one.</param>
    public async Task RestartWithAsync(string name, string file, Func<string, string> edit)
    {
        var state = JsonNode.Parse(await File.ReadAllTextAsync(directory["state.json"]))!;
        var process = $"/proc/{state[name]!["pid"]!.GetValue<int>()}";
        var command = await ReadListAsync($"{process}/cmdline");
        var environment = await ReadListAsync($"{process}/environ");
        await StopAsync(name);
        var path = Path.Combine(Directory, name, file);
        await File.WriteAllTextAsync(path, edit(await File.ReadAllTextAsync(path)));

        // A shell starts it, so that it writes to its own log and ends as a child of nobody here.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "\"$@\" >>log 2>&1 </dev/null & echo $!", "sh", .. command])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = directory[name],
        };
        start.Environment.Clear();
        foreach (var variable in environment.Select(variable => variable.Split('=', 2)))
            start.Environment[variable[0]] = variable[1];
        using var shell = Process.Start(start)!;
        state[name]!["pid"] = int.Parse(await shell.StandardOutput.ReadLineAsync() ?? "", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(directory["state.json"], state.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("down", Directory);
        directory.Dispose();
    }

    private static async Task<string[]> ReadListAsync(string path) => (await File.ReadAllTextAsync(path)).TrimEnd('\0').Split('\0');

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {await errors}");
        return await output;
    }

    [GeneratedRegex("^export (?<name>[A-Z0-9_]+)='(?<value>[^']*)'", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Export();
}
