namespace HealthDashboard.Hosting;

/// <summary>The headers that every answer carries.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// Scripts and style sheets come from this origin only; nothing inline runs, except the texts whose hash is named.
    /// A test in the browser fails when a new version of a library changes one of these texts.
    /// </summary>
    private static readonly string Policy = string.Join("; ",
        "default-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        // Icons in style sheets, and charts saved as pictures.
        "img-src 'self' data: blob:",
        "script-src 'self'",
        // ApexCharts 4.7.0 writes one style element, for its legend.
        "style-src 'self' 'sha256-aSysLrDECVdJ6L+jLf8CC5QKLmwRuk/OZiZk9mYky8A='",
        // MudBlazor and ApexCharts place things by style attributes, which can neither load nor run anything.
        "style-src-attr 'unsafe-inline'");

    // The presentation shows pages of this program. Browsers say themselves where a request comes from; a page cannot.
    private static readonly string FramedPolicy = Policy.Replace("frame-ancestors 'none'", "frame-ancestors 'self'", StringComparison.Ordinal);

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        var framed = IsFrameOfOurs(context.Request);
        headers.ContentSecurityPolicy = framed ? FramedPolicy : Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = framed ? "SAMEORIGIN" : "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // A year; over http browsers would pass over it [RFC 6797, 7.2].
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        return next(context);
    });

    /// <summary>Whether a page is requested for a frame in another page of this program.</summary>
    // After a redirect of another origin's the site is no longer the same, and the ancestors are checked besides.
    public static bool IsFrameOfOurs(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Dest"] == "iframe" && request.Headers["Sec-Fetch-Site"] == "same-origin";
}
