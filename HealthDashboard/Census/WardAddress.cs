using HealthDashboard.Data.Model;

namespace HealthDashboard.Census;

/// <summary>A ward as an address names it: <c>/api/wards/{region}/{ward}</c>.</summary>
internal static class WardAddress
{
    /// <summary>The ward. A slash within a name stays encoded on its way here, so that it does not end the name.</summary>
    public static WardKey Of(string region, string ward) => new(
        region.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), ward.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
}
