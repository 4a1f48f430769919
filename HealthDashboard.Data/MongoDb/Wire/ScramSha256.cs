using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>What a password, a salt and a count make [RFC 5802, section 3]. Slow to work out on purpose, so it is kept.</summary>
internal sealed record ScramKeys(string Salt, int Iterations, byte[] ClientKey, byte[] ServerKey);

/// <summary>
/// The client's side of one sign-in by SCRAM-SHA-256 [RFC 5802, RFC 7677]. Each side proves to the other that it knows the password, and
/// the password never travels. MongoDB takes user names as they are, and no channel binding [specifications/auth].
/// </summary>
/// <param name="credential">Who signs in.</param>
/// <param name="nonce">A text that nobody has used before.</param>
internal sealed class ScramSha256(MongoCredential credential, string nonce)
{
    /// <summary>Fewer would let a false server guess passwords from the proof [specifications/auth].</summary>
    public const int FewestIterations = 4096;

    /// <summary>More would let a false server keep this machine busy. MongoDB's own default is 15,000.</summary>
    public const int MostIterations = 1_000_000;

    private string authMessage = "";
    private ScramKeys? keys;

    private string FirstBare => $"n={credential.User.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)},r={nonce}";

    public static ScramSha256 Start(MongoCredential credential) => new(credential, Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)));

    /// <summary>The client-first-message.</summary>
    public string First() => "n,," + FirstBare;

    /// <summary>The client-final-message, which proves that the client knows the password.</summary>
    /// <exception cref="MongoRefusedException">The server's message is not what a server may say.</exception>
    public string Final(string serverFirst)
    {
        var parts = serverFirst.Split(',');
        if (parts.Length < 3 || !parts[0].StartsWith("r=", StringComparison.Ordinal) || !parts[1].StartsWith("s=", StringComparison.Ordinal)
            || !parts[2].StartsWith("i=", StringComparison.Ordinal))
            throw Wrong("its challenge cannot be read");
        var serverNonce = parts[0][2..];
        if (serverNonce.Length <= nonce.Length || !serverNonce.StartsWith(nonce, StringComparison.Ordinal))
            throw Wrong("its challenge answers another client");
        if (!int.TryParse(parts[2].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < FewestIterations or > MostIterations)
            throw Wrong($"its count of iterations is not {FewestIterations} to {MostIterations}");
        keys = KeysOf(parts[1][2..], iterations);
        var withoutProof = $"c=biws,r={serverNonce}";
        authMessage = $"{FirstBare},{serverFirst},{withoutProof}";
        var proof = HMACSHA256.HashData(SHA256.HashData(keys.ClientKey), Encoding.UTF8.GetBytes(authMessage));
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= keys.ClientKey[i];
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>Checks the server-final-message, by which the server proves that it knows the password too.</summary>
    /// <exception cref="MongoRefusedException">It does not.</exception>
    public void Verify(string serverFinal)
    {
        var expected = HMACSHA256.HashData(keys!.ServerKey, Encoding.UTF8.GetBytes(authMessage));
        var value = serverFinal.Split(',')[0];
        if (!value.StartsWith("v=", StringComparison.Ordinal) || !CryptographicOperations.FixedTimeEquals(expected, Base64(value[2..])))
            throw Wrong("it does not know the password itself");
        credential.Keys = keys;
    }

    private ScramKeys KeysOf(string salt, int iterations)
    {
        if (credential.Keys is { } known && known.Salt == salt && known.Iterations == iterations)
            return known;
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(credential.Password), Base64(salt), iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        return new ScramKeys(salt, iterations, HMACSHA256.HashData(salted, "Client Key"u8), HMACSHA256.HashData(salted, "Server Key"u8));
    }

    private static byte[] Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw Wrong("its challenge cannot be read");
    }

    private static MongoRefusedException Wrong(string why) => new($"The server was not signed in to: {why}.");
}
