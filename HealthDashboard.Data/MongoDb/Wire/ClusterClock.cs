using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>
/// The newest time of replication that any server has told. Every command carries it on [specifications/sessions, "Gossipping the cluster
/// time"], so that what was written through one mongos is seen through the next.
/// </summary>
internal sealed class ClusterClock
{
    private volatile BsonDocument? clusterTime;
    private long operationTime;

    /// <summary>The time of the last thing that this program read or wrote; null before the first.</summary>
    public BsonTimestamp? OperationTime => Volatile.Read(ref operationTime) is var time and not 0 ? new((ulong)time) : null;

    public MongoCommand Stamp(MongoCommand command) => clusterTime is { } time ? command.With(("$clusterTime", time)) : command;

    public void Observe(BsonDocument reply)
    {
        // Two threads may pass each other here: the older time of the two is only less new, never wrong.
        if (reply.TryGet("$clusterTime", out var heard) && (clusterTime is not { } known || TimeOf(heard.AsDocument) > TimeOf(known)))
            clusterTime = heard.AsDocument;
        if (!reply.TryGet("operationTime", out var operation))
            return;
        var time = (long)operation.AsTimestamp.Value;
        for (var last = Volatile.Read(ref operationTime); (ulong)time > (ulong)last;)
        {
            var found = Interlocked.CompareExchange(ref operationTime, time, last);
            if (found == last)
                break;
            last = found;
        }
    }

    private static ulong TimeOf(BsonDocument time) => time["clusterTime"].AsTimestamp.Value;
}
