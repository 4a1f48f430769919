using HealthDashboard.Data.MongoDb;
using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>The commands of a scripted server that read and change documents.</summary>
internal sealed class MiniCommands(MiniData data, MiniTransaction view)
{
    private const int DefaultBatch = 101;

    public BsonDocument Run(BsonDocument command)
    {
        var (name, target) = (command.GetElement(0).Name, command.GetElement(0).Value);
        var collection = target.IsString ? target.AsString : "";
        return name switch
        {
            "insert" => Insert(collection, command["documents"].AsBsonArray),
            "update" => Each(command["updates"].AsBsonArray, statement => Update(collection, statement.AsBsonDocument)),
            "delete" => Each(command["deletes"].AsBsonArray, statement => Delete(collection, statement.AsBsonDocument)),
            "find" => Find(collection, command),
            "aggregate" => Aggregate(collection, command["pipeline"].AsBsonArray),
            "getMore" => More(target.ToInt64(), command),
            "killCursors" => Kill(command["cursors"].AsBsonArray),
            "createIndexes" => Index(collection, command["indexes"].AsBsonArray),
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
            var document = value.AsBsonDocument;
            if (!document.TryGetValue("_id", out _))
                document["_id"] = ObjectId.GenerateNewId();
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
        var found = documents.Find(document => MiniQuery.Matches(document, statement["q"].AsBsonDocument));
        var change = statement["u"].AsBsonDocument;
        if (found is null)
        {
            return statement.Get("upsert").ToBoolean()
                ? Insert(collection, [Changed(new(statement["q"].AsBsonDocument), change)])["n"].ToInt32()
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
        var found = documents.Where(document => MiniQuery.Matches(document, statement["q"].AsBsonDocument)).ToArray();
        if (statement["limit"].ToInt32() == 1)
            found = [.. found.Take(1)];
        view.View = view.View.SetItem(collection, documents.RemoveRange(found));
        return found.Length;
    }

    private BsonDocument Find(string collection, BsonDocument command)
    {
        var filter = command.Get("filter") is { IsBsonNull: false } given ? given.AsBsonDocument : [];
        var found = MiniQuery.Sorted(Documents(collection).Where(document => MiniQuery.Matches(document, filter)), command.Get("sort"));
        if (command.TryGetValue("skip", out var skip))
            found = found.Skip((int)Math.Min(int.MaxValue, skip.ToInt64()));
        if (command.TryGetValue("limit", out var limit) && limit.ToInt32() > 0)
            found = found.Take(limit.ToInt32());
        return Cursor(collection, found, command, open: !command.TryGetValue("singleBatch", out _));
    }

    private BsonDocument Aggregate(string collection, BsonArray pipeline)
    {
        var found = Documents(collection).Where(document => MiniQuery.Matches(document, pipeline[0].AsBsonDocument["$match"].AsBsonDocument));
        if (pipeline[1].AsBsonDocument.TryGetValue("$limit", out var most))
            found = found.Take((int)Math.Min(int.MaxValue, most.ToInt64()));
        var count = found.Count();
        var group = pipeline[^1].AsBsonDocument["$group"].AsBsonDocument;
        var field = group.Last().Name;
        if (!group["_id"].IsBsonNull && group["_id"].ToInt32() != 1)
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
            data.Cursors.Remove(cursor.ToInt64());
        return Ok();
    }

    private BsonDocument Index(string collection, BsonArray indexes)
    {
        foreach (var index in indexes.Select(index => index.AsBsonDocument).Where(index => index.Get("unique").ToBoolean()))
        {
            if (!data.Unique.TryGetValue(collection, out var fields))
                data.Unique[collection] = fields = [];
            fields.Add(index["key"].AsBsonDocument.Single().Name);
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
        var isChange = change.ElementCount > 0 && change.GetElement(0).Name.StartsWith('$');
        var changed = isChange ? new BsonDocument(found) : new BsonDocument { ["_id"] = found["_id"] };
        foreach (var field in isChange ? change["$set"].AsBsonDocument : change)
            changed[field.Name] = field.Name == "_id" && !field.Value.Equals(found["_id"]) ? throw new NotSupportedException("A changed _id.") : field.Value;
        return changed;
    }

    private static List<BsonDocument> Take(Queue<BsonDocument> rest, BsonDocument command)
    {
        var size = command.TryGetValue("batchSize", out var asked) ? asked.ToInt32() : DefaultBatch;
        List<BsonDocument> taken = [];
        while (taken.Count < size && rest.TryDequeue(out var document))
            taken.Add(document);
        return taken;
    }

    private static BsonDocument Cursor(string batch, string collection, IEnumerable<BsonDocument> documents, long id) => new()
    {
        ["cursor"] = new BsonDocument { [batch] = new BsonArray(documents), ["id"] = id, ["ns"] = $"health.{collection}" },
        ["ok"] = 1.0,
    };

    private static BsonDocument Ok() => new() { ["ok"] = 1.0 };
}
