using System.Net;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hosting;

/// <summary>
/// The proxies in front of this program. From these alone it takes who the client is, and by which scheme and host it asked
/// (<c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c>); whatever others send in these headers is passed over.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>Networks as 10.0.0.0/8 or addresses, a list or one text with commas; none when it is not set.</summary>
    public const string Key = "Proxy:Trusted";

    private const string TrustAll = "FORWARDEDHEADERS_ENABLED";

    public static void AddTrustedProxies(this IServiceCollection services)
    {
        services.AddOptions<ForwardedHeadersOptions>().Configure<IConfiguration>(static (options, configuration) =>
        {
            var networks = Texts(configuration).Select(Parse).OfType<System.Net.IPNetwork>().ToList();
            options.ForwardedHeaders = networks.Count == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            // However many proxies stand in a row: the first that is not trusted is the client.
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in networks)
                options.KnownIPNetworks.Add(network);
        });
        // Reported with all else that is wrong.
        services.AddSingleton<IValidateOptions<StoreOptions>>(static provider => new Validator(provider.GetRequiredService<IConfiguration>()));
    }

    private static IEnumerable<string> Texts(IConfiguration configuration)
    {
        var section = configuration.GetSection(Key);
        return section.GetChildren().Select(child => child.Value).Prepend(section.Value)
            .SelectMany(text => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static System.Net.IPNetwork? Parse(string text)
    {
        if (System.Net.IPNetwork.TryParse(text, out var network))
            return network;
        return IPAddress.TryParse(text, out var address) ? new(address, address.GetAddressBytes().Length * 8) : null;
    }

    private sealed class Validator(IConfiguration configuration) : IValidateOptions<StoreOptions>
    {
        public ValidateOptionsResult Validate(string? name, StoreOptions options)
        {
            var errors = new ValidateOptionsResultBuilder();
            foreach (var text in Texts(configuration).Where(text => Parse(text) is null))
                errors.AddError($"{Key} has '{text}': allowed are networks as 10.0.0.0/8 or fd00::/8, and addresses.");
            if (configuration.GetValue(TrustAll, false))
                errors.AddError($"ASPNETCORE_{TrustAll} trusts everybody who sends forwarded headers: unset it, and name the proxy in {Key}.");
            return errors.Build();
        }
    }
}
