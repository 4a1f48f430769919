using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;

namespace HealthDashboard.Hosting;

/// <summary>The OpenAPI document, written so that a client generated from it compiles and runs: tests do both.</summary>
internal static class ApiDocument
{
    private const string Problem = "application/problem+json";
    private const string KeyScheme = "apiKey";
    private const string TokenScheme = "token";
    private const string CookieScheme = "cookie";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer(DescribeDocument);
        options.AddOperationTransformer(DescribeAsync);
        options.AddSchemaTransformer(DescribeType);
    });

    private static Task DescribeDocument(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.Info.Title = "HealthDashboard";
        document.Info.Description = "Vital signs, alerts and records of a hospital. Times are UTC; errors are problem+json.";
        // Where it is reached is for the client to say: a proxy may be in front.
        document.Servers = [];
        (document.Components ??= new()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key" },
            [TokenScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "Authorization",
                Description = "A key as InfluxDB's clients send it: 'Token KEY', 'Token USER:KEY', or Basic with the key as password; also 'Bearer KEY'.",
            },
            [CookieScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = "HealthDashboard", Description = "A person who signed in." },
        };
        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var query in metadata.OfType<QueryParameter>())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = query.Name,
                In = ParameterLocation.Query,
                Required = query.IsRequired,
                Description = query.Description,
                Schema = await context.GetOrCreateSchemaAsync(query.Type, null, cancel),
            });
        }
        if (metadata.OfType<LineBody>().Any())
        {
            var body = operation.RequestBody as OpenApiRequestBody ?? new OpenApiRequestBody { Required = true };
            (body.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))["text/plain"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            operation.RequestBody = body;
        }
        AddVersions(operation, [.. metadata.OfType<Versioned>()]);

        var problem = new OpenApiSchemaReference(nameof(ProblemDetails), context.Document);
        if (operation.Parameters?.Count > 0 || operation.RequestBody is not null)
            AddProblem(operation, StatusCodes.Status400BadRequest, "The request is not valid.", problem);
        if (metadata.OfType<IAllowAnonymous>().Any())
            return;
        AddSecurity(operation, context.Document, metadata.OfType<KeysOnly>().Any());
        AddProblem(operation, StatusCodes.Status401Unauthorized, "No key, or one that is not known.", problem);
        AddProblem(operation, StatusCodes.Status403Forbidden, "The key or the person may not do this.", problem);
        if (metadata.OfType<EnableRateLimitingAttribute>().Any())
            AddProblem(operation, StatusCodes.Status429TooManyRequests, "Too many requests with this key; Retry-After says when to try again.", problem);
        AddProblem(operation, StatusCodes.Status503ServiceUnavailable, "A store is unavailable; Retry-After says when to try again.", problem);
    }

    private static void AddVersions(OpenApiOperation operation, IReadOnlyCollection<Versioned> versions)
    {
        if (versions.Any(version => version.IsNeeded))
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Required = true,
                Description = "The ETag that the record was given with, such as \"3\".",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
        foreach (var (status, answer) in operation.Responses ?? [])
        {
            if (versions.Any(version => !version.IsNeeded) && status[0] == '2' && answer is OpenApiResponse response)
            {
                (response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal))["ETag"] =
                    new OpenApiHeader { Description = "The record's version.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }
        }
    }

    private static void AddSecurity(OpenApiOperation operation, OpenApiDocument? document, bool isKeyOnly)
    {
        string[] schemes = isKeyOnly ? [KeyScheme, TokenScheme] : [KeyScheme, TokenScheme, CookieScheme];
        operation.Security = [.. schemes.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] })];
    }

    // One that the route describes itself stays.
    private static void AddProblem(OpenApiOperation operation, int status, string description, OpenApiSchemaReference problem) =>
        (operation.Responses ??= []).TryAdd(status.ToString(System.Globalization.CultureInfo.InvariantCulture), new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Problem] = new() { Schema = problem } },
        });

    private static Task DescribeType(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(ObjectId))
            (schema.Type, schema.Pattern) = (JsonSchemaType.String, "^[0-9a-fA-F]{24}$");
        else if (type == typeof(JsonObject))
            // Its fields are said in words alone.
            schema.AdditionalProperties = new OpenApiSchema();
        else if (type == typeof(object))
            // A value: a number, or a letter for consciousness.
            schema.Type = JsonSchemaType.Number | JsonSchemaType.String;
        else if (schema.Enum is { Count: > 0 })
            schema.Type = JsonSchemaType.String;
        else if (context.JsonPropertyInfo?.CustomConverter is DayOrUnknown || context.JsonPropertyInfo?.AttributeProvider?.IsDefined(typeof(DayOrUnknown), false) == true)
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Properties is { Count: > 0 } && !type.IsAssignableTo(typeof(IRequestBody)) && !type.IsAssignableTo(typeof(ProblemDetails)))
            schema.Required = AlwaysThere(context.JsonTypeInfo);
        return Task.CompletedTask;
    }

    private static HashSet<string> AlwaysThere(JsonTypeInfo type) => type.Properties
        .Where(property => property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).Length is null or 0)
        .Select(property => property.Name)
        .ToHashSet(StringComparer.Ordinal);
}
