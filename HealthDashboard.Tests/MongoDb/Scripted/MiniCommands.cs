using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Tests.MongoDb.Scripted;

/// <summary>The commands of a scripted server that read and change documents.</summary>
internal sealed class MiniCommands(MiniData data, MiniTransaction view)
{
    private const int DefaultBatch = 101;

    public BsonDocument Run(BsonDocument command)
    {
        var (name, target) = command.First();
        var collection = target.Type == BsonType.String ? target.AsString : "";
        return name switch
        {
            "insert" => Insert(collection, command["documents"].AsArray),
            "update" => Each(command["updates"].AsArray, statement => Update(collection, statement.AsDocument)),
            "delete" => Each(command["deletes"].AsArray, statement => Delete(collection, statement.AsDocument)),
            "find" => Find(collection, command),
            "aggregate" => Aggregate(collection, command["pipeline"].AsArray),
            "getMore" => More(target.AsInt64, command),
            "killCursors" => Kill(command["cursors"].AsArray),
            "createIndexes" => Index(collection, command["indexes"].AsArray),
            "dropDatabase" => Drop(),
            "create" => view.View.ContainsKey(collection) ? Fault.Refusal(48, "NamespaceExists") : Create(collection),
            _ => throw new NotSupportedException(name),
        };
    }

    private static BsonDocument Each(BsonArray statements, Func<BsonValue, int> run)
    {
        var n = 0;
        for (var index = 0; index < statements.Count; index++)
        {
            var changed = run(statements[index]);
            if (changed >= 0)
            {
                n += changed;
                continue;
            }
            var error = new BsonDocument { ["index"] = index, ["code"] = 11000, ["errmsg"] = "E11000 dup key: { mrn: \"MRN-SECRET\" }" };
            return new() { ["n"] = n, ["writeErrors"] = new BsonArray { error }, ["ok"] = 1.0 };
        }
        return new() { ["n"] = n, ["nModified"] = n, ["ok"] = 1.0 };
    }

    private BsonDocument Insert(string collection, BsonArray added)
    {
        var documents = Documents(collection).ToBuilder();
        var taken = Unique(collection).ToDictionary(field => field, field => documents.Select(document => document.Get(field)).ToHashSet());
        var reply = Each(added, value =>
        {
            var document = value.AsDocument;
            if (!document.TryGet("_id", out _))
                document["_id"] = ObjectId.New(TimeProvider.System);
            if (taken.Any(field => field.Value.Contains(document.Get(field.Key))))
                return -1;
            foreach (var (field, values) in taken)
                values.Add(document.Get(field));
            documents.Add(document);
            return 1;
        });
        view.View = view.View.SetItem(collection, documents.ToImmutable());
        return reply;
    }

    private int Update(string collection, BsonDocument statement)
    {
        var documents = Documents(collection);
        var found = documents.Find(document => MiniQuery.Matches(document, statement["q"].AsDocument));
        var change = statement["u"].AsDocument;
        if (found is null)
        {
            return statement.Get("upsert") is { IsNull: false, AsBoolean: true }
                ? Insert(collection, [Changed(new(statement["q"].AsDocument), change)])["n"].AsInt32
                : 0;
        }
        var changed = Changed(found, change);
        if (documents.Remove(found).Any(other => Unique(collection).Any(field => other.Get(field).Equals(changed.Get(field)))))
            return -1;
        view.View = view.View.SetItem(collection, documents.Replace(found, changed));
        return 1;
    }

    private int Delete(string collection, BsonDocument statement)
    {
        var documents = Documents(collection);
        var found = documents.Where(document => MiniQuery.Matches(document, statement["q"].AsDocument)).ToArray();
        if (statement["limit"].AsInt32 == 1)
            found = [.. found.Take(1)];
        view.View = view.View.SetItem(collection, documents.RemoveRange(found));
        return found.Length;
    }

    private BsonDocument Find(string collection, BsonDocument command)
    {
        var filter = command.Get("filter") is { IsNull: false } given ? given.AsDocument : [];
        var found = MiniQuery.Sorted(Documents(collection).Where(document => MiniQuery.Matches(document, filter)), command.Get("sort"));
        if (command.TryGet("skip", out var skip))
            found = found.Skip((int)Math.Min(int.MaxValue, skip.AsInt64));
        if (command.TryGet("limit", out var limit) && limit.AsInt32 > 0)
            found = found.Take(limit.AsInt32);
        return Cursor(collection, found, command, open: !command.TryGet("singleBatch", out _));
    }

