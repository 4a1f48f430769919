using System.Buffers.Binary;
using System.Security.Cryptography;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace HealthDashboard.Data.Redis;

/// <summary>
/// Readings over channels <c>{health}:live:REGION</c>, nothing of which Redis keeps. A node hears what it sends itself too: that is how it
/// knows that it would hear the others.
/// </summary>
internal sealed partial class RedisLiveBus(RedisConnection redis, TimeProvider time, ILogger<RedisLiveBus> log) : ILiveBus
{
    private static readonly TimeSpan DeafAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ulong self = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
    private long lastEcho;

    public bool IsHearing => Volatile.Read(ref lastEcho) is not 0 and var last && time.GetElapsedTime(last) < DeafAfter;

    public async Task PublishAsync(string region, IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var channel = RedisChannel.Literal($"{redis.Prefix}live:{region}");
        var message = LiveBatch.Encode(self, readings);
        try
        {
            await redis.AskAsync(database => database.PublishAsync(channel, message), limit.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new StoreUnavailableException("Redis live", "no answer.", late);
        }
    }

    public async Task SubscribeAsync(Action<IReadOnlyList<Reading>> heard, CancellationToken cancel)
    {
        var all = RedisChannel.Pattern($"{redis.Prefix}live:*");
        await redis.SubscribeAsync(all, (_, message) => Hear((byte[]?)message ?? [], heard)).WaitAsync(cancel);
    }

    // Called by the client, which swallows what is thrown.
    private void Hear(byte[] message, Action<IReadOnlyList<Reading>> heard)
    {
        try
        {
            if (!LiveBatch.TryDecode(message, out var sender, out var readings))
                LogUnreadable(message.Length);
            else if (sender == self)
                Volatile.Write(ref lastEcho, time.GetTimestamp());
            else if (readings.Count > 0)
                heard(readings);
        }
#pragma warning disable CA1031 // The next message must still be heard.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Bytes} bytes from another node cannot be read; do all nodes run the same version?")]
    private partial void LogUnreadable(int bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "Readings from another node could not be taken")]
    private partial void LogFailed(Exception error);
}
