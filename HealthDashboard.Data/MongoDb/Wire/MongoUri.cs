using System.Globalization;
using System.Net;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>
/// Reads <c>mongodb://[user:password@]host[:port][,host[:port]...][/database][?name=value&amp;...]</c> [specifications/connection-string].
/// What is not understood is refused by its name: an option that is silently left out would be believed to work.
/// No error shows a user or a password.
/// </summary>
internal static class MongoUri
{
    /// <summary>The options that are understood. Those of consistency may only ask for what the stores do anyway.</summary>
    public const string Understood =
        "replicaSet, directConnection, authSource, authMechanism, tls, ssl, tlsCAFile, appName, maxPoolSize, maxIdleTimeMS, connectTimeoutMS, "
        + "serverSelectionTimeoutMS, heartbeatFrequencyMS, wtimeoutMS, w, journal, readConcernLevel, readPreference, retryWrites, retryReads";

    private const string Scheme = "mongodb://";
    private const int DefaultPort = 27017;

    /// <summary>Reads a connection string; with errors, the options are not to be used.</summary>
    public static (MongoClientOptions Options, IReadOnlyList<string> Errors) Parse(string? uri)
    {
        List<string> errors = [];
        var options = new MongoClientOptions { Seeds = [] };
        if (string.IsNullOrWhiteSpace(uri))
            return (options, ["is missing: it is mongodb://host[:port][,...][/database][?options]"]);
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
            return (options, ["does not begin with mongodb://; mongodb+srv:// is not understood, list the hosts"]);
        var rest = uri[Scheme.Length..];
        var query = Cut(ref rest, '?');
        var database = Cut(ref rest, '/');
        var at = rest.LastIndexOf('@');
        var user = at < 0 ? null : rest[..at];
        var settings = Settings(query, errors);
        options = options with { Seeds = Seeds(rest[(at + 1)..], errors) };
        if (!string.IsNullOrEmpty(database))
            options = options with { Database = Decoded(database, "the database", errors) };
        if (options.Database.AsSpan().ContainsAny("/\\. \"$\0"))
            errors.Add("has a database name that MongoDB does not allow");
        options = Apply(options, settings, errors);
        options = options with { Credential = Credential(user, database, settings, errors) };
        if (options.DirectConnection && options.Seeds.Count > 1)
            errors.Add("has directConnection=true with several hosts");
        return (options, errors);
    }

    private static MongoClientOptions Apply(MongoClientOptions options, Dictionary<string, string> settings, List<string> errors)
    {
        foreach (var (name, value) in settings)
        {
            options = name.ToLowerInvariant() switch
            {
                "replicaset" => options with { ReplicaSet = value },
                "directconnection" => options with { DirectConnection = Truth(name, value, errors) },
                "tls" or "ssl" => options with { UseTls = Truth(name, value, errors) },
                "tlscafile" => options with { TlsCaFile = value },
                "appname" => options with { AppName = value.Length <= 128 ? value : Bad(name, "up to 128 characters", errors, value) },
                "maxpoolsize" => options with { MaxPoolSize = Number(name, value, 1000, errors) },
                "maxidletimems" => options with { MaxIdleTime = Time(name, value, errors) },
                "connecttimeoutms" => options with { ConnectTimeout = Time(name, value, errors) },
                "serverselectiontimeoutms" => options with { ServerSelectionTimeout = Time(name, value, errors) },
                "heartbeatfrequencyms" => options with { HeartbeatFrequency = Time(name, value, errors) },
                "wtimeoutms" => options with { WriteTimeout = Time(name, value, errors) },
                "w" or "readconcernlevel" => Only(options, name, value, "majority", errors),
                "journal" or "retrywrites" or "retryreads" => Only(options, name, value, "true", errors),
                "readpreference" => Only(options, name, value, "primary", errors),
                "authmechanism" => Only(options, name, value, "SCRAM-SHA-256", errors),
                "authsource" => options,
                _ => Bad(name, $"one of these options: {Understood}", errors, options),
            };
        }

        var tls = settings.Where(setting => setting.Key.ToLowerInvariant() is "tls" or "ssl").Select(setting => setting.Value).Distinct();
        if (tls.Count() > 1)
            errors.Add("has tls and ssl, which say different things");
        if (options.TlsCaFile is { } file && !File.Exists(file))
            errors.Add("names a tlsCAFile that is not there");
        return options;
    }

