using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>The chart of NEWS2, read from the table of docs/clinical.md, column by column.</summary>
internal static class Chart
{
    /// <summary>The points of a parameter. <paramref name="oxygen"/> says whether oxygen is known to be given; it matters on scale 2.</summary>
    public static int Points(VitalSign sign, double value, int scale, bool oxygen)
    {
        var whole = Math.Round(value, MidpointRounding.AwayFromZero);
        var tenth = Math.Round(value, 1, MidpointRounding.AwayFromZero);
        return sign switch
        {
            VitalSign.RespiratoryRate => whole <= 8 ? 3 : whole <= 11 ? 1 : whole <= 20 ? 0 : whole <= 24 ? 2 : 3,
            VitalSign.Spo2 when scale == 2 => whole <= 83 ? 3 : whole <= 85 ? 2 : whole <= 87 ? 1 : whole <= 92 || !oxygen ? 0 : whole <= 94 ? 1 : whole <= 96 ? 2 : 3,
            VitalSign.Spo2 => whole <= 91 ? 3 : whole <= 93 ? 2 : whole <= 95 ? 1 : 0,
            VitalSign.OxygenFlow => tenth > 0 ? 2 : 0,
            VitalSign.Systolic => whole <= 90 ? 3 : whole <= 100 ? 2 : whole <= 110 ? 1 : whole <= 219 ? 0 : 3,
            VitalSign.HeartRate => whole <= 40 ? 3 : whole <= 50 ? 1 : whole <= 90 ? 0 : whole <= 110 ? 1 : whole <= 130 ? 2 : 3,
            VitalSign.Consciousness => whole == 0 ? 0 : 3,
            VitalSign.Temperature => tenth <= 35.0 ? 3 : tenth <= 36.0 ? 1 : tenth <= 38.0 ? 0 : tenth <= 39.0 ? 1 : 2,
            _ => throw new ArgumentOutOfRangeException(nameof(sign), sign, "Not a parameter of NEWS2."),
        };
    }
}

/// <summary>The score at one moment.</summary>
/// <param name="Total">The sum of what is current: a lower bound while something is missing.</param>
/// <param name="Threes">The parameters that score 3.</param>
/// <param name="Missing">The parameters without a current value.</param>
/// <param name="Awaited">Those of them that scored when they were last measured.</param>
internal sealed record Score(int Total, IReadOnlyList<VitalSign> Threes, IReadOnlyList<VitalSign> Missing, IReadOnlyList<VitalSign> Awaited)
{
    /// <summary>Nothing is measured (N4), or NEWS2 does not apply (N5).</summary>
    public static Score None { get; } = new(0, [], Values.Scored, []);
}
