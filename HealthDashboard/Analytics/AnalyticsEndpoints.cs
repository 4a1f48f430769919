using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Analytics;

/// <summary>Roll-ups over HTTP. Each answer says up to when it is true: <c>{"asOf","items"}</c>.</summary>
internal static class AnalyticsEndpoints
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    public static void MapRollUps(this IEndpointRouteBuilder app)
    {
        var analytics = app.MapGroup("/api/analytics").RequireAuthorization(Policies.Viewer).WithTags("Analytics");
        analytics.MapGet("hourly", HourlyAsync).Describe("getHourlyVitals", "One sign of a patient, hour by hour")
            .WithMetadata(new RecordRouteAttribute("look.hourlyVitals") { Patient = "patientId" })
            .WithQuery<ObjectId>("patientId", "Whose.", isRequired: true)
            .WithQuery<VitalSign>("sign", "Which sign.", isRequired: true)
            .WithSpan("a week");
        WithWard(analytics.MapGet("daily", DailyAsync).Describe("getDailyWardVitals", "One sign of a ward, day by day"))
            .WithQuery<VitalSign>("sign", "Which sign.", isRequired: true)
            .WithSpan("30 days");
        WithWard(analytics.MapGet("alerts", AlertsAsync).Describe("getDailyAlerts", "A ward's alerts, day by day")).WithSpan("30 days");
    }

    private static RouteHandlerBuilder WithWard(RouteHandlerBuilder route) =>
        route.WithQuery<string>("region", "The region.", isRequired: true).WithQuery<string>("ward", "The ward.", isRequired: true);

    private static async Task<Results<Ok<AnalyticsView<HourlyVital>>, ValidationProblem>> HourlyAsync(QueryFields query, IAnalyticsStore store, TimeProvider time, CancellationToken cancel)
    {
        var patient = query.Id("patientId");
        var sign = query.Choice<VitalSign>("sign");
        var (from, to) = ReadSpan(query, time, Week);
        return query.Errors is { Count: > 0 } errors
            ? Problems.Invalid(errors)
            : TypedResults.Ok(await store.HourlyAsync(patient, sign, from, to, cancel));
    }

    private static async Task<Results<Ok<AnalyticsView<DailyWardVital>>, ValidationProblem>> DailyAsync(QueryFields query, IAnalyticsStore store, TimeProvider time, CancellationToken cancel)
    {
        var (region, ward) = ReadWard(query);
        var sign = query.Choice<VitalSign>("sign");
        var (from, to) = ReadSpan(query, time, Month);
        return query.Errors is { Count: > 0 } errors
            ? Problems.Invalid(errors)
            : TypedResults.Ok(await store.DailyAsync(region, ward, sign, Day(from), Day(to), cancel));
    }

    private static async Task<Results<Ok<AnalyticsView<DailyAlerts>>, ValidationProblem>> AlertsAsync(QueryFields query, IAnalyticsStore store, TimeProvider time, CancellationToken cancel)
    {
        var (region, ward) = ReadWard(query);
        var (from, to) = ReadSpan(query, time, Month);
        return query.Errors is { Count: > 0 } errors
            ? Problems.Invalid(errors)
            : TypedResults.Ok(await store.AlertsAsync(region, ward, Day(from), Day(to), cancel));
    }

    private static (string Region, string Ward) ReadWard(QueryFields query) => (query.NeededText("region", 64), query.NeededText("ward", 64));

    private static (DateTimeOffset From, DateTimeOffset To) ReadSpan(QueryFields query, TimeProvider time, TimeSpan usual)
    {
        var now = time.GetUtcNow();
        var (from, to) = query.Span(now - usual, now);
        if (to - from > Longest)
            query.Add("from", $"is more than {Longest.TotalDays} days before to; at most so many are allowed.");
        return (from, to);
    }

    private static DateOnly Day(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);
}
