using HealthDashboard.Accounts;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Fhir;

/// <summary>Exchange with other systems as FHIR R4 (docs/fhir.md).</summary>
internal static class FhirServices
{
    /// <summary>Adds what <see cref="MapFhir"/> needs besides stores, patients, care team, live values and intake.</summary>
    public static void AddFhir(this IServiceCollection services)
    {
        services.AddOptions<FhirOptions>().BindConfiguration(FhirOptions.Section).ValidateRangesOnStart(FhirOptions.Section);
        services.AddSingleton<IStartupFilter, FhirErrors>();
        services.AddExceptionHandler<FhirErrors>();
        services.AddSingleton<FhirGate>();
        services.AddSingleton<ImportSources>();
        services.AddSingleton<BundleImport>();
        services.AddSingleton<RecordSource>();
        services.AddSingleton<ObservationSource>();
        services.AddSingleton<OtherSources>();
        services.AddSingleton<FhirReads>();
        services.AddSingleton<BulkExport>();
        services.AddSingleton<BulkImport>();
        services.AddSingleton<BulkJobs>();
        services.AddHostedService(static provider => provider.GetRequiredService<BulkJobs>());
    }

    /// <summary>Adds everything under <c>/fhir</c>, which its own CapabilityStatement describes.</summary>
    public static void MapFhir(this IEndpointRouteBuilder app)
    {
        var maxBytes = app.ServiceProvider.GetRequiredService<IOptions<FhirOptions>>().Value.MaxBodyBytes;
        var fhir = app.MapGroup("/fhir").ExcludeFromDescription();
        var writing = fhir.MapGroup("").RequireAuthorization(Policies.Exchange)
            // Larger ones are refused without being kept, but read to their end: a sender that is cut off sees no answer.
            .WithMetadata(new RequestSizeLimitAttribute(2L * maxBytes));
        writing.MapPost("", BundleEndpoint.PostAsync);
        writing.MapWrites();
        fhir.MapBulk();
        app.MapCsvExport();
        fhir.MapGet("metadata", Capability.GetAsync).AllowAnonymous();
        fhir.MapGroup("").RequireAuthorization(Policies.Viewer).MapReads();
    }
}
