using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Cohorts;

/// <summary>How old somebody was on admission, in full years.</summary>
[JsonConverter(typeof(NamesOnly<AgeBand>))]
public enum AgeBand
{
    /// <summary>Those for whom NEWS2 is not made.</summary>
    [JsonStringEnumMemberName("0-15")] To15,

    /// <summary>16 to 39.</summary>
    [JsonStringEnumMemberName("16-39")] From16,

    /// <summary>40 to 64.</summary>
    [JsonStringEnumMemberName("40-64")] From40,

    /// <summary>65 to 79.</summary>
    [JsonStringEnumMemberName("65-79")] From65,

    /// <summary>80 and older.</summary>
    [JsonStringEnumMemberName("80-")] From80,
}

/// <summary>Ages and their bands.</summary>
internal static class AgeBands
{
    /// <summary>The band of an age.</summary>
    public static AgeBand Of(int age) => age switch
    {
        < 16 => AgeBand.To15,
        < 40 => AgeBand.From16,
        < 65 => AgeBand.From40,
        < 80 => AgeBand.From65,
        _ => AgeBand.From80,
    };

    /// <summary>The band in words.</summary>
    public static string Words(AgeBand band) => band switch
    {
        AgeBand.To15 => "under 16",
        AgeBand.From16 => "16 to 39",
        AgeBand.From40 => "40 to 64",
        AgeBand.From65 => "65 to 79",
        _ => "80 and older",
    };
}
