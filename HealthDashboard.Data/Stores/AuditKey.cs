using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>Signs heads of the audit: HMAC-SHA256 with a secret that whoever can write to the store does not have.</summary>
/// <param name="secret">The secret, at least 32 bytes.</param>
public sealed class AuditKey(byte[] secret)
{
    /// <summary>How many bytes a secret has at least.</summary>
    public const int ShortestSecret = 32;

    /// <summary>Tells this key from others, without giving it away.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(secret))[..16];

    /// <summary>Signs a head.</summary>
    public AuditSeal Sign(AuditHead head, long number, DateTimeOffset time)
    {
        var kept = DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
        return new(head, number, kept, Id, SignatureOf(head, number, kept));
    }

    /// <summary>Whether the signature is this key's and of just this head.</summary>
    public bool HasSigned(AuditSeal seal) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(SignatureOf(seal.Head, seal.Number, seal.Time)), Encoding.UTF8.GetBytes(seal.Signature));

    private string SignatureOf(AuditHead head, long number, DateTimeOffset time) => Convert.ToHexStringLower(HMACSHA256.HashData(
        secret,
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n{time.ToUnixTimeMilliseconds()}\n{head.Sequence}\n{head.Hash}\n{Id}\n{head.Chain}"))));
}
