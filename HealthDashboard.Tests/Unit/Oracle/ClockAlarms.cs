using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>Devices whose clock is wrong: docs/clinical.md, T2.</summary>
internal sealed class ClockAlarms(AlertBook book)
{
    private readonly Dictionary<string, List<(long At, long Lag)>> devices = [];

    /// <summary>A reading of a device has arrived.</summary>
    public void Arrived(Reading reading, long now)
    {
        var device = reading.Device ?? "";
        if (!devices.TryGetValue(device, out var heard))
            devices[device] = heard = [];
        heard.Add((now, now - reading.Time));
        var name = Alert.ClockSign + device;
        if (IsAhead(heard[^1].Lag) || BehindFor(heard) >= 10 * Values.Second)
            book.Stand(name, now, now);
        else if (RightFor(heard) >= 60 * Values.Second)
            book.EndTechnical(name, now);
    }

    private static bool IsAhead(long lag) => lag < -5 * Values.Second;

    private static bool IsBehind(long lag) => lag > 60 * Values.Second;

    /// <summary>For how long a device has been behind while it sent at its own pace.</summary>
    private static long BehindFor(List<(long At, long Lag)> heard)
    {
        var last = heard[^1];
        if (!IsBehind(last.Lag))
            return 0;
        var first = heard.Count - 1;
        while (first > 0 && IsBehind(heard[first - 1].Lag) && Math.Abs(heard[first - 1].Lag - last.Lag) <= 5 * Values.Second
            && heard[first].At - heard[first - 1].At <= 10 * Values.Second)
            first--;
        return last.At - heard[first].At;
    }

    private static long RightFor(List<(long At, long Lag)> heard)
    {
        var wrong = heard.FindLastIndex(h => IsAhead(h.Lag) || IsBehind(h.Lag));
        return wrong + 1 < heard.Count ? heard[^1].At - heard[wrong + 1].At : 0;
    }
}
