using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Serialization;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Analytics;

/// <summary>By what the alarms of an answer are counted.</summary>
[JsonConverter(typeof(NamesOnly<AlarmLoadBy>))]
internal enum AlarmLoadBy
{
    /// <summary>The hour they were raised in; the key is its start.</summary>
    [JsonStringEnumMemberName("hour")] Hour,

    /// <summary>The bed of the patient at that time; the key is the bed.</summary>
    [JsonStringEnumMemberName("bed")] Bed,

    /// <summary>What they are about; the key is as an alert's sign.</summary>
    [JsonStringEnumMemberName("sign")] Sign,

    /// <summary>The priority.</summary>
    [JsonStringEnumMemberName("priority")] Priority,
}

/// <summary>How many alarms there were.</summary>
/// <param name="Key">Of what; empty for alarms that belong to no bed.</param>
/// <param name="Alerts">How many were raised.</param>
/// <param name="Region">The bed's region; null unless counted by bed.</param>
/// <param name="Ward">The bed's ward; null unless counted by bed.</param>
internal sealed record AlarmCount(
    string Key,
    int Alerts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Region = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Ward = null);

/// <summary>The alarm load of a stretch of time.</summary>
/// <param name="AsOf">Up to when it is true; null when nothing was ever added up.</param>
/// <param name="Store">The store that answers.</param>
/// <param name="Consistency">What its answers can be relied on for.</param>
/// <param name="From">The first hour, inclusive.</param>
/// <param name="To">The last hour, exclusive.</param>
/// <param name="Items">The counts; what has none is left out.</param>
/// <param name="Damaged">How many rows of sums are damaged, so that alarms may be missing; left out when none is.</param>
internal sealed record AlarmLoadView(
    DateTimeOffset? AsOf,
    string Store,
    string Consistency,
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<AlarmCount> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Damaged);

/// <summary>The alarm load over HTTP.</summary>
internal static class AlarmLoadEndpoints
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(7);

    public static void MapAlarmLoad(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("/api/analytics").RequireAuthorization(Policies.Viewer).WithTags("Analytics");
        WithWhich(routes.MapGet("alarm-load", LoadAsync).Describe("getAlarmLoad", "How many alarms were raised, by hour, bed, sign or priority")
            .WithDescription("Counts are by whole hours, so the stretch is widened to them. By hour it is at most 92 days. Only the caller's wards are counted.")
            .WithMetadata(new RecordRouteAttribute("look.alarmLoad"))
            .WithQuery<AlarmLoadBy>("by", "By what; where it is not given, by hour."));
        WithWhich(routes.MapGet("alarm-load.csv", DownloadAsync).Describe("downloadAlarmLoad", "The alarm load as a table, a line for each bed and sign")
            .WithDescription("The header X-Damaged says how many rows of sums are damaged, where any is.")
            .WithMetadata(new RecordRouteAttribute("export.alarmLoad")))
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
    }

    private static RouteHandlerBuilder WithWhich(RouteHandlerBuilder route) => route.WithSpan("a week")
        .WithQuery<string>("region", "Only this region.")
        .WithQuery<string>("ward", "Only this ward.")
        .WithQuery<string>("sign", "Only about this, as an alert's sign.")
        .WithQuery<AlertPriority>("priority", "Only of this priority.");

    private static async Task<Results<Ok<AlarmLoadView>, ValidationProblem>> LoadAsync(
        QueryFields query, AlarmLoadReader reader, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel)
    {
        var by = query.OptionalChoice<AlarmLoadBy>("by") ?? AlarmLoadBy.Hour;
        var wanted = Read(query, clock);
        if (by == AlarmLoadBy.Hour && wanted.To - wanted.From > AlarmLoadQuery.LongestByHour)
            query.Add("from", $"is more than {AlarmLoadQuery.MostDaysByHour} days before to; by hour at most so many are allowed.");
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var report = await reader.ReadAsync(wanted, user, cancel);
        return TypedResults.Ok(new AlarmLoadView(report.AsOf, reader.Source.Server, reader.Source.Consistency, wanted.From, wanted.To, [.. CountsOf(report, by)], report.Damaged));
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> DownloadAsync(
        HttpContext context, QueryFields query, AlarmLoadReader reader, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel)
    {
        var wanted = Read(query, clock);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var (lines, damaged) = await reader.TableAsync(wanted, user, cancel);
        if (damaged > 0)
            context.Response.Headers["X-Damaged"] = damaged.ToString(CultureInfo.InvariantCulture);
        var text = AlarmLoadCsv.Write(lines);
        return TypedResults.File(Encoding.UTF8.GetBytes(text), "text/csv; charset=utf-8", $"alarm-load-{clock.GetLocalNow():yyyy-MM-dd-HHmm}.csv");
    }

    private static AlarmLoadQuery Read(QueryFields query, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var (from, to) = query.Span(now - Usual, now);
        if (to - from > AlarmLoadQuery.Longest)
            query.Add("from", $"is more than {AlarmLoadQuery.Longest.TotalDays} days before to; at most so many are allowed.");
        return AlarmLoadQuery.Of(from, to) with
        {
            Region = query.Text("region", 64),
            Ward = query.Text("ward", 64),
            Sign = query.Text("sign", 64),
            Priority = query.OptionalChoice<AlertPriority>("priority"),
        };
    }

    private static IEnumerable<AlarmCount> CountsOf(AlarmReport report, AlarmLoadBy by) => by switch
    {
        AlarmLoadBy.Bed => from bed in report.Beds
                           where bed.Value.Sums.Raised > 0
                           select new AlarmCount(bed.Key.Name, bed.Value.Sums.Raised, bed.Key.Region, bed.Key.Ward),
        AlarmLoadBy.Sign => from sign in report.Signs
                            orderby sign.Key
                            select new AlarmCount(sign.Key, sign.Value.Raised),
        AlarmLoadBy.Priority => from priority in Enum.GetValues<AlertPriority>()
                                orderby priority descending
                                where report.All.Of(priority) > 0
                                select new AlarmCount(priority.ToString().ToLowerInvariant(), report.All.Of(priority)),
        _ => from hour in report.Hours.Index()
             where hour.Item > 0
             select new AlarmCount(report.Query.From.AddHours(hour.Index).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), hour.Item),
    };
}
