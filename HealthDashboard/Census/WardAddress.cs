using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Census;

/// <summary>A ward as an address names it: <c>/api/wards/{region}/{ward}</c>.</summary>
internal static class WardAddress
{
    /// <summary>The ward. A slash within a name stays encoded on its way here, so that it does not end the name.</summary>
    public static WardKey Of(string region, string ward) => new(NameOf(region), NameOf(ward));

    /// <summary>The ward of <c>North/ICU</c>, each part percent-encoded where a name has a slash; null where it names none.</summary>
    public static WardKey? Parse(string? text) =>
        text?.Split('/') is [{ Length: > 0 } region, { Length: > 0 } ward] ? new(Uri.UnescapeDataString(region), Uri.UnescapeDataString(ward)) : null;

    /// <summary>As <see cref="Parse"/> reads it; empty for the whole hospital.</summary>
    public static string TextOf(WardKey? ward) => ward is null ? "" : $"{Escape(ward.Region)}/{Escape(ward.Ward)}";

    private static string Escape(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    private static string NameOf(string part) => ComposedText.Of(part.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
}
