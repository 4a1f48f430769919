using System.Diagnostics.CodeAnalysis;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>A value of any type. The default is null. A value of another type than asked for is a <see cref="BsonException"/>.</summary>
[SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Conversions are for writing documents as literals.")]
internal readonly struct BsonValue : IEquatable<BsonValue>
{
    private readonly BsonType type;
    private readonly long bits;
    private readonly object? reference;

    private BsonValue(BsonType type, long bits) => (this.type, this.bits) = (type, bits);

    private BsonValue(BsonType type, object reference) => (this.type, this.reference) = (type, reference);

    public static BsonValue Null => default;

    public BsonType Type => type == default ? BsonType.Null : type;

    public bool IsNull => Type == BsonType.Null;

    public double AsDouble => Type switch
    {
        BsonType.Double => BitConverter.Int64BitsToDouble(bits),
        BsonType.Int32 or BsonType.Int64 => bits,
        _ => throw Not("a number"),
    };

    /// <summary>A number of any type, if it is whole: servers and shells differ in which type they choose.</summary>
    public long AsInt64 => Type switch
    {
        BsonType.Int32 or BsonType.Int64 => bits,
        BsonType.Double when AsDouble is var number && number == Math.Floor(number) && Math.Abs(number) <= 1L << 53 => (long)number,
        _ => throw Not("a whole number"),
    };

    /// <inheritdoc cref="AsInt64"/>
    public int AsInt32 => AsInt64 is var number && number == (int)number ? (int)number : throw Not("a whole number of 32 bits");

    /// <summary>Also a number, which is true when it is not 0, as <c>ok: 1</c> in every reply.</summary>
    public bool AsBoolean => Type switch
    {
        BsonType.Boolean or BsonType.Int32 or BsonType.Int64 => bits != 0,
        BsonType.Double => AsDouble != 0,
        _ => throw Not("a truth"),
    };

    public string AsString => reference as string ?? throw Not("a text");

    public ObjectId AsObjectId => reference is ObjectId id ? id : throw Not("an id");

    public BsonDocument AsDocument => reference as BsonDocument ?? throw Not("a document");

    public BsonArray AsArray => reference as BsonArray ?? throw Not("an array");

    public BsonBinary AsBinary => reference as BsonBinary ?? throw Not("bytes");

    public BsonRegex AsRegex => reference as BsonRegex ?? throw Not("a regular expression");

    public BsonTimestamp AsTimestamp => Type == BsonType.Timestamp ? new((ulong)bits) : throw Not("a timestamp");

    /// <summary>A date as milliseconds since 1970 UTC, which may lie outside the years 1 to 9999.</summary>
    public long AsMilliseconds => Type == BsonType.DateTime ? bits : throw Not("a date");

    public DateTimeOffset AsTime
    {
        get
        {
            var milliseconds = AsMilliseconds;
            return milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : throw new BsonException("A date outside the years 1 to 9999.");
        }
    }

    public static implicit operator BsonValue(double value) => new(BsonType.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator BsonValue(int value) => new(BsonType.Int32, value);

    public static implicit operator BsonValue(long value) => new(BsonType.Int64, value);

    public static implicit operator BsonValue(bool value) => new(BsonType.Boolean, value ? 1 : 0);

    public static implicit operator BsonValue(string? value) => value is null ? default : new(BsonType.String, value);

    public static implicit operator BsonValue(ObjectId value) => new(BsonType.ObjectId, (object)value);

    public static implicit operator BsonValue(BsonDocument? value) => value is null ? default : new(BsonType.Document, value);

    public static implicit operator BsonValue(BsonArray? value) => value is null ? default : new(BsonType.Array, value);

    public static implicit operator BsonValue(BsonBinary? value) => value is null ? default : new(BsonType.Binary, value);

    public static implicit operator BsonValue(BsonRegex? value) => value is null ? default : new(BsonType.Regex, value);

    public static implicit operator BsonValue(BsonTimestamp value) => new(BsonType.Timestamp, (long)value.Value);

    /// <summary>Rounded down to the millisecond, which is all that BSON keeps.</summary>
    public static implicit operator BsonValue(DateTimeOffset value) => FromMilliseconds(value.ToUnixTimeMilliseconds());

    public static BsonValue FromMilliseconds(long milliseconds) => new(BsonType.DateTime, milliseconds);

    /// <summary>Reads the value that the reader stands at.</summary>
    /// <param name="reader">Behind the element's name.</param>
    /// <param name="depth">How many documents it lies in.</param>
    /// <param name="values">How many values may still be read.</param>
    public static BsonValue Read(ref BsonReader reader, int depth, ref int values)
    {
        if (--values < 0)
            throw new BsonException($"More than {BsonLimits.Values} values.");
        return reader.Type switch
        {
            BsonType.Double => reader.Double(),
            BsonType.String => reader.String(),
            BsonType.Document => BsonDocument.Read(reader.Document(), depth + 1, ref values),
            BsonType.Array => BsonArray.Read(reader.Document(), depth + 1, ref values),
            BsonType.Binary => reader.Binary(),
            BsonType.ObjectId => reader.ObjectId(),
            BsonType.Boolean => reader.Boolean(),
            BsonType.DateTime => FromMilliseconds(reader.Int64()),
            BsonType.Null => Null,
            BsonType.Regex => reader.Regex(),
            BsonType.Int32 => reader.Int32(),
            BsonType.Timestamp => new BsonTimestamp((ulong)reader.Int64()),
            BsonType.Int64 => reader.Int64(),
            _ => new BsonValue(reader.Type, reader.Unread()),
        };
    }

    /// <summary>Writes the value, behind its element's name.</summary>
    public void WriteTo(BsonBuffer buffer, int depth)
    {
        var writer = new BsonWriter(buffer);
        switch (Type)
        {
            case BsonType.Double:
                writer.Double(AsDouble);
                break;
            case BsonType.Int32:
                writer.Int32((int)bits);
                break;
            case BsonType.Int64 or BsonType.DateTime or BsonType.Timestamp:
                writer.Int64(bits);
                break;
            case BsonType.Boolean:
                writer.Boolean(bits != 0);
                break;
            case BsonType.String:
                writer.String(AsString);
                break;
            case BsonType.ObjectId:
                writer.ObjectId(AsObjectId);
                break;
            case BsonType.Document:
                AsDocument.WriteTo(buffer, depth + 1);
                break;
            case BsonType.Array:
                AsArray.WriteTo(buffer, depth + 1);
                break;
            case BsonType.Binary:
                writer.Binary(AsBinary);
                break;
            case BsonType.Regex:
                writer.Regex(AsRegex);
                break;
            default:
                if (reference is byte[] unread)
                    buffer.WriteBytes(unread);
                break;
        }
    }

    public bool Equals(BsonValue other) => Type == other.Type && bits == other.bits && Equals(reference, other.reference);

    public override bool Equals(object? obj) => obj is BsonValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Type, bits, reference);

    /// <summary>The type only: values are patient data, and this is what ends up in a log.</summary>
    public override string ToString() => Type.ToString();

    private BsonException Not(string what) => new($"{Type} where {what} is expected.");
}
