using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Data.Cassandra;

/// <summary>
/// What <c>ConnectionStrings:Cassandra</c> says, for example
/// <c>Contact Points=h1:9042,h2;Keyspace=health;Datacenter=dc1;Username=app;Password=...;Tls=true</c>.
/// </summary>
internal sealed partial record CassandraOptions
{
    /// <summary>Where the configuration has it.</summary>
    public const string Key = "ConnectionStrings:Cassandra";

    private const string ContactPoints = "Contact Points";
    private const string LegalKeys =
        "Contact Points, Keyspace, Datacenter, Username, Password, Tls, Tls Host, Tls Ca, Create Schema, Replication Factor";

    /// <summary>The cluster.</summary>
    public ClusterOptions Cluster { get; init; } = new() { ContactPoints = [("localhost", ClusterOptions.DefaultPort)] };

    /// <summary>The keyspace of the tables.</summary>
    public string Keyspace { get; init; } = "health";

    /// <summary>Whether the keyspace and the tables are made when they are not there; otherwise an operator runs deploy/cassandra/schema.cql.</summary>
    public bool CreateSchema { get; init; } = true;

    /// <summary>How many replicas a keyspace made here has in the datacenter; null for one on each node, at most 3.</summary>
    public int? ReplicationFactor { get; init; }

    /// <summary>Reads a connection string. What it cannot read, it tells, never with a value that may be secret.</summary>
    /// <param name="text">The connection string; null or empty for none, which is an error.</param>
    /// <param name="errors">Takes a line for each error, with the key and the legal values.</param>
    /// <returns>What could be read; the defaults stand in for the rest.</returns>
    public static CassandraOptions Parse(string? text, ICollection<string> errors)
    {
        var options = new CassandraOptions();
        var parts = Split(text, errors);
        if (!parts.ContainsKey(ContactPoints))
            errors.Add($"{Key} names no Contact Points: for example Contact Points=host1:9042,host2.");
        foreach (string key in parts.Keys)
        {
            var value = (string)parts[key];
            switch (key.ToLowerInvariant())
            {
                case "contact points":
                    options = options.With(c => c with { ContactPoints = ReadContactPoints(value, errors) });
                    break;
                case "keyspace":
                    Require(KeyspaceName().IsMatch(value), "Keyspace", "a lower-case letter, then at most 47 of a-z, 0-9 and _", errors);
                    options = options with { Keyspace = KeyspaceName().IsMatch(value) ? value : options.Keyspace };
                    break;
                case "datacenter":
                    Require(DatacenterName().IsMatch(value), "Datacenter", "letters, digits, _, - and .", errors);
                    options = options.With(c => c with { Datacenter = value });
                    break;
                case "username":
                    options = options.With(c => c with { Username = value });
                    break;
                case "password":
                    options = options.With(c => c with { Password = value });
                    break;
                case "tls":
                    options = options.With(c => c with { Tls = ReadBoolean("Tls", value, errors) });
                    break;
                case "tls host":
                    options = options.With(c => c with { TlsHost = value });
                    break;
                case "tls ca":
                    options = options.With(c => c with { TlsAuthorities = ReadAuthorities(value, errors) });
                    break;
                case "create schema":
                    options = options with { CreateSchema = ReadBoolean("Create Schema", value, errors) };
                    break;
                case "replication factor":
                    var legal = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor is >= 1 and <= 9;
                    Require(legal, "Replication Factor", "1 to 9", errors);
                    options = options with { ReplicationFactor = legal ? factor : null };
                    break;
                default:
                    errors.Add($"{Key} has no key '{key}': legal keys are {LegalKeys}.");
                    break;
            }
        }
        if (options.Cluster.Password.Length > 0 && options.Cluster.Username is null)
            errors.Add($"{Key} has a Password but no Username.");
        return options;
    }

    private CassandraOptions With(Func<ClusterOptions, ClusterOptions> change) => this with { Cluster = change(Cluster) };

    private static DbConnectionStringBuilder Split(string? text, ICollection<string> errors)
    {
        var builder = new DbConnectionStringBuilder();
        try
        {
            builder.ConnectionString = text ?? "";
        }
        catch (ArgumentException)
        {
            // The exception's own words could quote a password.
            errors.Add($"{Key} is not of the form Key=value;Key=value: a value with ; or quotes stands in quotes.");
        }
        return builder;
    }

    private static List<(string, int)> ReadContactPoints(string value, ICollection<string> errors)
    {
        var points = new List<(string, int)>();
        foreach (var point in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // An IPv6 address with a port stands in brackets, as in a URI.
            if (Uri.TryCreate($"cql://{point}", UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.PathAndQuery is "" or "/" && uri.UserInfo.Length == 0)
                points.Add((uri.DnsSafeHost, uri.Port > 0 ? uri.Port : ClusterOptions.DefaultPort));
            else
                errors.Add($"{Key}: Contact Points has '{point}': legal are names and addresses, with a port or without, as in host1:9042,[fd00::1]:9042.");
        }
        if (points.Count == 0)
            points.Add(("localhost", ClusterOptions.DefaultPort));
        return points;
    }

    private static X509Certificate2Collection? ReadAuthorities(string file, ICollection<string> errors)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            authorities.Clear();
        }
        Require(authorities.Count > 0, "Tls Ca", "a readable file with certificates in PEM", errors);
        return authorities.Count > 0 ? authorities : null;
    }

    private static bool ReadBoolean(string key, string value, ICollection<string> errors)
    {
        var legal = bool.TryParse(value, out var read);
        Require(legal, key, "true, false", errors);
        return read;
    }

    private static void Require(bool legal, string key, string values, ICollection<string> errors)
    {
        if (!legal)
            errors.Add($"{Key}: {key} is not legal: legal values are {values}.");
    }

    // The two names stand in statements, where nothing can be bound.
    [GeneratedRegex("^[a-z][a-z0-9_]{0,47}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyspaceName();

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,100}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DatacenterName();
}
