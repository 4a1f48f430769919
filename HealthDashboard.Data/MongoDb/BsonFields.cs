using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// How values become fields and are read again. A value of another type is an error, which names the field as damaged; numbers are the
/// exception, because servers and shells differ in which type they choose for one.
/// </summary>
internal static class BsonFields
{
    public static BsonValue ToValue(this ObjectId id) => new BsonObjectId(new MongoDB.Bson.ObjectId(id.ToByteArray()));

    public static BsonValue ToValue(this ObjectId? id) => id is { } value ? value.ToValue() : BsonNull.Value;

    public static BsonValue ToValue(this string? text) => text is null ? BsonNull.Value : text;

    /// <summary>Rounded down to the millisecond, which is all that BSON keeps.</summary>
    public static BsonValue ToValue(this DateTimeOffset time) => new BsonDateTime(time.ToUnixTimeMilliseconds());

    public static BsonValue ToValue(this DateTimeOffset? time) => time is { } value ? value.ToValue() : BsonNull.Value;

    /// <summary>A field that older documents do not have; null when it is not there.</summary>
    public static BsonValue Get(this BsonDocument document, string field) => document.GetValue(field, BsonNull.Value);

    public static ObjectId ToId(this BsonValue value) => new(value.AsObjectId.ToByteArray());

    public static DateTimeOffset ToTime(this BsonValue value) => DateTimeOffset.FromUnixTimeMilliseconds(value.AsBsonDateTime.MillisecondsSinceEpoch);

    /// <summary>A number of any type, if it is whole.</summary>
    public static long ToWhole(this BsonValue value) => value switch
    {
        BsonInt32 or BsonInt64 => value.ToInt64(),
        BsonDouble { Value: var number } when number == Math.Floor(number) && Math.Abs(number) <= 1L << 53 => (long)number,
        _ => throw new FormatException("No whole number."),
    };

    /// <inheritdoc cref="ToWhole"/>
    public static int ToWhole32(this BsonValue value) => checked((int)value.ToWhole());

    public static double ToNumber(this BsonValue value) => value is BsonDouble or BsonInt32 or BsonInt64 ? value.ToDouble() : throw new FormatException("No number.");

    public static string? OrNull(this BsonValue value) => value.IsBsonNull ? null : value.AsString;

    /// <summary>As <see cref="ToName{T}"/>; null when it is not there.</summary>
    /// <exception cref="FormatException">It has no such name.</exception>
    public static T? OrNullName<T>(this BsonValue value)
        where T : struct, Enum => value.IsBsonNull ? null : value.ToName<T>();

    /// <summary>An enum that is stored by its name; its number in a text is none.</summary>
    /// <exception cref="FormatException">It has no such name.</exception>
    public static T ToName<T>(this BsonValue value)
        where T : struct, Enum => StoredNames.Read<T>(value.AsString);
}
