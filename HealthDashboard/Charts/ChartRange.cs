namespace HealthDashboard.Charts;

/// <summary>A length of time that one button shows.</summary>
/// <param name="Label">On the button.</param>
/// <param name="Span">How long.</param>
internal sealed record ChartRange(string Label, TimeSpan Span)
{
    /// <summary>What a page begins with.</summary>
    public static readonly ChartRange First = new("1 h", TimeSpan.FromHours(1));

    /// <summary>What is printed.</summary>
    public static readonly ChartRange Day = new("24 h", TimeSpan.FromHours(24));

    /// <summary>All of them, the shortest first.</summary>
    public static IReadOnlyList<ChartRange> All { get; } =
    [
        new("15 min", TimeSpan.FromMinutes(15)), First, new("6 h", TimeSpan.FromHours(6)), Day,
        new("7 d", TimeSpan.FromDays(7)), new("30 d", TimeSpan.FromDays(30)), new("1 y", TimeSpan.FromDays(365)),
    ];
}
