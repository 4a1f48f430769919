using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HealthDashboard.Data.Model;

/// <summary>Something that someone did or looked at, kept for ever.</summary>
/// <param name="Time">When; kept to the millisecond.</param>
/// <param name="Actor">The account or key that did it.</param>
/// <param name="Action">What was done, for example <c>patient.update</c>.</param>
/// <param name="PatientId">The patient concerned; null when none is.</param>
/// <param name="Detail">More in words, without patient data; null when there is none.</param>
public sealed record AuditEntry(DateTimeOffset Time, string Actor, string Action, ObjectId? PatientId = null, string? Detail = null)
{
    /// <summary>The address that the request came from; null when the program itself acted.</summary>
    public string? From { get; init; }

    /// <summary>Why, as the person wrote it; null where none is asked for.</summary>
    public string? Reason { get; init; }

    /// <summary>What held before, for a change of limits; null for all else.</summary>
    public string? Before { get; init; }

    /// <summary>What holds after it, for a change of limits; null for all else.</summary>
    public string? After { get; init; }
}

/// <summary>The last row of a chain.</summary>
/// <param name="Chain">The chain; each node writes one of its own.</param>
/// <param name="Sequence">The row's number; 0 while the chain is empty.</param>
/// <param name="Hash">The row's hash, 64 hex digits; zeros while the chain is empty.</param>
public sealed record AuditHead(string Chain, long Sequence, string Hash)
{
    /// <summary>Where an empty chain begins.</summary>
    public static AuditHead Empty(string chain) => new(chain, 0, new string('0', 2 * SHA256.HashSizeInBytes));
}

/// <summary>One entry in its chain. Its hash covers the previous row's hash, so no row before it can be changed, removed or added unnoticed.</summary>
/// <param name="Chain">As <see cref="AuditHead.Chain"/>.</param>
/// <param name="Sequence">1 for the first, each one more.</param>
/// <param name="Previous">The hash of the row before, 64 hex digits; zeros for the first.</param>
/// <param name="Hash">SHA-256 of <paramref name="Previous"/>, the chain, the number and the entry, 64 hex digits.</param>
/// <param name="Entry">What was done.</param>
public sealed record AuditRow(string Chain, long Sequence, string Previous, string Hash, AuditEntry Entry)
{
    /// <summary>The head of the chain once this row is its last.</summary>
    public AuditHead Head => new(Chain, Sequence, Hash);

    /// <summary>Whether the hash is that of the row's content.</summary>
    public bool IsIntact => Hash == HashOf(Chain, Sequence, Previous, Entry);

    /// <summary>The row that carries an entry on after a head. Its time is cut to the millisecond, which is what every store keeps.</summary>
    public static AuditRow After(AuditHead head, AuditEntry entry)
    {
        var kept = entry with { Time = DateTimeOffset.FromUnixTimeMilliseconds(entry.Time.ToUnixTimeMilliseconds()) };
        return new(head.Chain, head.Sequence + 1, head.Hash, HashOf(head.Chain, head.Sequence + 1, head.Hash, kept), kept);
    }

    // Each field with its length before it, so that no two rows have the same bytes.
    private static string HashOf(string chain, long sequence, string previous, AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(previous);
        Add(chain);
        AddNumber(sequence);
        AddNumber(entry.Time.ToUnixTimeMilliseconds());
        foreach (var field in (string?[])[entry.Actor, entry.Action, entry.PatientId?.ToString(), entry.Detail, entry.From, entry.Reason, entry.Before, entry.After])
            Add(field);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string? text)
        {
            AddNumber(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
            hash.AppendData(Encoding.UTF8.GetBytes(text ?? ""));
        }

        void AddNumber(long number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
            hash.AppendData(bytes);
        }
    }
}

/// <summary>A head that was signed, by which a chain that was cut short or written anew shows.</summary>
/// <param name="Head">The head at that time.</param>
/// <param name="Number">1 for a chain's first, each one more.</param>
/// <param name="Time">When it was signed.</param>
/// <param name="Key">Which key signed it: the first 16 hex digits of the key's SHA-256.</param>
/// <param name="Signature">HMAC-SHA256 of all the above, 64 hex digits.</param>
public sealed record AuditSeal(AuditHead Head, long Number, DateTimeOffset Time, string Key, string Signature);

/// <summary>Which entries are wanted; null means any.</summary>
/// <param name="Actor">The account or key.</param>
/// <param name="PatientId">The patient.</param>
/// <param name="Action">The action, or what stands before its first point: <c>patient</c> finds <c>patient.update</c>.</param>
/// <param name="From">The first moment.</param>
/// <param name="To">The moment after the last.</param>
/// <param name="Before">Only what comes after this row in the answer's order; null for the first page.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
public sealed record AuditQuery(
    string? Actor = null,
    ObjectId? PatientId = null,
    string? Action = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    AuditPlace? Before = null,
    int Limit = 100);

/// <summary>Where a row stands among all.</summary>
/// <param name="Time">The entry's time.</param>
/// <param name="Chain">The row's chain.</param>
/// <param name="Sequence">The row's number.</param>
public sealed record AuditPlace(DateTimeOffset Time, string Chain, long Sequence);
