using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>The messages of MongoDB's protocol: OP_MSG, and OP_QUERY with OP_REPLY, by which drivers greet a server that they do not know yet.</summary>
internal static class WireMessage
{
    public const int HeaderSize = 16;

    private const int OpReply = 1;
    private const int OpQuery = 2004;
    private const int OpMsg = 2013;

    /// <summary>The command of a whole message; an array that travels beside it is put into it.</summary>
    public static BsonDocument Read(byte[] message)
    {
        if (Int32(message, 12) == OpQuery)
            return Document(message, EndOfText(message, HeaderSize + 4) + 8);
        var command = new BsonDocument();
        for (var at = HeaderSize + 4; at < message.Length;)
        {
            var kind = message[at++];
            var end = at + Int32(message, at);
            if (kind == 0)
            {
                command.Merge(Document(message, at));
            }
            else
            {
                var start = EndOfText(message, at + 4);
                var list = new BsonArray();
                for (var from = start; from < end; from += Int32(message, from))
                    list.Add(Document(message, from));
                command[Encoding.UTF8.GetString(message, at + 4, start - at - 5)] = list;
            }
            at = end;
        }
        return command;
    }

    /// <summary>The reply to a message, in the form that it asked in.</summary>
    public static byte[] Reply(byte[] message, int responseTo, BsonDocument reply)
    {
        var isQuery = Int32(message, 12) == OpQuery;
        // OP_REPLY: flags, cursor, first, count. OP_MSG: flags, and the section of the body.
        byte[] before = isQuery ? [8, .. new byte[15], 1, 0, 0, 0] : new byte[5];
        byte[] bytes = [.. new byte[HeaderSize], .. before, .. reply.ToBson()];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), responseTo);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), isQuery ? OpReply : OpMsg);
        return bytes;
    }

    public static int Int32(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static int EndOfText(byte[] bytes, int at) => Array.IndexOf(bytes, (byte)0, at) + 1;

    private static BsonDocument Document(byte[] bytes, int at) => BsonSerializer.Deserialize<BsonDocument>(bytes[at..(at + Int32(bytes, at))]);
}
