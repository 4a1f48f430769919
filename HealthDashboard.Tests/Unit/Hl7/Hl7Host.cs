using System.Net;
using System.Net.Sockets;
using System.Text;
using HealthDashboard.Hl7;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Hl7;

/// <summary>The features with a port for HL7, on a clock that tests move.</summary>
internal sealed class Hl7Host(FeatureHost features, int port) : IAsyncDisposable
{
    public FeatureHost Features => features;

    public int Port => port;

    public static Task<Hl7Host> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    public static async Task<Hl7Host> StartAsync(Action<IServiceCollection> replace, params (string Key, string Value)[] settings)
    {
        var port = FreePort();
        (string Key, string Value)[] all = [("Hl7:Port", port.ToString()), .. settings];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all.ToDictionary(one => one.Key, one => (string?)one.Value)).Build();
        return new Hl7Host(
            await FeatureHost.StartAsync(
                services =>
                {
                    services.AddHl7(configuration);
                    replace(services);
                },
                all),
            port);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Sends one message on a connection of its own and gives its answer, a segment each.</summary>
    public async Task<string[]> SendAsync(params string[] segments)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(segments);
        return await client.ReceiveAsync() ?? throw new InvalidOperationException("No answer came.");
    }

    public Task<MllpClient> ConnectAsync() => MllpClient.ConnectAsync(port);

    public ValueTask DisposeAsync() => features.DisposeAsync();
}

/// <summary>A client, byte by byte.</summary>
internal sealed class MllpClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TcpClient tcp = new() { NoDelay = true };
    private Stream stream = Stream.Null;

    public static async Task<MllpClient> ConnectAsync(int port, Func<Stream, Task<Stream>>? secure = null)
    {
        var client = new MllpClient();
        await client.tcp.ConnectAsync(IPAddress.Loopback, port);
        client.stream = secure is null ? client.tcp.GetStream() : await secure(client.tcp.GetStream());
        return client;
    }

    public Task SendAsync(params string[] segments) => SendBytesAsync(Encoding.UTF8.GetBytes($"\v{string.Join('\r', segments)}\r\u001c\r"));

    public async Task SendBytesAsync(byte[] bytes)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    /// <summary>The segments of the next answer; null when the connection has ended.</summary>
    public async Task<string[]?> ReceiveAsync()
    {
        List<byte> bytes = [];
        var one = new byte[1];
        try
        {
            while (await stream.ReadAsync(one).AsTask().WaitAsync(Patience, TimeProvider.System) == 1)
            {
                bytes.Add(one[0]);
                if (bytes is [MllpReader.Start, .., MllpReader.End, (byte)'\r'])
                    return Encoding.UTF8.GetString([.. bytes[1..^2]]).TrimEnd('\r').Split('\r');
            }
        }
        catch (IOException)
        {
            // Ended with a reset.
        }
        return null;
    }

    public void Dispose()
    {
        stream.Dispose();
        tcp.Dispose();
    }
}
