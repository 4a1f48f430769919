using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace HealthDashboard.Tests.Support;

/// <summary>Speaks SignalR's JSON hub protocol over a web socket: messages of JSON, each ended by the record separator 0x1E.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket socket = new();
    private readonly List<JsonObject> received = [];
    private readonly StringBuilder partial = new();
    private int invocations;

    public static async Task<HubClient> ConnectAsync(Uri server, string path, string key)
    {
        var client = new HubClient();
        client.socket.Options.SetRequestHeader("X-Api-Key", key);
        await client.socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = path }.Uri, CancellationToken.None);
        await client.SendAsync(new JsonObject { ["protocol"] = "json", ["version"] = 1 });
        Assert.Empty(await client.ReceiveAsync(static _ => true));
        return client;
    }

    /// <summary>Calls a hub method and waits for its result; what else comes meanwhile is kept.</summary>
    public async Task<JsonObject> InvokeAsync(string method, params JsonNode[] arguments)
    {
        var id = $"{++invocations}";
        await SendAsync(new JsonObject { ["type"] = 1, ["invocationId"] = id, ["target"] = method, ["arguments"] = new JsonArray(arguments) });
        var answer = await ReceiveAsync(message => (int?)message["type"] == 3 && (string?)message["invocationId"] == id);
        Assert.Null((string?)answer["error"]);
        return answer["result"]!.AsObject();
    }

    /// <summary>The argument of the next call of a client method; others are kept.</summary>
    public async Task<JsonObject> NextAsync(string target) =>
        (await ReceiveAsync(message => (int?)message["type"] == 1 && (string?)message["target"] == target))["arguments"]![0]!.AsObject();

    /// <summary>The arguments of the calls of a client method that were kept, in order; none is kept after.</summary>
    public IReadOnlyList<JsonObject> TakeKept(string target)
    {
        var kept = received.FindAll(message => (string?)message["target"] == target);
        received.RemoveAll(kept.Contains);
        return kept.ConvertAll(message => message["arguments"]![0]!.AsObject());
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task SendAsync(JsonObject message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + End), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    // What nobody asked for yet keeps its order.
    private async Task<JsonObject> ReceiveAsync(Func<JsonObject, bool> wanted)
    {
        while (true)
        {
            if (received.FindIndex(message => wanted(message)) is >= 0 and var index)
            {
                var message = received[index];
                received.RemoveAt(index);
                return message;
            }
            received.AddRange(await ReadAsync());
        }
    }

    private async Task<List<JsonObject>> ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        var result = await socket.ReceiveAsync(buffer, limit.Token);
        partial.Append(Encoding.UTF8.GetString(buffer, 0, result.Count));
        var parts = partial.ToString().Split(End);
        partial.Clear().Append(parts[^1]);
        return [.. parts[..^1].Select(part => JsonNode.Parse(part)!.AsObject())];
    }
}
