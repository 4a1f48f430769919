using HealthDashboard.Accounts;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Presentation;

/// <summary>Registration of the presentation.</summary>
internal static class PresentationServices
{
    /// <summary>Adds the slides and what is live in them.</summary>
    public static IServiceCollection AddPresentation(this IServiceCollection services) => services
        .AddSingleton(provider => new SlideDeck(provider.GetRequiredService<IWebHostEnvironment>().ContentRootPath))
        .AddSingleton<LegLatency>()
        .AddHostedService(provider => provider.GetRequiredService<LegLatency>())
        .AddSingleton<LiveParts>();

    /// <summary>Adds the live parts over HTTP.</summary>
    public static IEndpointRouteBuilder MapPresentation(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/presentation/live/{name}", LiveAsync).RequireAuthorization(Policies.Present).WithTags("Presentation")
            .Describe("getPresentationLive", "The sample query of a role, run now: counts and no names");
        return app;
    }

    private static async Task<Results<Ok<LiveResult>, NotFoundProblem>> LiveAsync(string name, LiveParts parts, CancellationToken cancel) =>
        LiveParts.Names.Contains(name) ? TypedResults.Ok(await parts.QueryAsync(name, cancel)) : Problems.NotFound("live part");
}
