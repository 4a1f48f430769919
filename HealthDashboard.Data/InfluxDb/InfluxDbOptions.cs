using System.Data.Common;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Where InfluxDB is, from <c>ConnectionStrings:InfluxDb</c>: its address, then <c>;Name=value</c> pairs, for example
/// <c>https://influx:8086;Database=health;Username=health;Password=...</c> or <c>https://influx:8086;Database=health;Token=...</c>.
/// A value with a semicolon stands in quotation marks.
/// </summary>
internal sealed class InfluxDbOptions
{
    /// <summary>The configuration's key, for messages.</summary>
    public const string Key = "ConnectionStrings:InfluxDb";

    private const string Example = "http://host:8086;Database=health;Username=name;Password=secret (or ;Token=secret)";

    /// <summary>Scheme, host and port; a path only where a proxy adds one.</summary>
    public required Uri Address { get; init; }

    /// <summary>1 to 64 letters, digits, '_' and '-'; made when it is missing and the account may.</summary>
    public string Database { get; init; } = "health";

    /// <summary>The account's name; null without one.</summary>
    public string? Username { get; init; }

    /// <summary>The account's password; null without one.</summary>
    public string? Password { get; init; }

    /// <summary>A token, in place of name and password; null without one.</summary>
    public string? Token { get; init; }

    /// <summary>The organization in which 2.x makes buckets; null where the token has one alone.</summary>
    public string? Organization { get; init; }

    /// <summary>How long raw readings are kept; at least an hour. Roll-ups are kept for good.</summary>
    public TimeSpan RawRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many rows one answer may have; a longer one is an error, not a full memory.</summary>
    public int MostRows { get; init; } = 5_000_000;

    /// <summary>Reads a connection string.</summary>
    /// <param name="text">The string; null when it is not configured.</param>
    /// <param name="rawRetention">How long raw readings are kept.</param>
    /// <param name="error">What is wrong, in one line that names the key and repeats no secret; null when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static InfluxDbOptions? Parse(string? text, TimeSpan rawRetention, out string? error)
    {
        error = null;
        var parts = (text ?? "").Split(';', 2);
        if (string.IsNullOrWhiteSpace(text))
            error = $"{Key} is missing: it is {Example}.";
        else if (!Uri.TryCreate(parts[0].Trim(), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            error = $"{Key} must begin with an http or https address: it is {Example}.";
        else
            return Parse(address, parts.Length == 2 ? parts[1] : "", rawRetention, out error);
        return null;
    }

    private static InfluxDbOptions? Parse(Uri address, string pairs, TimeSpan rawRetention, out string? error)
    {
        var values = new DbConnectionStringBuilder();
        try
        {
            values.ConnectionString = pairs;
        }
        catch (ArgumentException)
        {
            error = $"{Key} has something after the address that is not Name=value: it is {Example}.";
            return null;
        }
        var options = new InfluxDbOptions
        {
            Address = address,
            Database = Take("Database") ?? "health",
            Username = Take("Username"),
            Password = Take("Password"),
            Token = Take("Token"),
            Organization = Take("Org"),
            RawRetention = rawRetention,
        };
        error = options.Wrong(values);
        return error is null ? options : null;

        string? Take(string name) => values.Remove(name, out var value) && value.Length > 0 ? value : null;
    }

    private string? Wrong(DbConnectionStringBuilder left)
    {
        if (left.Count > 0)
            return $"{Key} has the unknown name '{left.Keys.Cast<string>().First()}': Database, Username, Password, Token and Org are allowed.";
        if (Database.Length > 64 || !Database.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            return $"{Key} has a Database that is not 1 to 64 letters, digits, '_' and '-'.";
        if (Token is not null && (Username ?? Password) is not null)
            return $"{Key} has both a Token and a Username or Password: only one of them is allowed.";
        if (Username is null != Password is null)
            return $"{Key} has only one of Username and Password: both are needed.";
        return (Token ?? "").AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 ? $"{Key} has a Token with a space or control character." : null;
    }
}

/// <summary>Takes values out of a connection string.</summary>
file static class ConnectionStrings
{
    public static bool Remove(this DbConnectionStringBuilder values, string name, out string value)
    {
        value = values.TryGetValue(name, out var found) ? found.ToString() ?? "" : "";
        return values.Remove(name);
    }
}
