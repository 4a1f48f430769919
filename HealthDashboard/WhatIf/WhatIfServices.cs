using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.WhatIf;

/// <summary>The past under other rules.</summary>
internal static class WhatIfServices
{
    private const int LargestPage = 500;
    private const int UsualPage = 50;

    public static IServiceCollection AddWhatIf(this IServiceCollection services)
    {
        services.AddSingleton<PatientPastReader>();
        services.AddSingleton<WhatIfEngine>();
        services.AddSingleton<WhatIfRuns>();
        services.AddSingleton<WhatIfDesk>();
        services.AddHostedService(static provider => provider.GetRequiredService<WhatIfRuns>());
        return services;
    }

    /// <summary>Adds what-ifs over HTTP. Only the account that started one can see it.</summary>
    public static IEndpointRouteBuilder MapWhatIf(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/what-if").RequireAuthorization(Policies.Viewer).WithTags("What-if");
        group.MapPost("", StartAsync).Describe("startWhatIf", "Run the alarm rules over a stretch of the past with other limits")
            .WithDescription($"At most {WhatIfFields.Longest.TotalDays} days and {WhatIfFields.MostPatients} patients, as far back as raw readings are kept; one at a time. The result is kept for an hour.")
            .WithBody<WhatIfRequest>().MayConflict();
        group.MapGet("{id}", Find).Describe("getWhatIf", "How far a what-if is, and what it came to");
        group.MapDelete("{id}", Cancel).Describe("cancelWhatIf", "Cancel a what-if. One that is over stays as it is.");
        group.MapGet("{id}/alerts", Alerts).Describe("getWhatIfAlerts", "Alerts of a what-if that differ from the history").WithMetadata(new RecordRouteAttribute("look.whatIf"))
            .WithQuery<Difference>("kind", "What became of them; else all that differ. Those missed are saved ones too.")
            .WithQuery<int>("page", "1 for the first page.")
            .WithQuery<int>("size", $"How many on a page, 1 to {LargestPage}; else {UsualPage}.");
        return app;
    }

    private static async Task<Results<Accepted<WhatIfStarted>, ValidationProblem, ProblemHttpResult>> StartAsync(JsonBody body, WhatIfDesk desk, ClaimsPrincipal user, CancellationToken cancel)
    {
        var fields = body.Fields;
        var (run, busy, refused) = await desk.StartAsync(fields, user, cancel);
        if (run is not null)
            return TypedResults.Accepted($"/api/what-if/{run.Id}", new WhatIfStarted(run.Id));
        return refused is { } id ? TypedResults.Problem($"The patient {id} is neither in your care nor in a ward of yours.", title: "The record is not yours to open.", statusCode: StatusCodes.Status403Forbidden)
            : busy is not null ? TypedResults.Problem(busy, statusCode: StatusCodes.Status409Conflict)
            : Problems.Invalid(fields.Errors);
    }

    private static Results<Ok<WhatIfView>, NotFoundProblem> Find(ObjectId id, WhatIfRuns runs, ClaimsPrincipal user) =>
        runs.Find(id, user.Actor()) is { } run ? TypedResults.Ok(WhatIfView.Of(run)) : Problems.NotFound("what-if");

    private static Results<NoContent, NotFoundProblem> Cancel(ObjectId id, WhatIfRuns runs, ClaimsPrincipal user)
    {
        if (runs.Find(id, user.Actor()) is not { } run)
            return Problems.NotFound("what-if");
        run.Cancel();
        return TypedResults.NoContent();
    }

    private static Results<Ok<WhatIfAlerts>, ValidationProblem, NotFoundProblem> Alerts(ObjectId id, QueryFields query, WhatIfRuns runs, ClaimsPrincipal user)
    {
        var kind = query.OptionalChoice<Difference>("kind");
        var page = query.Whole("page", 1, int.MaxValue / LargestPage, 1);
        var size = query.Whole("size", 1, LargestPage, UsualPage);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (runs.Find(id, user.Actor()) is not { Result: { } result } run)
            return Problems.NotFound("what-if that is done");
        var patients = run.Plan.Patients.ToDictionary(chosen => chosen.Patient.Id, chosen => chosen.Patient);
        var found = result.Of(kind).ToList();
        return TypedResults.Ok(new WhatIfAlerts(
            found.Count, [.. found.Skip((page - 1) * size).Take(size).Select(pair => WhatIfAlert.Of(pair, patients[pair.Alert.PatientId]))]));
    }
}
