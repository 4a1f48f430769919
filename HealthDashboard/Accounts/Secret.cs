using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace HealthDashboard.Accounts;

/// <summary>Random secrets of 256 bits, of which only the hash is kept.</summary>
internal static class Secret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Its SHA-256 in hex: of so many random bits nobody finds them by trying, however fast the hash.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
