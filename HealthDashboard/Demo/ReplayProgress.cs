using System.Globalization;

namespace HealthDashboard.Demo;

/// <summary>How far a replay is: one line that is written over on a terminal, else a plain line now and then.</summary>
internal sealed class ReplayProgress(TextWriter output, bool isTerminal, TimeProvider time)
{
    private const int Width = 30;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan InLog = TimeSpan.FromSeconds(10);

    private readonly long began = time.GetTimestamp();
    private TimeSpan? shown;
    private int length;

    /// <summary>Shows that so many values of all are sent, unless it has just been shown.</summary>
    public void Show(int done, int all)
    {
        var elapsed = time.GetElapsedTime(began);
        if (done < all && elapsed - shown < (isTerminal ? OnTerminal : InLog))
            return;
        shown = elapsed;
        var rate = elapsed > TimeSpan.Zero ? done / elapsed.TotalSeconds : 0;
        var left = rate > 0 ? TimeSpan.FromSeconds((all - done) / rate) : TimeSpan.Zero;
        var figures = string.Create(CultureInfo.InvariantCulture, $"{100.0 * done / all:0} %, {rate:0} readings/s, {left:hh\\:mm\\:ss} left");
        if (isTerminal)
        {
            var filled = (int)((long)Width * done / all);
            Over($"[{new string('#', filled)}{new string('.', Width - filled)}] {figures}");
        }
        else
        {
            output.WriteLine(figures);
        }
    }

    /// <summary>Says something else without losing the line.</summary>
    public void Tell(string message)
    {
        if (isTerminal)
            Over(message);
        else
            output.WriteLine(message);
    }

    /// <summary>Leaves the line as it is.</summary>
    public void End()
    {
        if (isTerminal && length > 0)
            output.WriteLine();
        length = 0;
    }

    private void Over(string line)
    {
        output.Write("\r" + line.PadRight(length));
        length = line.Length;
    }
}
