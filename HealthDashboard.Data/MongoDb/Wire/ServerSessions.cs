using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>A session of the servers, within which each write and each transaction has a number that is used once.</summary>
internal sealed class ServerSession
{
    /// <summary>How the servers know it.</summary>
    public BsonDocument Id { get; } = new() { ["id"] = new BsonBinary(BsonBinary.Uuid, Guid.NewGuid().ToByteArray(bigEndian: true)) };

    /// <summary>The number of the last write or transaction.</summary>
    public long Number { get; private set; }

    /// <summary>When it was last used, as the clock's timestamp.</summary>
    public long UsedAt { get; set; }

    /// <summary>What was asked last is not known to have ended, so nobody else may use the session.</summary>
    public bool IsDirty { get; set; }

    public long NextNumber() => ++Number;
}

/// <summary>
/// Sessions that wait for their next use [specifications/sessions]. Servers forget one that is not used for 30 minutes, so one whose
/// answer was lost is left to that; the others are ended when the client closes.
/// </summary>
internal sealed class ServerSessions(TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);

    private readonly Lock gate = new();
    private readonly Stack<ServerSession> idle = [];

    public ServerSession Rent()
    {
        lock (gate)
        {
            while (idle.TryPop(out var session))
            {
                if (time.GetElapsedTime(session.UsedAt) < Fresh)
                    return session;
            }
        }
        return new ServerSession();
    }

    /// <summary>Takes out all; gives how the servers know them.</summary>
    public BsonDocument[] TakeAll()
    {
        lock (gate)
        {
            BsonDocument[] all = [.. idle.Select(session => session.Id)];
            idle.Clear();
            return all;
        }
    }

    public void Return(ServerSession session)
    {
        if (session.IsDirty)
            return;
        session.UsedAt = time.GetTimestamp();
        lock (gate)
            idle.Push(session);
    }
}
