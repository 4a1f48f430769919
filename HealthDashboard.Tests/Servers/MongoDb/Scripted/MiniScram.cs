using System.Security.Cryptography;
using System.Text;
using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>How a scripted server signs people in; null nowhere means nobody must.</summary>
internal sealed record MiniUser(string Name, string Password);

/// <summary>The server's side of SCRAM-SHA-256 on one connection [RFC 5802].</summary>
internal sealed class MiniScram
{
    private const int Iterations = 4096;
    private const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";

    private string clientFirstBare = "";
    private string serverFirst = "";
    private string nonce = "";

    public bool IsSignedIn { get; private set; }

    public BsonDocument Start(BsonDocument command, MiniUser user)
    {
        var first = Text(command);
        clientFirstBare = first[3..];
        var fields = clientFirstBare.Split(',');
        if (command["mechanism"].AsString != "SCRAM-SHA-256" || !first.StartsWith("n,,n=", StringComparison.Ordinal)
            || fields[0][2..].Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal) != user.Name)
            return Fault.Refusal(18, "AuthenticationFailed");
        nonce = fields[1][2..] + "server";
        serverFirst = $"r={nonce},s={Salt},i={Iterations}";
        return Reply(serverFirst, done: false);
    }

    public BsonDocument Continue(BsonDocument command, MiniUser user)
    {
        var final = Text(command);
        var proofAt = final.LastIndexOf(",p=", StringComparison.Ordinal);
        var message = Encoding.UTF8.GetBytes($"{clientFirstBare},{serverFirst},{final[..proofAt]}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(user.Password, Convert.FromBase64String(Salt), Iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var signature = HMACSHA256.HashData(storedKey, message);
        var proof = Convert.FromBase64String(final[(proofAt + 3)..]);
        var key = proof.Zip(signature, (a, b) => (byte)(a ^ b)).ToArray();
        if (!SHA256.HashData(key).AsSpan().SequenceEqual(storedKey) || final[..proofAt] != $"c=biws,r={nonce}")
            return Fault.Refusal(18, "AuthenticationFailed");
        IsSignedIn = true;
        var proven = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        return Reply("v=" + Convert.ToBase64String(proven), done: true);
    }

    private static string Text(BsonDocument command) => Encoding.UTF8.GetString(command["payload"].AsByteArray);

    private static BsonDocument Reply(string payload, bool done) => new()
    {
        ["conversationId"] = 1,
        ["done"] = done,
        ["payload"] = Encoding.UTF8.GetBytes(payload),
        ["ok"] = 1.0,
    };
}
