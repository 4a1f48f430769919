using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>Everything that the wall shows of one bed, written out once for all viewers. Equal tiles look the same.</summary>
/// <param name="PatientId">Whose it is.</param>
/// <param name="Bed">The bed; a dash when the patient has none.</param>
/// <param name="Name">Family name and given name.</param>
/// <param name="Initials">What stands for the name where visitors can read along.</param>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
/// <param name="Score">The NEWS2 score.</param>
/// <param name="Alarm">The open alert that the tile names; null when there is none.</param>
/// <param name="Alarms">How many open alerts there are, by priority.</param>
public sealed record BedTile(
    ObjectId PatientId, string Bed, string Name, string Initials, string Region, string Ward, TileScore Score, TileAlarm? Alarm, AlarmCounts Alarms)
{
    /// <summary>Whether nobody is in the bed any more: its place on the wall stays.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>The highest priority of what is still true, acknowledged or not: the tile's colour. Null when nothing is.</summary>
    public AlertPriority? Worst { get; init; }

    /// <summary>What else must be known of the bed, the most important first; see <see cref="TileNote"/>.</summary>
    public TileNotes Notes { get; init; } = TileNotes.None;

    /// <summary>Heart rate.</summary>
    public TileValue HeartRate { get; init; }

    /// <summary>Oxygen saturation.</summary>
    public TileValue Spo2 { get; init; }

    /// <summary>Respiratory rate.</summary>
    public TileValue RespiratoryRate { get; init; }

    /// <summary>Systolic over diastolic pressure.</summary>
    public TileValue Pressure { get; init; }

    /// <summary>Temperature.</summary>
    public TileValue Temperature { get; init; }

    /// <summary>Ten minutes of heart rate as an SVG path, 60 wide and 20 high; empty when there is nothing to draw.</summary>
    public string Sparkline { get; init; } = "";

    /// <summary>The greater, the further in front when the most acute come first: alarms that call, then open ones, then the score.</summary>
    public int Rank => (Calling * 1000) + (((int?)(Worst ?? Alarm?.Priority) ?? 0) * 100) + Score.Points;

    /// <summary>Whether a high alarm calls.</summary>
    public bool CallsHigh => Calling == (int)AlertPriority.High;

    private int Calling => Alarm is { Calls: true } calling ? (int)calling.Priority : 0;
}

/// <summary>One value on a tile.</summary>
/// <param name="Value">The value; where two are shown as one, the sign is that of the first.</param>
/// <param name="Trend">Against half an hour ago.</param>
/// <param name="Alarm">The priority of an open alert on this sign; null when there is none.</param>
public readonly record struct TileValue(ShownValue Value, Trend Trend, AlertPriority? Alarm);

/// <summary>A NEWS2 score on a tile.</summary>
/// <param name="Points">The points that are there.</param>
/// <param name="Text">"5", or with parts missing "&#x2265;3", or a dash where the score is not made for the patient.</param>
/// <param name="Risk">The risk in a word.</param>
/// <param name="Level">The risk as part of a CSS class.</param>
/// <param name="Title">The whole of it in words, with what is missing.</param>
/// <param name="Trend">Against an hour ago, or the longest that it is known; steady while parts are missing.</param>
public sealed record TileScore(int Points, string Text, string Risk, string Level, string Title, Trend Trend = Trend.Steady);

/// <summary>An alert on a tile.</summary>
/// <param name="Priority">Its priority.</param>
/// <param name="Text">What it is about, without its mark.</param>
/// <param name="Calls">Whether nobody has acknowledged it.</param>
/// <param name="Over">Since when it is over, written out; empty while it is true.</param>
/// <param name="Reminder">Whether it calls again because it was acknowledged and goes on.</param>
/// <param name="More">How many other alerts are open.</param>
public sealed record TileAlarm(AlertPriority Priority, string Text, bool Calls, string Over, bool Reminder, int More)
{
    /// <summary>Since when it is open.</summary>
    public DateTimeOffset RaisedAt { get; init; }

    /// <summary>Who has acknowledged it; null while nobody has.</summary>
    public string? By { get; init; }

    /// <summary>Whether what raised it is still true.</summary>
    public bool Holds => Over.Length == 0;
}

/// <summary>Open alerts by priority.</summary>
/// <param name="High">High ones.</param>
/// <param name="Medium">Medium ones.</param>
/// <param name="Low">Low ones.</param>
public readonly record struct AlarmCounts(int High, int Medium, int Low)
{
    /// <summary>Both together.</summary>
    public static AlarmCounts operator +(AlarmCounts a, AlarmCounts b) => new(a.High + b.High, a.Medium + b.Medium, a.Low + b.Low);
}

/// <summary>Where a value has gone in half an hour.</summary>
public enum Trend
{
    /// <summary>Not known, or nowhere to speak of.</summary>
    Steady,

    /// <summary>Up.</summary>
    Rising,

    /// <summary>Down.</summary>
    Falling,
}
