using HealthDashboard.Shared;

namespace HealthDashboard.Hosting;

/// <summary>
/// Refuses what a page of another site makes a browser ask with the cookie of whoever is signed in here: web sockets, whose opening no browser
/// holds back, and calls. What carries a key is a program's: no browser adds one for another site.
/// </summary>
internal static partial class OriginCheck
{
    private static readonly string[] KeyHeaders = ["X-Api-Key", "Authorization"];

    public static void UseOriginCheck(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OriginCheck));
        app.Use((context, next) =>
        {
            if (!IsForeign(context.Request))
                return next(context);
            LogRefused(log, context.Request.Path, $"{context.Request.Scheme}://{context.Request.Host}");
            return TypedResults.Problem(
                $"The request comes from a page of another site. If that page is this program's, name the proxy in front of it in {TrustedProxies.Key}.",
                statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
        });
    }

    private static bool IsForeign(HttpRequest request)
    {
        if (KeyHeaders.Any(header => request.Headers.ContainsKey(header)))
            return false;
        if (request.Headers.TryGetValue("Origin", out var origins))
            return !IsOwn(request, origins.ToString());
        // What browsers send along without an origin: a link to a page may come from anywhere, all else may not.
        return request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" && Problems.IsForPrograms(request.Path);
    }

    private static bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own)
        && Uri.Compare(from, own, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Path}: it comes from a page of another site than {Own}")]
    private static partial void LogRefused(ILogger log, PathString path, string own);
}
