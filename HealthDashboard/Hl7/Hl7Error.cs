namespace HealthDashboard.Hl7;

/// <summary>Codes of HL7 table 0357.</summary>
internal static class ErrorCodes
{
    public const int SegmentSequence = 100;
    public const int RequiredField = 101;
    public const int DataType = 102;
    public const int TableValue = 103;
    public const int TooLong = 104;
    public const int MessageType = 200;
    public const int EventCode = 201;
    public const int ProcessingId = 202;
    public const int Version = 203;
    public const int UnknownKey = 204;
    public const int DuplicateKey = 205;
    public const int Application = 207;

    /// <summary>A code's words in the table.</summary>
    public static string NameOf(int code) => code switch
    {
        SegmentSequence => "Segment sequence error",
        RequiredField => "Required field missing",
        DataType => "Data type error",
        TableValue => "Table value not found",
        TooLong => "Value too long",
        MessageType => "Unsupported message type",
        EventCode => "Unsupported event code",
        ProcessingId => "Unsupported processing id",
        Version => "Unsupported version id",
        UnknownKey => "Unknown key identifier",
        DuplicateKey => "Duplicate key identifier",
        _ => "Application error",
    };
}

/// <summary>Something that is wrong with a message, and where.</summary>
/// <param name="Segment">The segment's name.</param>
/// <param name="Number">Which one of that name, from 1.</param>
/// <param name="Field">The field's number; 0 for the segment as a whole.</param>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Text">What is wrong, for the sender.</param>
internal sealed record Hl7Error(string Segment, int Number, int Field, int Code, string Text);

/// <summary>How a message is answered.</summary>
internal enum Verdict
{
    /// <summary>AA or CA: all that is kept of it is durable.</summary>
    Accepted,

    /// <summary>AE or CE: something of it was refused.</summary>
    Error,

    /// <summary>AR or CR: nothing of it was looked at further.</summary>
    Rejected,
}

/// <summary>What a message came to.</summary>
/// <param name="Verdict">How it is answered.</param>
/// <param name="Errors">What is wrong; empty when nothing is.</param>
/// <param name="Text">A sentence about the whole; null when there is nothing to say.</param>
internal sealed record Outcome(Verdict Verdict, IReadOnlyList<Hl7Error> Errors, string? Text = null)
{
    /// <summary>Nothing is wrong.</summary>
    public static readonly Outcome Accepted = new(Verdict.Accepted, []);
}

/// <summary>A message is refused as a whole; nothing of it was kept.</summary>
/// <param name="verdict">How it is answered.</param>
/// <param name="error">Why.</param>
internal sealed class Hl7RefusedException(Verdict verdict, Hl7Error error) : Exception(error.Text)
{
    /// <summary>What is answered.</summary>
    public Outcome Outcome { get; } = new(verdict, [error], error.Text);

    /// <summary>The header, or the form of the whole, is wrong.</summary>
    public static Hl7RefusedException Rejected(string segment, int field, int code, string text) => new(Verdict.Rejected, new(segment, 1, field, code, text));

    /// <summary>What it says cannot be done.</summary>
    public static Hl7RefusedException Error(string segment, int field, int code, string text, int number = 1) => new(Verdict.Error, new(segment, number, field, code, text));
}
