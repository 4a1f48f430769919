using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace HealthDashboard.Shared;

/// <summary>A record's version as its ETag, such as <c>"3"</c>, and If-Match as the version that a change was made from [RFC 9110, 8.8.3 and 13.1.1].</summary>
internal static class ETags
{
    public static void SetVersion(this HttpResponse response, long version) => response.Headers.ETag = $"\"{version}\"";

    /// <summary>The version in If-Match.</summary>
    /// <exception cref="BadHttpRequestException">428: there is none; 400: it is not one ETag as we give them.</exception>
    public static long NeededVersion(this HttpRequest request)
    {
        var header = request.Headers.IfMatch.ToString();
        if (header.Length == 0)
            throw new BadHttpRequestException("Send the record's ETag as If-Match, so that nobody's change is lost.", StatusCodes.Status428PreconditionRequired);
        // Not "*": whoever does not know what is there must not replace it.
        if (EntityTagHeaderValue.TryParse(header, out var tag) && !tag.IsWeak
            && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return version;
        throw new BadHttpRequestException($"If-Match is '{header}'; allowed is one ETag as the record was given with, such as \"3\".");
    }
}
