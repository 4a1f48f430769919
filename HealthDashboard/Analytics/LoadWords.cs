using System.Globalization;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Analytics;

/// <summary>Figures of the alarm load as people read them.</summary>
internal static class LoadWords
{
    /// <summary>What alarms are about.</summary>
    public static string Sign(string sign) => sign switch
    {
        Alert.ScoreSign => "NEWS2",
        Alert.FeedSign => "Feed lost",
        Alert.SensorsSign => "Sensors off",
        Alert.PressuresSign => "Pressures contradict",
        Alert.ObservationsSign => "Observations overdue",
        "clock" => "Wrong clock",
        "sources" => "Two sources differ",
        "device" => "Unknown device",
        _ => VitalSigns.Find(sign) is { } info ? AlertText.Label(info.Sign) : sign,
    };

    /// <summary>A rate: 0.04, 3.1; a dash for none.</summary>
    public static string Rate(double? rate) =>
        rate is { } value ? value.ToString(value < 0.995 ? "0.00" : "0.0", CultureInfo.InvariantCulture) : "\u2013";

    /// <summary>A part of a whole in per cent; a dash where there is no whole.</summary>
    public static string Share(int part, int whole) =>
        whole == 0 ? "\u2013" : ((double)part / whole) switch
        {
            > 0 and < 0.095 and var share => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %"),
            var share => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %"),
        };

    /// <summary>A time until somebody answered: 0:38, 6:40, 1 h 05; a dash for none.</summary>
    public static string Response(TimeSpan? time) => time switch
    {
        null => "\u2013",
        { TotalHours: < 1 } span => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}:{span.Seconds:00}"),
        { TotalDays: < 1 } span => Display.Span(span),
        _ => "over a day",
    };

    /// <summary>A number of alarms.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
