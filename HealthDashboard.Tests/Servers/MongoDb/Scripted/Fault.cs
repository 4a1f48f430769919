using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>What a scripted server does instead of answering well.</summary>
internal abstract record Fault
{
    /// <summary>Closes the connection without having done anything.</summary>
    internal sealed record CloseBefore : Fault;

    /// <summary>Does what was asked and closes the connection without an answer.</summary>
    internal sealed record CloseAfter : Fault;

    /// <summary>Does what was asked and closes the connection in the middle of the answer.</summary>
    internal sealed record CloseInside(int After) : Fault;

    /// <summary>Does what was asked and answers once the gate opens.</summary>
    internal sealed record Late(Task Gate) : Fault;

    /// <summary>Answers as if another question had been asked.</summary>
    internal sealed record OtherAnswer : Fault;

    /// <summary>Sends these bytes for an answer.</summary>
    internal sealed record Bytes(byte[] Sent) : Fault;

    /// <summary>Does nothing and answers this.</summary>
    internal sealed record Answer(BsonDocument Reply) : Fault;

    /// <summary>Does what was asked and answers with this added.</summary>
    internal sealed record Adding(BsonDocument More) : Fault;

    /// <summary>A refusal as servers write it.</summary>
    public static Answer Error(int code, string name, params string[] labels) => new(Refusal(code, name, labels));

    public static BsonDocument Refusal(int code, string name, params string[] labels)
    {
        // The text quotes a record, as real ones do, so that tests see that it goes nowhere.
        var reply = new BsonDocument { ["ok"] = 0.0, ["errmsg"] = "secret: { mrn: \"MRN-SECRET\" }", ["code"] = code, ["codeName"] = name };
        if (labels.Length > 0)
            reply["errorLabels"] = new BsonArray(labels);
        return reply;
    }
}
