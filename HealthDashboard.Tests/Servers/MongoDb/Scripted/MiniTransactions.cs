using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>Transactions of a scripted server: one at a time, all or nothing, and what real ones refuse within them.</summary>
internal static class MiniTransactions
{
    public static BsonDocument Run(MiniData data, BsonDocument command, Func<BsonDocument, MiniTransaction, BsonDocument> run)
    {
        var key = (Session: command["lsid"].AsBsonDocument, Number: command["txnNumber"].ToInt64());
        var mine = data.Open is { } open && open.Session.Equals(key.Session) && open.Number == key.Number ? open : null;
        var name = command.GetElement(0).Name;
        if (name is "commitTransaction" or "abortTransaction" && command["$db"].AsString != "admin")
            return Fault.Refusal(13, "Unauthorized");
        switch (name)
        {
            case "commitTransaction" when data.CommittedTransactions.Contains(key):
                return Ok();
            case "commitTransaction" when mine is not null:
                data.Committed = mine.View;
                data.CommittedTransactions.Add(key);
                data.Open = null;
                return Ok();
            case "abortTransaction" when mine is not null:
                data.Open = null;
                return Ok();
            case "commitTransaction" or "abortTransaction":
                return Fault.Refusal(251, "NoSuchTransaction", "TransientTransactionError");
        }
        var isFirst = command.TryGetValue("startTransaction", out _);
        if (command.TryGetValue("writeConcern", out _) || (command.TryGetValue("readConcern", out _) && !isFirst))
            return Fault.Refusal(72, "InvalidOptions");
        if (isFirst)
        {
            if (data.Open is not null)
                return Fault.Refusal(112, "WriteConflict", "TransientTransactionError");
            mine = data.Open = new MiniTransaction(key.Session, key.Number, data.Committed);
        }
        if (mine is null)
            return Fault.Refusal(251, "NoSuchTransaction", "TransientTransactionError");
        var reply = run(command, mine);
        if (data.UndoesNothing)
            data.Committed = mine.View;
        // Any error ends the transaction on the server.
        if (reply.TryGetValue("writeErrors", out _) || !reply["ok"].ToBoolean())
            data.Open = null;
        return reply;
    }

    private static BsonDocument Ok() => new() { ["ok"] = 1.0 };
}