    private static MongoCredential? Credential(string? user, string? database, Dictionary<string, string> settings, List<string> errors)
    {
        var source = settings.FirstOrDefault(setting => setting.Key.Equals("authSource", StringComparison.OrdinalIgnoreCase)).Value;
        if (user is null)
            return null;
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || user.IndexOf('@', StringComparison.Ordinal) >= 0 || user.IndexOf(':', colon + 1) >= 0)
        {
            errors.Add("has no user:password before the @ ('@', ':', '/' and '%' within them are written %40, %3A, %2F and %25)");
            return null;
        }
        var name = Decoded(user[..colon], "the user", errors);
        var password = SaslPrep.TryPrepare(Decoded(user[(colon + 1)..], "the password", errors));
        if (password is null)
            errors.Add($"has a password that {SaslPrep.Refusal}");
        return new MongoCredential(name, password ?? "", source ?? (string.IsNullOrEmpty(database) ? "admin" : Uri.UnescapeDataString(database)));
    }

    private static string[] Seeds(string hosts, List<string> errors)
    {
        List<string> seeds = [];
        foreach (var host in hosts.Split(','))
        {
            var name = Decoded(host, "a host", errors);
            if (Address(name) is { } address)
                seeds.Add(address);
            else
                errors.Add("has a host that is no name or address with a port (sockets of the file system are not understood)");
        }
        return [.. seeds.Distinct()];
    }

    /// <summary>A host as <c>host:port</c> in lower case, an IPv6 address in brackets; null when it is none.</summary>
    public static string? Address(string host)
    {
        var colon = host.EndsWith(']') ? -1 : host.LastIndexOf(':');
        var name = (colon < 0 ? host : host[..colon]).ToLowerInvariant();
        var port = DefaultPort;
        if (colon >= 0 && !int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return null;
        var valid = name.StartsWith('[')
            ? name.EndsWith(']') && IPAddress.TryParse(name[1..^1], out _)
            : Uri.CheckHostName(name) != UriHostNameType.Unknown && !name.Contains(':', StringComparison.Ordinal);
        return valid && port is >= 1 and <= 65535 ? $"{name}:{port}" : null;
    }

    private static Dictionary<string, string> Settings(string? query, List<string> errors)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || equals == pair.Length - 1)
                errors.Add($"has an option without a value: {(equals < 0 ? pair : pair[..equals])}");
            else if (!settings.TryAdd(pair[..equals], Decoded(pair[(equals + 1)..], pair[..equals], errors)))
                errors.Add($"has {pair[..equals]} twice");
        }
        return settings;
    }

    private static string? Cut(ref string text, char at)
    {
        var place = text.IndexOf(at, StringComparison.Ordinal);
        var after = place < 0 ? null : text[(place + 1)..];
        text = place < 0 ? text : text[..place];
        return after;
    }

    private static string Decoded(string text, string what, List<string> errors)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return Bad(what, "written with % only before two hex digits", errors, text);
        }
        return Uri.UnescapeDataString(text);
    }

    private static bool Truth(string name, string value, List<string> errors) =>
        bool.TryParse(value, out var truth) ? truth : Bad(name, "true or false", errors, truth);

    private static int Number(string name, string value, int most, List<string> errors) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : Bad(name, $"1 to {most}", errors, 1);

    private static TimeSpan Time(string name, string value, List<string> errors) =>
        TimeSpan.FromMilliseconds(Number(name, value, 3_600_000, errors));

    private static MongoClientOptions Only(MongoClientOptions options, string name, string value, string legal, List<string> errors) =>
        value.Equals(legal, StringComparison.OrdinalIgnoreCase) ? options : Bad(name, $"{legal} or left out", errors, options);

    private static T Bad<T>(string name, string legal, List<string> errors, T stay)
    {
        errors.Add($"has {name}, which must be {legal}");
        return stay;
    }
}
