using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Ingest;

/// <summary>What InfluxDB's clients ask before they write: whether the server is there, its databases and buckets. Each finds what it asks for.</summary>
internal static partial class InfluxEndpoints
{
    private const string Version = "1.8-compatible";
    private const string NoId = "0000000000000001";

    // A route each, because each has a name of its own in the OpenAPI document.
    private static readonly string[] Asking = ["GET", "HEAD"];
    private static readonly string[] Querying = ["GET", "POST"];

    /// <summary>Adds the calls that anyone may make.</summary>
    public static void MapPing(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Ingest").AllowAnonymous();
        foreach (var method in Asking)
        {
            group.MapMethods("/ping", [method], static (HttpContext context) =>
            {
                context.Response.Headers["X-Influxdb-Version"] = Version;
                return TypedResults.NoContent();
            }).Describe($"{method.ToLowerInvariant()}Ping", "Whether the server is there");
            group.MapMethods("/health", [method], static () => TypedResults.Ok(new ServerHealth("influxdb", "ready for queries and writes", "pass", [], Version)))
                .Describe($"{method.ToLowerInvariant()}Health", "Whether the server is there, as InfluxDB's clients ask");
        }
    }

    /// <summary>Adds the calls that need a key.</summary>
    public static void MapInfluxQueries(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Ingest");
        // As a delegate, else its result would be dropped as that of a RequestDelegate.
        foreach (var method in Querying)
        {
            group.MapMethods("/query", [method], (Delegate)QueryAsync)
                .Describe($"{method.ToLowerInvariant()}Query", "Answer CREATE DATABASE and SHOW DATABASES, with which InfluxDB 1.x clients begin")
                .WithQuery<string>("q", "The statement.")
                .WithQuery<string>("db", "A database's name, which SHOW DATABASES gives back.")
                .DisableAntiforgery();
        }
        group.MapGet("/api/v2/buckets", Buckets).Describe("listBuckets", "The bucket that an InfluxDB 2.x client names").WithQuery<string>("name", "The bucket's name.");
    }

    private static async Task<JsonHttpResult<object>> QueryAsync(HttpContext context, InfluxDatabases databases)
    {
        var text = context.Request.Query["q"].ToString();
        if (text.Length == 0 && context.Request.HasFormContentType)
            text = (await context.Request.ReadFormAsync(context.RequestAborted))["q"].ToString();
        if (Create().Match(text) is { Success: true } create)
            databases.Add(create.Groups["name"].Value);
        if (context.Request.Query["db"].ToString() is { Length: > 0 } database)
            databases.Add(database);
        object result = Create().IsMatch(text) ? new { statement_id = 0 }
            : Show().IsMatch(text) ? new { statement_id = 0, series = new[] { new { name = "databases", columns = new[] { "name" }, values = databases.Names.Select(name => new[] { name }) } } }
            : new { statement_id = 0, error = "only CREATE DATABASE and SHOW DATABASES are answered here; /api/patients/{id}/vitals has readings" };
        context.Response.Headers["X-Influxdb-Version"] = Version;
        return TypedResults.Json<object>(new { results = new[] { result } });
    }

    // Whatever a bucket is called, what is written to it arrives.
    private static JsonHttpResult<object> Buckets(HttpContext context) => TypedResults.Json<object>(new
    {
        links = new { self = "/api/v2/buckets" },
        buckets = new[]
        {
            new
            {
                id = NoId,
                orgID = NoId,
                type = "user",
                name = context.Request.Query["name"].ToString() is { Length: > 0 } name ? name : ReadingNames.Vitals,
                retentionRules = Array.Empty<string>(),
            },
        },
    });

    [GeneratedRegex("""^\s*CREATE\s+DATABASE\s+("(?<name>[^"]{1,64})"|(?<name>[^\s";]{1,64}))""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Create();

    [GeneratedRegex(@"^\s*SHOW\s+DATABASES\s*;?\s*$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Show();
}

/// <summary>The names by which clients call what they write to: all mean the same, and a client that created one wants to find it again.</summary>
internal sealed class InfluxDatabases
{
    private const int MostNames = 100;
    private readonly ConcurrentDictionary<string, bool> names = new(StringComparer.Ordinal) { ["health"] = true };

    /// <summary>All that were named since the start.</summary>
    public IEnumerable<string> Names => names.Keys.Order(StringComparer.Ordinal);

    public void Add(string name)
    {
        if (names.Count < MostNames)
            names.TryAdd(name, true);
    }
}

/// <summary>InfluxDB's answer to <c>/health</c>.</summary>
internal sealed record ServerHealth(string Name, string Message, string Status, IReadOnlyList<string> Checks, string Version);
