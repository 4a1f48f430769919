using System.ComponentModel.DataAnnotations;

namespace HealthDashboard.Demo;

/// <summary>The demo hospital, from the configuration sections <c>Demo</c> and <c>Simulation</c>.</summary>
internal sealed class SimulationOptions
{
    /// <summary>The section of the simulator.</summary>
    public const string Section = "Simulation";

    /// <summary>Whether the demo hospital is made and scenarios can be started: <c>Demo:Ward</c>, by default as <c>Demo:Enabled</c>.</summary>
    public bool Demo { get; set; }

    /// <summary>Whether the demo patients' monitors run: <c>Simulation:Enabled</c>, by default as <c>Demo:Ward</c>.</summary>
    public bool Enabled { get; set; }

    /// <summary>How many demo patients there are; 1 to 5,000. Read when they are first made.</summary>
    [Range(1, 5000)]
    public int Patients { get; set; } = 36;

    /// <summary>How much of the past the demo patients have when they are first made; none to 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan History { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How much of the past before that they get afterwards, beside everything else, so that looking back a week finds something; none to 6 days,
    /// because raw readings are kept for 7.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "6.00:00:00")]
    public TimeSpan EarlierHistory { get; set; } = TimeSpan.FromDays(6);
}
