using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace HealthDashboard.Shared;

/// <summary>404 as problem+json, which the OpenAPI document takes from the type of a handler's result.</summary>
/// <param name="what">What the address names and nobody has.</param>
internal sealed class NotFoundProblem(string what) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status404NotFound, typeof(ProblemDetails), ["application/problem+json"]));

    public Task ExecuteAsync(HttpContext httpContext) =>
        TypedResults.Problem($"There is no such {what}.", statusCode: StatusCodes.Status404NotFound).ExecuteAsync(httpContext);
}
