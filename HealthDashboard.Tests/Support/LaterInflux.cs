using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using HealthDashboard.Data.InfluxDb;

namespace HealthDashboard.Tests.Support;

/// <summary>
/// Passes for InfluxDB 3.x before a real 1.x: refuses with its own words what it does not do (anything but SELECT, a database or
/// retention policy of which it has none, a request without its token), and hands on the rest. It finds a place by database and retention
/// policy: a database called health/raw, for which a query must name both in full [InfluxDB 3 Core, "InfluxQL DBRP naming convention"].
/// </summary>
internal sealed partial class LaterInflux(string version) : DelegatingHandler(new SocketsHttpHandler())
{
    public const string Token = "t0ken==";

    /// <summary>Everything that was refused, as the server said it.</summary>
    public List<string> Refused { get; } = [];

    public static InfluxDbOptions Options(string address) => new()
    {
        Address = new Uri(address),
        Database = $"test-{Guid.NewGuid():N}",
        Token = Token,
        RawRetention = TimeSpan.FromDays(3650),
    };

    /// <summary>What makes the places in the real server that the operator of a later version makes with its own commands.</summary>
    public static IEnumerable<string> Places(string database) =>
    [
        $"CREATE DATABASE \"{database}\"",
        $"CREATE RETENTION POLICY raw ON \"{database}\" DURATION INF REPLICATION 1",
        $"CREATE RETENTION POLICY rollup ON \"{database}\" DURATION INF REPLICATION 1 SHARD DURATION 12w",
    ];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await RefusalAsync(request, cancellationToken);
        if (answer is null)
        {
            // The real one has no tokens.
            request.Headers.Authorization = null;
            answer = await base.SendAsync(request, cancellationToken);
        }
        answer.Headers.Remove("X-Influxdb-Version");
        if (request.RequestUri!.AbsolutePath == "/ping")
            answer.Headers.Add("X-Influxdb-Version", version);
        return answer;
    }

    private async Task<HttpResponseMessage?> RefusalAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (path == "/ping")
            return null;
        // What it has not, whoever asks.
        if (path is not ("/write" or "/query"))
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        if (request.Headers.Authorization?.ToString() != $"Token {Token}")
            return Refuse(HttpStatusCode.Unauthorized, """{"error": "the request was not authenticated"}""");
        if (path == "/write")
            return await WriteRefusalAsync(WebUtility.UrlDecode(request.RequestUri.Query), cancel);
        var query = Uri.UnescapeDataString((await request.Content!.ReadAsStringAsync(cancel)).Replace('+', ' '));
        foreach (var (number, statement) in query[(query.IndexOf("&q=", StringComparison.Ordinal) + 3)..].Split(';').Index())
        {
            if (await QueryRefusalAsync(statement.Trim(), cancel) is { } error)
                return Refuse(HttpStatusCode.OK, $$"""{"results":[{"statement_id":{{number}},"error":"{{error}}"}]}""");
        }
        return null;
    }

    private async Task<HttpResponseMessage?> WriteRefusalAsync(string query, CancellationToken cancel)
    {
        var place = WritePlace().Match(query);
        if (await HasAsync(place.Groups["db"].Value, place.Groups["rp"].Value, cancel))
            return null;
        // 3.x makes a database that it has not, and the test is to hear of that.
        return Refuse(HttpStatusCode.NotFound, "a new database would be made");
    }

    private async Task<string?> QueryRefusalAsync(string statement, CancellationToken cancel)
    {
        if (!statement.StartsWith("SELECT ", StringComparison.Ordinal) || statement.Contains(" INTO ", StringComparison.Ordinal))
            return "error in InfluxQL statement: parsing error: invalid InfluxQL statement at pos 0";
        var place = QueryPlace().Match(statement);
        var (database, policy) = (place.Groups["db"].Value, place.Groups["rp"].Value);
        if (!place.Success)
            return "Database health not found";
        return await HasAsync(database, policy, cancel) ? null : $"Database {database}/{policy} not found";
    }

    private async Task<bool> HasAsync(string database, string policy, CancellationToken cancel)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, $"query?q=SHOW+RETENTION+POLICIES+ON+%22{database}%22"));
        using var answer = await base.SendAsync(ask, cancel);
        return (await answer.Content.ReadAsStringAsync(cancel)).Contains($"[\"{policy}\",", StringComparison.Ordinal);
    }

    private static Uri Address => new(Needs.InfluxDb());

    private HttpResponseMessage Refuse(HttpStatusCode status, string body)
    {
        lock (Refused)
            Refused.Add(body);
        return new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }

    [GeneratedRegex("db=(?<db>[^&]+)&rp=(?<rp>[^&]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WritePlace();

    [GeneratedRegex("FROM \"(?<db>[^\"]+)\"\\.\"(?<rp>[^\"]+)\"\\.\"[^\"]+\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QueryPlace();
}
