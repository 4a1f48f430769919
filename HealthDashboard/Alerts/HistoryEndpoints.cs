using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Alerts;

/// <summary>The history of alerts as a file.</summary>
internal static class HistoryEndpoints
{
    private const string Csv = "text/csv";

    public static void MapHistory(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/alerts/history.csv", DownloadAsync).RequireAuthorization(Policies.Viewer).WithTags("Alerts")
            .Describe("downloadAlertHistory", "The history of alerts as a table, as the page with the same filters in its address lists it")
            .WithDescription("At most the 10,000 alerts raised last in the time asked for; the header X-Cut says whether there were more.")
            .WithQuery<string>("patient", "Words of name, MRN, bed or condition.")
            .WithQuery<string>("ward", "Only this region and ward, as North/ICU.")
            .WithQuery<string>("by", $"Only what this account acknowledged; {HistoryFilter.Nobody} for what nobody has.")
            .WithQuery<string>("sign", $"Only this sign, the score, or {HistoryFilter.Technical}.")
            .WithQuery<AlertPriority>("priority", "Only of this priority or a higher one.")
            .WithQuery<string>("from", "Raised at this time of the hospital's clock or later.")
            .WithQuery<string>("to", "Raised before this time of the hospital's clock.")
            .WithQuery<int>("hours", "Raised in the last hours, where neither from nor to is given.")
            .WithQuery<int>("hour", "Raised in this hour of the day on the hospital's clock, 0 to 23.")
            .WithQuery<HistorySort>("sort", "By what it is sorted.")
            .WithQuery<string>("reversed", "1 to turn the order round.")
            .Produces<string>(StatusCodes.Status200OK, Csv);

    private static async Task<FileContentHttpResult> DownloadAsync(
        HttpContext context, HistoryReader history, PatientAccess access, Audit audit, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel)
    {
        var filter = HistoryFilter.Of(context.Request.Query);
        var (from, to) = filter.Times(clock);
        await audit.LookAsync(user, "export.alerts", detail: $"raised from {from:O} to {to ?? clock.GetUtcNow():O}");
        var theirs = await access.TheirsAsync(user, cancel);
        var found = await history.FindAsync(filter, theirs, cancel);
        context.Response.Headers["X-Cut"] = found.IsCut ? "true" : "false";
        return TypedResults.File(HistoryCsv.Write(found.Entries, clock), $"{Csv}; charset=utf-8", $"alerts-{clock.GetLocalNow():yyyy-MM-dd-HHmm}.csv");
    }
}
