using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Deidentified;

/// <summary>
/// What stands for patients and wards outside, and how far a patient's dates are shifted: each an HMAC-SHA256 under a secret, so that it is the
/// same each time, and nobody without the secret can work it out from an id [RFC 2104].
/// </summary>
/// <param name="secret">The secret.</param>
internal sealed class Pseudonyms(byte[] secret)
{
    /// <summary>The setting that has the secret in base64.</summary>
    public const string Setting = "Deidentify:Key";

    /// <summary>The fewest bytes of a secret.</summary>
    public const int ShortestSecret = 32;

    /// <summary>The most days that dates are shifted by; one at least.</summary>
    public const int MostDays = 365;

    // A name of 96 bits: two patients of a million have the same one by chance once in 10^17 hospitals.
    private const int NameBytes = 12;

    /// <summary>What stands for a patient.</summary>
    public string Of(ObjectId patient) => Name($"patient:{patient}");

    /// <summary>What stands for a ward.</summary>
    public string Of(string region, string ward) => Name($"ward:{region.Length}:{region}/{ward}");

    /// <summary>How far the patient's dates are shifted: whole days into the past, so that hours of the day and intervals stay as they are.</summary>
    public TimeSpan ShiftOf(ObjectId patient) => -TimeSpan.FromDays(1 + (int)(BinaryPrimitives.ReadUInt64BigEndian(Code($"shift:{patient}")) % MostDays));

    private string Name(string of) => Convert.ToHexStringLower(Code(of).AsSpan(0, NameBytes));

    private byte[] Code(string of) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(of));
}
