using System.Text;

namespace HealthDashboard.Data.Cql;

/// <summary>A value for a marker of a statement, with its type, without boxing. The conversions say which types there are.</summary>
internal readonly struct CqlValue
{
    private readonly long bits;
    private readonly object? reference;

    private CqlValue(CqlTypeCode type, long bits, object? reference = null, bool isNull = false) =>
        (Type, this.bits, this.reference, IsNull) = (type, bits, reference, isNull);

    public CqlTypeCode Type { get; }

    public bool IsNull { get; }

    /// <summary>How many bytes it has; -1 for null, as the protocol says it.</summary>
    public int Length => IsNull ? -1 : Type switch
    {
        CqlTypeCode.Text => Encoding.UTF8.GetByteCount((string)reference!),
        CqlTypeCode.Blob => ((byte[])reference!).Length,
        CqlTypeCode.Int or CqlTypeCode.Date => sizeof(int),
        _ => sizeof(long),
    };

    public static implicit operator CqlValue(string value) => new(CqlTypeCode.Text, 0, value);

    public static implicit operator CqlValue(byte[] value) => new(CqlTypeCode.Blob, 0, value);

    public static implicit operator CqlValue(int value) => new(CqlTypeCode.Int, value);

    public static implicit operator CqlValue(long value) => new(CqlTypeCode.Bigint, value);

    public static implicit operator CqlValue(double value) => new(CqlTypeCode.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator CqlValue(double? value) => value ?? new CqlValue(CqlTypeCode.Double, 0, isNull: true);

    /// <summary>A timestamp; what is finer than a millisecond is cut off.</summary>
    public static implicit operator CqlValue(DateTimeOffset value) => new(CqlTypeCode.Timestamp, value.ToUnixTimeMilliseconds());

    public static implicit operator CqlValue(DateOnly value) => new(CqlTypeCode.Date, value.DayNumber - CqlDate.Epoch + CqlDate.Offset);

    /// <summary>Writes it as a [value] (sections 3 and 6).</summary>
    public void WriteTo(FrameWriter writer)
    {
        writer.Int(Length);
        WriteBytesTo(writer);
    }

    /// <summary>Writes its bytes without their length; nothing for null.</summary>
    public void WriteBytesTo(FrameWriter writer)
    {
        if (IsNull)
            return;
        switch (Type)
        {
            case CqlTypeCode.Text:
                writer.Text((string)reference!);
                break;
            case CqlTypeCode.Blob:
                writer.Raw((byte[])reference!);
                break;
            case CqlTypeCode.Int or CqlTypeCode.Date:
                writer.Int(unchecked((int)bits));
                break;
            default:
                writer.Long(bits);
                break;
        }
    }
}

/// <summary>A date is days as an unsigned number with 1970-01-01 in the middle (section 6.5).</summary>
internal static class CqlDate
{
    public const long Offset = 1L << 31;

    /// <summary>1970-01-01 as <see cref="DateOnly"/> counts days.</summary>
    public const int Epoch = 719_162;
}
