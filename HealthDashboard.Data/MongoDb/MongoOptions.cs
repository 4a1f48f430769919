using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Where MongoDB is: a connection string of the driver's own form. What decides whether a record is safe is the stores' and not the
/// connection string's, so it may only say what is done anyway.
/// </summary>
internal sealed class MongoOptions
{
    /// <summary>Where the connection string is configured.</summary>
    public const string Key = "ConnectionStrings:MongoDb";

    // The driver does not know this option of MongoDB's other drivers, and a hospital's authority is often its own.
    private const string TlsCa = "tlsCAFile";

    /// <summary>The driver's own default is to wait for an answer without end.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MajorityWithin = TimeSpan.FromSeconds(5);

    // The driver's own text encoding throws, and a text that somebody else damaged would make the whole list fail.
    private static readonly UTF8Encoding Lenient = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private readonly string text;
    private readonly ConnectionString parts;

    private MongoOptions(string text, ConnectionString parsed) => (this.text, parts) = (text, parsed);

    /// <summary>The database of the records.</summary>
    public string Database => parts.DatabaseName ?? "health";

    /// <summary>Reads a connection string; null, with one error a line, when it is missing or wrong. No error shows a user or a password.</summary>
    public static MongoOptions? Parse(string? text, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            errors.Add($"{Key} is missing: it is mongodb://host[:port][,...][/database][?options], or mongodb+srv://host[/database][?options].");
            return null;
        }
        try
        {
            var parsed = new ConnectionString(text);
            _ = new MongoUrl(text);
            var before = errors.Count;
            errors.AddRange(Wrong(parsed).Select(error => $"{Key} has {error}."));
            return errors.Count == before ? new(text, parsed) : null;
        }
        catch (Exception error) when (error is MongoException or ArgumentException or FormatException or OverflowException)
        {
            // What the driver quotes may be the password.
            errors.Add(error.Message.Contains('\'', StringComparison.Ordinal)
                ? $"{Key} is not valid: it is mongodb://[user:password@]host[:port][,...][/database][?options]; "
                    + "'@', ':', '/' and '%' in a user or a password are written %40, %3A, %2F and %25."
                : $"{Key} is not valid: {error.Message}");
            return null;
        }
    }

    /// <summary>The driver's settings. With mongodb+srv it asks DNS, so it may take long and fail.</summary>
    public MongoClientSettings Settings()
    {
        var settings = MongoClientSettings.FromUrl(new MongoUrl(text));
        settings.ApplicationName ??= "HealthDashboard";
        settings.ConnectTimeout = parts.ConnectTimeout ?? ConnectWithin;
        settings.SocketTimeout = parts.SocketTimeout ?? AnswerWithin;
        settings.ServerSelectionTimeout = parts.ServerSelectionTimeout ?? AnswerWithin;
        settings.ReadConcern = ReadConcern.Majority;
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true, wTimeout: parts.WTimeout ?? MajorityWithin);
        settings.ReadEncoding = settings.WriteEncoding = Lenient;
        if (parts.GetOption(TlsCa) is { } file)
            settings.SslSettings = new SslSettings { ServerCertificateValidationCallback = Trusting(file) };
        return settings;
    }

    private static IEnumerable<string> Wrong(ConnectionString parsed)
    {
        // The driver passes over what it does not know, and "tsl=true" would be believed to encrypt.
        foreach (var name in parsed.AllUnknownOptionNames.Where(name => !name.Equals(TlsCa, StringComparison.OrdinalIgnoreCase)))
            yield return $"{name}, which the driver does not know";
        if (parsed.GetOption(TlsCa) is { } file && !HasCertificates(file))
            yield return $"a {TlsCa} that is not there or has no certificate";
        if (parsed.W is { } w && !w.Equals(WriteConcern.WMajority.W))
            yield return "w, which must be majority or left out";
        if (parsed.Journal is false)
            yield return "journal, which must be true or left out";
        if (parsed.ReadConcernLevel is { } level and not ReadConcernLevel.Majority)
            yield return "readConcernLevel, which must be majority or left out";
        if (parsed.ReadPreference is { } preference and not ReadPreferenceMode.Primary)
            yield return "readPreference, which must be primary or left out";
        if (parsed.RetryWrites is false)
            yield return "retryWrites, which must be true or left out";
        if (parsed.RetryReads is false)
            yield return "retryReads, which must be true or left out";
    }

    private static bool HasCertificates(string file)
    {
        try
        {
            return Certificates(file).Count > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }

    private static X509Certificate2Collection Certificates(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates;
    }

    private static RemoteCertificateValidationCallback Trusting(string file)
    {
        var authorities = Certificates(file);
        return (_, certificate, _, errors) =>
        {
            if (certificate is not X509Certificate2 server || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            // A hospital's own authority rarely offers lists of what it revoked.
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(server);
        };
    }
}
