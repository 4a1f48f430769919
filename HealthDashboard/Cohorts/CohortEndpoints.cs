using System.Security.Claims;
using System.Text;
using System.Text.Json.Serialization;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Cohorts;

/// <summary>A cohort's course.</summary>
/// <param name="Region">Only admitted in this region; left out where it does not restrict, as are the others.</param>
/// <param name="Ward">Only admitted to this ward.</param>
/// <param name="Age">Only of this age on admission.</param>
/// <param name="Condition">Only with this condition.</param>
/// <param name="Spo2Scale">Only with this scale.</param>
/// <param name="Stays">How many stays.</param>
/// <param name="Patients">Of how many patients.</param>
/// <param name="Hours">Each hour since admission.</param>
internal sealed record CohortView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Region,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Ward,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AgeBand? Age,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Condition,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Spo2Scale,
    int Stays,
    int Patients,
    IReadOnlyList<CohortHour> Hours);

/// <summary>A sign over the hours since admission.</summary>
/// <param name="AsOf">Up to when the readings are in it; null when nothing was ever added up.</param>
/// <param name="Store">The store that answers.</param>
/// <param name="Consistency">What its answers can be relied on for.</param>
/// <param name="Sign">The sign.</param>
/// <param name="Unit">Its UCUM unit.</param>
/// <param name="From">Admitted from this time.</param>
/// <param name="To">Admitted before this time.</param>
/// <param name="Cut">Whether there were more records or stays than are looked at: then those that changed or began last are.</param>
/// <param name="Cohorts">One cohort, or the two that are compared.</param>
internal sealed record CohortsView(
    DateTimeOffset? AsOf, string Store, string Consistency, VitalSign Sign, string Unit, DateTimeOffset From, DateTimeOffset To, bool Cut, IReadOnlyList<CohortView> Cohorts);

/// <summary>The course of cohorts over HTTP.</summary>
internal static class CohortEndpoints
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static void MapCohortRoutes(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("/api/analytics").RequireAuthorization(Policies.Viewer).WithTags("Analytics");
        WithWhich(routes.MapGet("cohorts", LoadAsync).Describe("getCohorts", "A sign over the hours since admission: the median and the 10-90 % band of a cohort, or of two"))
            .WithDescription($"Over the stays that began in the stretch, in the caller's wards; at most the {CohortReader.Most} latest. Hours with fewer than {CohortCourse.Fewest} stays have no values.")
            .WithMetadata(new RecordRouteAttribute("look.cohorts"));
        WithWhich(routes.MapGet("cohorts.csv", DownloadAsync).Describe("downloadCohorts", "The same as a table, a line for each cohort and hour"))
            .WithDescription("The header X-Cut says whether there were more records or stays than are looked at.")
            .WithMetadata(new RecordRouteAttribute("export.cohorts"))
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
    }

    private static RouteHandlerBuilder WithWhich(RouteHandlerBuilder route)
    {
        route.WithQuery<VitalSign>("sign", "Which sign; where it is not given, the heart rate.").WithSpan("30 days")
            .WithQuery<int>("hours", $"How many hours of each stay, 1 to {CohortQuery.MostHours}; else {CohortQuery.UsualHours}.")
            .WithQuery<string>("compare", "1 to compare with the cohort whose fields begin with other.");
        foreach (var (prefix, whose) in new[] { ("", ""), ("other", " Of the other cohort.") })
        {
            route.WithQuery<string>(Name(prefix, "region"), $"Only admitted in this region.{whose}")
                .WithQuery<string>(Name(prefix, "ward"), $"Only admitted to this ward.{whose}")
                .WithQuery<AgeBand>(Name(prefix, "age"), $"Only of this age on admission, in years.{whose}")
                .WithQuery<string>(Name(prefix, "condition"), $"Only with a condition that has these words or this code.{whose}")
                .WithQuery<int>(Name(prefix, "spo2Scale"), $"Only with this scale of SpO2, 1 or 2.{whose}");
        }
        return route;
    }

    private static async Task<Results<Ok<CohortsView>, ValidationProblem>> LoadAsync(
        QueryFields query, CohortReader reader, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel)
    {
        var wanted = Read(query, clock);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var report = await reader.ReadAsync(wanted, user, cancel);
        return TypedResults.Ok(new CohortsView(
            report.AsOf, reader.Source.Server, reader.Source.Consistency, wanted.Sign, report.Sign.Unit, wanted.From, wanted.To, report.IsCut,
            [
                .. report.Courses.Select(course => new CohortView(
                    course.Cohort.Region, course.Cohort.Ward, course.Cohort.Age, course.Cohort.Condition, course.Cohort.Spo2Scale, course.Stays.Count, course.Patients, course.Hours)),
            ]));
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> DownloadAsync(
        HttpContext context, QueryFields query, CohortReader reader, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel)
    {
        var wanted = Read(query, clock);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var report = await reader.ReadAsync(wanted, user, cancel);
        context.Response.Headers["X-Cut"] = report.IsCut ? "true" : "false";
        return TypedResults.File(Encoding.UTF8.GetBytes(CohortCsv.Write(report)), "text/csv; charset=utf-8", $"cohorts-{clock.GetLocalNow():yyyy-MM-dd-HHmm}.csv");
    }

    private static CohortQuery Read(QueryFields query, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var (from, to) = query.Span(now - Usual, now);
        if (to - from > CohortQuery.Longest)
            query.Add("from", $"is more than {CohortQuery.Longest.TotalDays} days before to; at most so many are allowed.");
        var sign = query.OptionalChoice<VitalSign>("sign") ?? CohortQuery.UsualSign;
        if (sign == VitalSign.Consciousness)
            query.Add("sign", "is 'consciousness', of which there is no mean.");
        var hours = query.Whole("hours", 1, CohortQuery.MostHours, CohortQuery.UsualHours);
        var (first, other) = (CohortOf(query, ""), CohortOf(query, "other"));
        var compare = query.Text("compare", 1);
        if (compare is not (null or "0" or "1"))
            query.Add("compare", $"is '{compare}'; allowed are 0 and 1.");
        return new(sign, from, to, hours, first, compare == "1" ? other : null);
    }

    private static Cohort CohortOf(QueryFields query, string prefix) => new(
        query.Text(Name(prefix, "region"), 64),
        query.Text(Name(prefix, "ward"), 64),
        query.OptionalChoice<AgeBand>(Name(prefix, "age")),
        query.Text(Name(prefix, "condition"), 64),
        query.Whole(Name(prefix, "spo2Scale"), 1, 2, 0) is > 0 and var scale ? scale : null);

    private static string Name(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}{char.ToUpperInvariant(name[0])}{name[1..]}";
}
