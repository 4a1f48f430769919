using HealthDashboard.Data.Stores;

namespace HealthDashboard.Live;

/// <summary>Notices messages that were lost on the way, by their numbers. Not thread-safe.</summary>
internal sealed class LiveSequence
{
    private readonly Dictionary<(ulong Sender, string Region), long> last = [];

    /// <summary>Whether nothing is missing between a message and the one before. A sender's first is number 1: what came before is missing too.</summary>
    public bool Follows(LiveReadings message)
    {
        var key = (message.Sender, message.Region);
        var follows = message.Number == last.GetValueOrDefault(key) + 1;
        last[key] = message.Number;
        return follows;
    }
}
