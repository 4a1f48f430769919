namespace HealthDashboard.Hosting;

internal static class ListenAddress
{
    public const string Default = "http://localhost:5080";

    private static readonly string[] Keys = ["urls", "http_ports", "https_ports"];

    /// <summary>
    /// Listens on <see cref="Default"/>, which only this machine reaches, unless an address is configured:
    /// ASPNETCORE_URLS, --urls, ASPNETCORE_HTTP_PORTS or a Kestrel:Endpoints section.
    /// </summary>
    public static void UseLocalAddressByDefault(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (Keys.All(key => string.IsNullOrEmpty(configuration[key])) && !configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(Default);
    }
}
