using System.Data.Common;

namespace HealthDashboard.Data.Neo4j;

/// <summary>
/// Where Neo4j is, from <c>ConnectionStrings:Neo4j</c>: the address of its HTTP interface, then <c>;Name=value</c> pairs, for example
/// <c>https://neo4j:7473;Database=neo4j;Username=health;Password=...</c>. A value with a semicolon stands in quotation marks.
/// </summary>
internal sealed record Neo4jOptions
{
    private const string Key = "ConnectionStrings:Neo4j";
    private const string Example = "http://host:7474;Database=neo4j;Username=name;Password=secret";

    /// <summary>Scheme, host and port.</summary>
    public required Uri Address { get; init; }

    /// <summary>The database; 3 to 63 letters, digits, '.' and '-', the first a letter.</summary>
    public string Database { get; init; } = "neo4j";

    /// <summary>The account's name; null without one.</summary>
    public string? Username { get; init; }

    /// <summary>The account's password; null without one.</summary>
    public string? Password { get; init; }

    /// <summary>Reads a connection string.</summary>
    /// <param name="text">The string; null when it is not configured.</param>
    /// <param name="error">What is wrong, in one line that names the key and repeats no secret; null when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static Neo4jOptions? Parse(string? text, out string? error)
    {
        var parts = (text ?? "").Split(';', 2);
        error = string.IsNullOrWhiteSpace(text) ? $"{Key} is missing: it is {Example}." : null;
        if (error is not null)
            return null;
        if (!Uri.TryCreate(parts[0].Trim(), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            error = $"{Key} must begin with an http or https address, not Bolt's: it is {Example}.";
            return null;
        }

        var values = new DbConnectionStringBuilder();
        try
        {
            values.ConnectionString = parts.Length == 2 ? parts[1] : "";
        }
        catch (ArgumentException)
        {
            error = $"{Key} has something after the address that is not Name=value: it is {Example}.";
            return null;
        }
        var options = new Neo4jOptions
        {
            Address = address,
            Database = Take("Database") ?? "neo4j",
            Username = Take("Username"),
            Password = Take("Password"),
        };
        error = options.Wrong(values);
        return error is null ? options : null;

        string? Take(string name)
        {
            var found = values.TryGetValue(name, out var value) ? value.ToString() : null;
            values.Remove(name);
            return string.IsNullOrEmpty(found) ? null : found;
        }
    }

    private string? Wrong(DbConnectionStringBuilder left)
    {
        if (left.Count > 0)
            return $"{Key} has the unknown name '{left.Keys.Cast<string>().First()}': Database, Username and Password are allowed.";
        if (Database.Length is < 3 or > 63 || !char.IsAsciiLetter(Database[0]) || !Database.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
            return $"{Key} has a Database that is not 3 to 63 letters, digits, '.' and '-', the first a letter.";
        return Username is null != Password is null ? $"{Key} has only one of Username and Password: both are needed." : null;
    }
}
