using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Ingest;

/// <summary>What InfluxDB's clients ask before they write: whether the server is there, its databases and buckets. Each finds what it asks for.</summary>
internal static partial class InfluxEndpoints
{
    private const string Version = "1.8-compatible";
    private const string NoId = "0000000000000001";

    /// <summary>Adds the calls that anyone may make.</summary>
    public static void MapPing(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Ingest").AllowAnonymous();
        group.MapMethods("/ping", ["GET", "HEAD"], static (HttpContext context) =>
        {
            context.Response.Headers["X-Influxdb-Version"] = Version;
            return TypedResults.NoContent();
        }).WithSummary("Whether the server is there");
        group.MapMethods("/health", ["GET", "HEAD"], static () => TypedResults.Ok(new ServerHealth("influxdb", "ready for queries and writes", "pass", [], Version)))
            .WithSummary("Whether the server is there, as InfluxDB's clients ask");
    }

    /// <summary>Adds the calls that need a key.</summary>
    public static void MapInfluxQueries(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Ingest");
        // As a delegate, else its result would be dropped as that of a RequestDelegate.
        group.MapMethods("/query", ["GET", "POST"], (Delegate)QueryAsync)
            .WithSummary("Answer CREATE DATABASE and SHOW DATABASES, with which InfluxDB 1.x clients begin")
            .DisableAntiforgery();
        group.MapGet("/api/v2/buckets", Buckets).WithSummary("The bucket that an InfluxDB 2.x client names");
    }

    private static async Task<JsonHttpResult<object>> QueryAsync(HttpContext context)
    {
        var text = context.Request.Query["q"].ToString();
        if (text.Length == 0 && context.Request.HasFormContentType)
            text = (await context.Request.ReadFormAsync(context.RequestAborted))["q"].ToString();
        var database = context.Request.Query["db"].ToString() is { Length: > 0 } name ? name : "health";
        object result = Create().IsMatch(text) ? new { statement_id = 0 }
            : Show().IsMatch(text) ? new { statement_id = 0, series = new[] { new { name = "databases", columns = new[] { "name" }, values = new[] { new[] { database } } } } }
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

    [GeneratedRegex(@"^\s*CREATE\s+DATABASE\s", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Create();

    [GeneratedRegex(@"^\s*SHOW\s+DATABASES\s*;?\s*$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Show();
}

/// <summary>InfluxDB's answer to <c>/health</c>.</summary>
internal sealed record ServerHealth(string Name, string Message, string Status, IReadOnlyList<string> Checks, string Version);