    private BsonDocument Aggregate(string collection, BsonArray pipeline)
    {
        var count = Documents(collection).Count(document => MiniQuery.Matches(document, pipeline[0].AsDocument["$match"].AsDocument));
        var group = pipeline[1].AsDocument["$group"].AsDocument;
        var field = group.Last().Key;
        if (!group["_id"].Equals(BsonValue.Null) && group["_id"].AsInt32 != 1)
            throw new NotSupportedException("$group by anything.");
        BsonDocument[] counted = count == 0 ? [] : [new() { ["_id"] = group["_id"], [field] = count }];
        return Cursor(collection, counted, [], open: false);
    }

    private BsonDocument Cursor(string collection, IEnumerable<BsonDocument> found, BsonDocument command, bool open)
    {
        var rest = new Queue<BsonDocument>(found);
        var first = Take(rest, command);
        var id = 0L;
        if (open && rest.Count > 0)
            data.Cursors[id = 7_000_000_000 + data.Cursors.Count] = rest;
        return Cursor("firstBatch", collection, first, id);
    }

    private BsonDocument More(long id, BsonDocument command)
    {
        if (!data.Cursors.TryGetValue(id, out var rest))
            return Fault.Refusal(43, "CursorNotFound");
        var next = Take(rest, command);
        if (rest.Count == 0)
            data.Cursors.Remove(id);
        return Cursor("nextBatch", command["collection"].AsString, next, rest.Count == 0 ? 0 : id);
    }

    private BsonDocument Kill(BsonArray cursors)
    {
        foreach (var cursor in cursors)
            data.Cursors.Remove(cursor.AsInt64);
        return Ok();
    }

    private BsonDocument Index(string collection, BsonArray indexes)
    {
        foreach (var index in indexes.Select(index => index.AsDocument).Where(index => index.Get("unique") is { IsNull: false, AsBoolean: true }))
        {
            if (!data.Unique.TryGetValue(collection, out var fields))
                data.Unique[collection] = fields = [];
            fields.Add(index["key"].AsDocument.Single().Key);
        }
        return Ok();
    }

    private BsonDocument Create(string collection)
    {
        view.View = view.View.SetItem(collection, MiniData.Nothing);
        return Ok();
    }

    private BsonDocument Drop()
    {
        view.View = view.View.Clear();
        return Ok();
    }

    private System.Collections.Immutable.ImmutableList<BsonDocument> Documents(string collection) =>
        view.View.GetValueOrDefault(collection) ?? MiniData.Nothing;

    private IEnumerable<string> Unique(string collection) => ["_id", .. data.Unique.GetValueOrDefault(collection) ?? []];

    private static BsonDocument Changed(BsonDocument found, BsonDocument change)
    {
        var isChange = change.FirstOrDefault().Key?.StartsWith('$') ?? false;
        var changed = isChange ? new BsonDocument(found) : new BsonDocument { ["_id"] = found["_id"] };
        foreach (var (field, value) in isChange ? change["$set"].AsDocument : change)
            changed[field] = field == "_id" && !value.Equals(found["_id"]) ? throw new NotSupportedException("A changed _id.") : value;
        return changed;
    }

    private static List<BsonDocument> Take(Queue<BsonDocument> rest, BsonDocument command)
    {
        var size = command.TryGet("batchSize", out var asked) ? asked.AsInt32 : DefaultBatch;
        List<BsonDocument> taken = [];
        while (taken.Count < size && rest.TryDequeue(out var document))
            taken.Add(document);
        return taken;
    }

    private static BsonDocument Cursor(string batch, string collection, IEnumerable<BsonDocument> documents, long id) => new()
    {
        ["cursor"] = new BsonDocument { [batch] = BsonArray.Of(documents, document => document), ["id"] = id, ["ns"] = $"health.{collection}" },
        ["ok"] = 1.0,
    };

    private static BsonDocument Ok() => new() { ["ok"] = 1.0 };
}
