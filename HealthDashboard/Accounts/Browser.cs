namespace HealthDashboard.Accounts;

/// <summary>What a person calls a browser, from what it says of itself. For lists only: it may say anything.</summary>
internal static class Browser
{
    // In this order: most say the names of others too.
    private static readonly (string Sign, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static string NameOf(string userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent)) switch
    {
        ({ } browser, { } system) => $"{browser} on {system}",
        ({ } browser, null) => browser,
        (null, { } system) => system,
        _ => "Unknown browser",
    };

    private static string? Find((string Sign, string Name)[] all, string userAgent) =>
        Array.Find(all, one => userAgent.Contains(one.Sign, StringComparison.Ordinal)).Name;
}
