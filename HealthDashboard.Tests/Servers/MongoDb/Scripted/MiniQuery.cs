using System.Text;
using HealthDashboard.Data.MongoDb;
using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>The part of MongoDB's query language that the stores and the tests use. Anything else is an error, not a guess.</summary>
internal static class MiniQuery
{
    public static bool Matches(BsonDocument document, BsonDocument filter) => filter.All(condition => condition.Name switch
    {
        "$and" => condition.Value.AsBsonArray.All(part => Matches(document, part.AsBsonDocument)),
        "$or" => condition.Value.AsBsonArray.Any(part => Matches(document, part.AsBsonDocument)),
        _ when condition.Name.StartsWith('$') => throw Unknown(condition.Name),
        _ => MatchesField(At(document, condition.Name), condition.Value),
    });

    public static IEnumerable<BsonDocument> Sorted(IEnumerable<BsonDocument> documents, BsonValue sort)
    {
        if (sort.IsBsonNull)
            return documents;
        IOrderedEnumerable<BsonDocument>? ordered = null;
        foreach (var (field, direction) in sort.AsBsonDocument.Select(part => (part.Name, part.Value.ToInt32())))
        {
            var comparer = Comparer<BsonValue>.Create((a, b) => direction * Compare(a, b));
            ordered = ordered is null
                ? documents.OrderBy(document => document.Get(field), comparer)
                : ordered.ThenBy(document => document.Get(field), comparer);
        }
        return ordered!;
    }

    /// <summary>The order of values; texts by their bytes, which is MongoDB's order without a collation.</summary>
    private static int Compare(BsonValue a, BsonValue b) => a.IsString && b.IsString
        ? Encoding.UTF8.GetBytes(a.AsString).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.AsString))
        : a.CompareTo(b);

    private static BsonValue At(BsonDocument document, string path) => path.Split('.', 2) is [var first, var rest]
        ? document.Get(first) is { BsonType: BsonType.Document } inner ? At(inner.AsBsonDocument, rest) : BsonNull.Value
        : document.Get(path);

    private static bool MatchesField(BsonValue value, BsonValue condition)
    {
        if (condition.BsonType == BsonType.Document && condition.AsBsonDocument is { ElementCount: > 0 } operators && operators.GetElement(0).Name.StartsWith('$'))
            return operators.All(test => MatchesOperator(value, test.Name, test.Value));
        return AnyOf(value, one => Same(one, condition));
    }

    private static bool MatchesOperator(BsonValue value, string name, BsonValue operand) => name switch
    {
        "$gt" => AnyOf(value, one => Kind(one) == Kind(operand) && Compare(one, operand) > 0),
        "$gte" => AnyOf(value, one => Kind(one) == Kind(operand) && Compare(one, operand) >= 0),
        "$lt" => AnyOf(value, one => Kind(one) == Kind(operand) && Compare(one, operand) < 0),
        "$lte" => AnyOf(value, one => Kind(one) == Kind(operand) && Compare(one, operand) <= 0),
        "$ne" => !AnyOf(value, one => Same(one, operand)),
        "$in" => operand.AsBsonArray.Any(candidate => AnyOf(value, one => Same(one, candidate))),
        "$not" => !MatchesField(value, operand),
        "$elemMatch" => value.BsonType == BsonType.Array
            && value.AsBsonArray.Any(one => operand.AsBsonDocument.All(test => MatchesOperator(one, test.Name, test.Value))),
        _ => throw Unknown(name),
    };

    // A condition on an array holds when it holds for one of its values.
    private static bool AnyOf(BsonValue value, Func<BsonValue, bool> holds) =>
        holds(value) || (value.BsonType == BsonType.Array && value.AsBsonArray.Any(holds));

    private static bool Same(BsonValue a, BsonValue b) => a.IsNumeric && b.IsNumeric ? a.ToDouble() == b.ToDouble() : a.Equals(b);

    private static BsonType Kind(BsonValue value) => value.IsNumeric ? BsonType.Double : value.BsonType;

    private static NotSupportedException Unknown(string what) => new($"The scripted server does not know {what}.");
}
