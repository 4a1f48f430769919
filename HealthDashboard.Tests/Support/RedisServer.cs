using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HealthDashboard.Tests.Support;

/// <summary>A redis-server of the test's own, on a free port of the loopback address, to be killed and started again over its data.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly TempDirectory data = new();
    private readonly ProcessStartInfo start;
    private Process? process;

    private RedisServer(string program, Func<RedisServer, string[]> arguments)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
        start = new ProcessStartInfo(program, arguments(this)) { UseShellExecute = false, RedirectStandardOutput = true };
    }

    /// <summary>Where it listens; stays the same.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>The port of <see cref="Address"/>.</summary>
    public int Port { get; }

    /// <summary>Starts one that keeps what it is given, as the manual of this program asks for.</summary>
    public static Task<RedisServer> StartAsync() => StartAsync("--appendonly", "yes", "--appendfsync", "everysec");

    /// <summary>Starts one.</summary>
    /// <param name="settings">Further settings, as on its command line.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = Prepare(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>One that is not running yet.</summary>
    public static RedisServer Prepare(params string[] settings) => new(
        Needs.RedisServer(), server => ["--bind", "127.0.0.1", "--port", $"{server.Port}", "--dir", server.data.Path, "--save", "", .. settings]);

    /// <summary>Starts one by a script of deploy/redis.</summary>
    /// <param name="script">Its text.</param>
    /// <param name="adapt">Makes of its text, a folder and a port what runs beside others on this machine.</param>
    /// <param name="passwords">Its environment.</param>
    /// <param name="arguments">What it is called with.</param>
    public static async Task<RedisServer> StartScriptAsync(
        string script, Func<string, string, int, string> adapt, IEnumerable<KeyValuePair<string, string>> passwords, params string[] arguments)
    {
        Needs.RedisServer();
        var server = new RedisServer("sh", server => [server.data["start.sh"], .. arguments]);
        await File.WriteAllTextAsync(server.data["start.sh"], adapt(script, server.data.Path, server.Port));
        foreach (var (name, value) in passwords)
            server.start.Environment[name] = value;
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it, or starts it again, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        await Eventually.HoldsAsync(AnswersAsync, "a redis-server that answers");
    }

    /// <summary>Ends it at once, as a power cut does.</summary>
    public async Task KillAsync()
    {
        if (process is not { HasExited: false } running)
            return;
        running.Kill();
        await running.WaitForExitAsync();
    }

    /// <summary>Stops it in its tracks: connections stay, nothing answers.</summary>
    public Task HangAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on after <see cref="HangAsync"/>.</summary>
    public Task GoOnAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
        data.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(process!.HasExited, "redis-server did not start.");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[5];
            await client.GetStream().ReadExactlyAsync(answer);
            // One that asks for a password answers too.
            return answer.AsSpan().SequenceEqual("+PONG"u8) || answer.AsSpan().SequenceEqual("-NOAU"u8);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }
}
