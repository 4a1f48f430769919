namespace HealthDashboard.Shared;

/// <summary>A value of a route's query, for the OpenAPI document: <see cref="QueryFields"/> reads it by its name alone.</summary>
internal sealed record QueryParameter(string Name, Type Type, string Description, bool IsRequired);

/// <summary>Marks a type whose JSON callers send; what may be left out is not required in the OpenAPI document.</summary>
internal interface IRequestBody;

/// <summary>A route is for programs with a key, and not for people who signed in.</summary>
internal sealed record KeysOnly;

/// <summary>A route takes line protocol as its body.</summary>
internal sealed record LineBody;

/// <summary>Whether a route answers with a record's version as its ETag, and whether it needs one as If-Match.</summary>
internal sealed record Versioned(bool IsNeeded);

/// <summary>What a route's signature does not say, for the OpenAPI document.</summary>
internal static class ApiDescription
{
    /// <summary>A unique name, which becomes the name of the method in generated clients, and what the call does.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string name, string summary) => route.WithName(name).WithSummary(summary);

    /// <summary>A value of the query.</summary>
    public static RouteHandlerBuilder WithQuery<T>(this RouteHandlerBuilder route, string name, string description, bool isRequired = false) =>
        route.WithMetadata(new QueryParameter(name, typeof(T), description, isRequired));

    /// <summary>A stretch of time in the query, as <see cref="QueryFields.Span"/> reads it.</summary>
    public static RouteHandlerBuilder WithSpan(this RouteHandlerBuilder route, string usual) => route
        .WithQuery<DateTimeOffset>("from", $"The start, inclusive; where it is not given, {usual} before to.")
        .WithQuery<DateTimeOffset>("to", "The end, exclusive; where it is not given, now.");

    /// <summary>The body, for a handler that reads it field by field.</summary>
    public static RouteHandlerBuilder WithBody<T>(this RouteHandlerBuilder route, bool isOptional = false)
        where T : IRequestBody => route.Accepts<T>(isOptional, "application/json").ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    /// <summary>Line protocol as the body, whatever its content type says: a route that accepts some refuses the others.</summary>
    public static RouteHandlerBuilder WithLines(this RouteHandlerBuilder route) => route.WithMetadata(new LineBody());

    /// <summary>The answer's ETag is the record's version.</summary>
    public static RouteHandlerBuilder GivesVersion(this RouteHandlerBuilder route) => route.WithMetadata(new Versioned(IsNeeded: false));

    /// <summary>If-Match must be the record's version: 428 without it, 412 when somebody else was first.</summary>
    public static RouteHandlerBuilder NeedsVersion(this RouteHandlerBuilder route) => route.WithMetadata(new Versioned(IsNeeded: true))
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);

    /// <summary>409, for what the present state does not allow.</summary>
    public static RouteHandlerBuilder MayConflict(this RouteHandlerBuilder route) => route.ProducesProblem(StatusCodes.Status409Conflict);
}
