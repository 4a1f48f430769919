using System.Text;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Tests.MongoDb.Scripted;

/// <summary>The part of MongoDB's query language that the stores and the tests use. Anything else is an error, not a guess.</summary>
internal static class MiniQuery
{
    public static bool Matches(BsonDocument document, BsonDocument filter) => filter.All(condition => condition.Key switch
    {
        "$and" => condition.Value.AsArray.All(part => Matches(document, part.AsDocument)),
        "$or" => condition.Value.AsArray.Any(part => Matches(document, part.AsDocument)),
        _ when condition.Key.StartsWith('$') => throw Unknown(condition.Key),
        _ => MatchesField(Get(document, condition.Key), condition.Value),
    });

    public static IEnumerable<BsonDocument> Sorted(IEnumerable<BsonDocument> documents, BsonValue sort)
    {
        if (sort.IsNull)
            return documents;
        IOrderedEnumerable<BsonDocument>? ordered = null;
        foreach (var (field, direction) in sort.AsDocument)
        {
            var comparer = Comparer<BsonValue>.Create((a, b) => direction.AsInt32 * Compare(a, b));
            ordered = ordered is null
                ? documents.OrderBy(document => document.Get(field), comparer)
                : ordered.ThenBy(document => document.Get(field), comparer);
        }
        return ordered!;
    }

    /// <summary>The order of values of one kind; texts by their bytes, which is MongoDB's order without a collation.</summary>
    public static int Compare(BsonValue a, BsonValue b) => (Kind(a), Kind(b)) switch
    {
        var (x, y) when x != y => x.CompareTo(y),
        (BsonType.Int64, _) => a.AsDouble.CompareTo(b.AsDouble),
        (BsonType.String, _) => Encoding.UTF8.GetBytes(a.AsString).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.AsString)),
        (BsonType.ObjectId, _) => a.AsObjectId.CompareTo(b.AsObjectId),
        (BsonType.DateTime, _) => a.AsMilliseconds.CompareTo(b.AsMilliseconds),
        (BsonType.Null, _) => 0,
        (BsonType.Boolean, _) => a.AsBoolean.CompareTo(b.AsBoolean),
        _ => a.Equals(b) ? 0 : throw Unknown($"the order of {a.Type}"),
    };

    private static BsonValue Get(BsonDocument document, string path) => path.Split('.', 2) is [var first, var rest]
        ? document.Get(first) is { Type: BsonType.Document } inner ? Get(inner.AsDocument, rest) : BsonValue.Null
        : document.Get(path);

    private static bool MatchesField(BsonValue value, BsonValue condition)
    {
        if (condition.Type == BsonType.Document && condition.AsDocument is { Count: > 0 } operators && operators.First().Key.StartsWith('$'))
            return operators.All(test => MatchesOperator(value, test.Key, test.Value));
        return AnyOf(value, one => Same(one, condition));
    }

    private static bool MatchesOperator(BsonValue value, string name, BsonValue operand) => name switch
    {
        "$gt" => AnyOf(value, one => Kind(one) == Kind(operand) && Compare(one, operand) > 0),
        "$gte" => AnyOf(value, one => Kind(one) == Kind(operand) && Compare(one, operand) >= 0),
        "$lt" => AnyOf(value, one => Kind(one) == Kind(operand) && Compare(one, operand) < 0),
        "$lte" => AnyOf(value, one => Kind(one) == Kind(operand) && Compare(one, operand) <= 0),
        "$ne" => !AnyOf(value, one => Same(one, operand)),
        "$in" => operand.AsArray.Any(candidate => AnyOf(value, one => Same(one, candidate))),
        "$elemMatch" => value.Type == BsonType.Array
            && value.AsArray.Any(one => operand.AsDocument.All(test => MatchesOperator(one, test.Key, test.Value))),
        _ => throw Unknown(name),
    };

    // A condition on an array holds when it holds for one of its values.
    private static bool AnyOf(BsonValue value, Func<BsonValue, bool> holds) =>
        holds(value) || (value.Type == BsonType.Array && value.AsArray.Any(holds));

    private static bool Same(BsonValue a, BsonValue b) => Kind(a) == BsonType.Int64 && Kind(b) == BsonType.Int64 ? a.AsDouble == b.AsDouble : a.Equals(b);

    private static BsonType Kind(BsonValue value) => value.Type is BsonType.Int32 or BsonType.Double ? BsonType.Int64 : value.Type;

    private static NotSupportedException Unknown(string what) => new($"The scripted server does not know {what}.");
}
