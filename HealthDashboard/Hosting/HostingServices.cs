using System.Text.Json;
using System.Text.Json.Serialization;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hosting;

/// <summary>What every endpoint has in common: errors, JSON, limits, health and the OpenAPI document.</summary>
internal static class HostingServices
{
    private const long MaxBody = 8 * 1024 * 1024;

    public static void AddHosting(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<Problems>();
        services.AddHealthChecks();
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<DataLock>();
        services.AddSingleton<ClockWatch>();
        services.AddSingleton<IClockTrust>(static provider => provider.GetRequiredService<ClockWatch>());
        services.AddHostedService(static provider => provider.GetRequiredService<ClockWatch>());
        services.AddApiDocument();
        services.AddTrustedProxies();
        services.AddSingleton<IValidateOptions<StoreOptions>>(static provider => new ExampleSecrets(provider.GetRequiredService<IConfiguration>()));
        // So that bad input reaches Problems in every environment, and not an empty answer in some.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => SetJson(options.SerializerOptions));
        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MaxBody;
            options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
    }

    /// <summary>Comes before everything else that answers.</summary>
    public static void UseHosting(this IApplicationBuilder app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseOriginCheck();
        app.UseWhen(IsPerson, pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseWhen(context => !IsPerson(context), programs => programs.UseStatusCodePages());
        // Here and not at the very front, where it would be without a word: the page for "not found" is looked for after all others.
        app.UseRouting();
    }

    // Somebody who opens an address in a browser; every other request is a program's, or a page's own script.
    private static bool IsPerson(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments("/fhir", StringComparison.OrdinalIgnoreCase);

    public static void MapHosting(this IEndpointRouteBuilder app) => app.MapHealth();

    /// <summary>As the API takes and gives JSON: camelCase, enums by name, numbers as numbers, nothing it does not know, nothing twice.</summary>
    public static void SetJson(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }
}
