using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Deidentified;

/// <summary>What leaves the hospital without names.</summary>
internal static class DeidentifiedServices
{
    public static IServiceCollection AddDeidentified(this IServiceCollection services)
    {
        services.AddOptions<StoreOptions>().Validate<IConfiguration>(
            static (_, configuration) => configuration[Pseudonyms.Setting] is not { } text || FromBase64(text) is { Length: >= Pseudonyms.ShortestSecret },
            $"{Pseudonyms.Setting} must be {Pseudonyms.ShortestSecret} bytes or more in base64, for example from 'openssl rand -base64 32'.");
        services.AddSingleton(provider => new Pseudonyms(
            provider.GetRequiredService<IConfiguration>()[Pseudonyms.Setting] is { } text
                ? FromBase64(text)!
                : KeyFile.Read(Path.Combine(provider.GetRequiredService<IOptions<StoreOptions>>().Value.DataDirectory, "keys", "deidentify.key"), Pseudonyms.ShortestSecret)));
        return services.AddSingleton<DeidentifiedAlerts>();
    }

    /// <summary>Adds the export over HTTP.</summary>
    public static IEndpointRouteBuilder MapDeidentified(this IEndpointRouteBuilder app)
    {
        app.MapDeidentifiedRoutes();
        return app;
    }

    private static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
