using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace HealthDashboard.Data.Redis;

/// <summary>
/// Readings over channels <c>{health}:live:REGION</c> and heartbeats over <c>{health}:nodes</c>, nothing of which Redis keeps. A node hears
/// its own heartbeats too: that is how it knows that it would hear the others.
/// </summary>
internal sealed partial class RedisLiveBus(RedisConnection redis, TimeProvider time, ILogger<RedisLiveBus> log) : ILiveBus
{
    private static readonly TimeSpan DeafAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ulong self = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
    private readonly HashSet<string> regions = [];
    private Action<LiveReadings> onReadings = _ => { };
    private long lastEcho;

    public bool IsHearing => Volatile.Read(ref lastEcho) is not 0 and var last && time.GetElapsedTime(last) < DeafAfter;

    private string Readings => redis.Prefix + "live:";

    public Task PublishAsync(string region, long number, IReadOnlyList<Reading> readings, CancellationToken cancel) =>
        SendAsync(Readings + region, LiveBatch.Encode(self, number, readings), cancel);

    public Task BeatAsync(NodeBeat beat, CancellationToken cancel) =>
        SendAsync(redis.Prefix + "nodes", JsonSerializer.SerializeToUtf8Bytes(new SentBeat(self, beat), BeatJson.Default.SentBeat), cancel);

    public async Task ListenAsync(Action<LiveReadings> readings, Action<string, NodeBeat> beat, CancellationToken cancel)
    {
        onReadings = readings;
        await SubscribeAsync(redis.Prefix + "nodes", message => HearBeat(message, beat), cancel);
    }

    public async Task HearAsync(IReadOnlySet<string> regions, CancellationToken cancel)
    {
        foreach (var region in regions.Except(this.regions).ToList())
        {
            await SubscribeAsync(Readings + region, message => Hear(region, message), cancel);
            this.regions.Add(region);
        }
        foreach (var region in this.regions.Except(regions).ToList())
        {
            await WithinAsync(redis.UnsubscribeAsync(RedisChannel.Literal(Readings + region)), cancel);
            this.regions.Remove(region);
        }
    }

    private async Task SendAsync(string channel, byte[] message, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await redis.AskAsync(database => database.PublishAsync(RedisChannel.Literal(channel), message), limit.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new StoreUnavailableException("Redis live", "no answer.", late);
        }
    }

    // Called by the client, which swallows what is thrown.
    private Task SubscribeAsync(string channel, Action<byte[]> heard, CancellationToken cancel) =>
        WithinAsync(redis.SubscribeAsync(RedisChannel.Literal(channel), (_, message) =>
        {
            try
            {
                heard((byte[]?)message ?? []);
            }
#pragma warning disable CA1031 // The next message must still be heard.
            catch (Exception error)
#pragma warning restore CA1031
            {
                LogFailed(error);
            }
        }), cancel);

    private async Task WithinAsync(Task call, CancellationToken cancel)
    {
        try
        {
            await call.WaitAsync(Patience, time, cancel);
        }
        catch (Exception error) when (error is TimeoutException or RedisException or ObjectDisposedException)
        {
            throw new StoreUnavailableException("Redis live", "not connected.", error);
        }
    }

    private void Hear(string region, byte[] message)
    {
        var sender = LiveBatch.SenderOf(message);
        if (sender == self)
            return;
        if (sender is { } other && LiveBatch.TryDecode(message, out var number, out var readings))
            onReadings(new LiveReadings(other, region, number, readings));
        else
            LogUnreadable(message.Length);
    }

    private void HearBeat(byte[] message, Action<string, NodeBeat> beat)
    {
        var sent = JsonSerializer.Deserialize(message, BeatJson.Default.SentBeat)!;
        if (sent.Sender == self)
            Volatile.Write(ref lastEcho, time.GetTimestamp());
        else
            beat(sent.Sender.ToString("x16", System.Globalization.CultureInfo.InvariantCulture), sent.Beat);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Bytes} bytes from another node cannot be read; do all nodes run the same version?")]
    private partial void LogUnreadable(int bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message from another node could not be taken")]
    private partial void LogFailed(Exception error);

    /// <param name="Sender">The process that sent it.</param>
    /// <param name="Beat">What it says.</param>
    internal sealed record SentBeat(ulong Sender, NodeBeat Beat);

    [JsonSerializable(typeof(SentBeat))]
    internal sealed partial class BeatJson : JsonSerializerContext;
}
