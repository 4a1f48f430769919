namespace HealthDashboard.Live;

/// <summary>A trend as a page shows it.</summary>
internal static class TrendLook
{
    /// <summary>The trend as a CSS class; null for none.</summary>
    public static string? Of(Trend trend) => trend switch
    {
        Trend.Rising => "is-rising",
        Trend.Falling => "is-falling",
        _ => null,
    };
}
