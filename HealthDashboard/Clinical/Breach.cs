using System.Runtime.InteropServices;

namespace HealthDashboard.Clinical;

/// <summary>A stretch of time beyond a limit. Times as in <see cref="SignState"/>.</summary>
/// <param name="Start">Its first moment.</param>
/// <param name="End">Its end, exclusive; 0 while it goes on.</param>
/// <param name="Worst">The worst value in it.</param>
internal readonly record struct Spell(long Start, long End, double Worst);

/// <summary>
/// A breach that builds up, by one source at one limit: it lasts for the hold-off, or its stretches add up (docs/clinical.md, B1 to B3).
/// Times as in <see cref="SignState"/>.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal record struct Breach
{
    /// <summary>How far back time beyond the limit adds up, and how long a breach is kept while its sensor is off, in milliseconds.</summary>
    public const long Window = 60_000;

    /// <summary>Time beyond the limit alarms when it adds up to so many hold-offs.</summary>
    public const int HoldOffs = 3;

    /// <summary>When it began; 0 when nothing builds up.</summary>
    public long Onset;

    /// <summary>What counted before the last pause, in milliseconds.</summary>
    public long Counted;

    /// <summary>Since when it counts; 0 while it is paused.</summary>
    public long CountsSince;

    /// <summary>Since when it is paused; 0 while it counts.</summary>
    public long PausedAt;

    /// <summary>The worst value since the onset.</summary>
    public double Worst;

    /// <summary>Whether the source's last value was beyond the limit.</summary>
    public bool Beyond;

    /// <summary>Whether the source's last value was not back inside the limit; a sensor that has gone off since changes nothing.</summary>
    public bool NotBack;

    /// <summary>The stretches beyond the limit within the window, in order; null for none. Replaced when it changes, never written to.</summary>
    public Spell[]? Spells;

    /// <summary>Takes the next value of the source.</summary>
    /// <param name="side">The limit.</param>
    /// <param name="value">The value; not "sensor off".</param>
    /// <param name="at">Its effective time.</param>
    /// <param name="builds">Whether a breach may build up: false while its alert is active.</param>
    public void Take(in Side side, double value, long at, bool builds)
    {
        var beyond = side.IsBeyond(value);
        if (PausedAt != 0 && at - PausedAt > Window)
            Forget();
        if (!builds || (Onset != 0 && side.IsBack(value)))
        {
            Forget();
        }
        else if (Onset != 0)
        {
            if (PausedAt != 0)
                (CountsSince, PausedAt) = (at, 0);
            if (beyond)
                Worst = side.Worse(Worst, value);
        }
        else if (beyond)
        {
            (Onset, Counted, CountsSince, PausedAt, Worst) = (at, 0, at, 0, value);
        }

        if (side.AddsUp)
            Track(side, beyond, value, at);
        (Beyond, NotBack) = (beyond, !side.IsBack(value));
    }

    /// <summary>The sensor is off: what builds up is kept and does not count.</summary>
    public void Pause(long at)
    {
        if (CountsSince != 0)
            (Counted, CountsSince, PausedAt) = (Counted + at - CountsSince, 0, at);
        if (Spells is [.., { End: 0 } last])
            Spells = [.. Spells[..^1], last with { End = at }];
    }

    /// <summary>Nothing builds up any more.</summary>
    public void Forget() => (Onset, Counted, CountsSince, PausedAt) = (0, 0, 0, 0);

    /// <summary>When it will have lasted for the hold-off; <see cref="long.MaxValue"/> when it does not count.</summary>
    public readonly long LastedAt(in Side side) =>
        CountsSince == 0 ? long.MaxValue : CountsSince + side.HoldOff - Counted;

    /// <summary>When the time beyond the limit will have added up; <see cref="long.MaxValue"/> when it does not grow.</summary>
    public readonly long AddedUpAt(in Side side)
    {
        if (!side.AddsUp || Spells is not [.., { End: 0 } current])
            return long.MaxValue;
        var needed = HoldOffs * side.HoldOff;
        for (var at = current.Start; ;)
        {
            var sum = Sum(at);
            if (sum >= needed)
                return at;
            // Until the window's edge enters or leaves an earlier stretch, the sum grows with time or stands still.
            var (grows, until) = Edge(at);
            if (grows && at + needed - sum <= until)
                return at + needed - sum;
            if (until == long.MaxValue)
                return at + needed - sum;
            at = until;
        }
    }

    /// <summary>How much time of the window before a moment was beyond the limit, in milliseconds.</summary>
    public readonly long Sum(long at)
    {
        var sum = 0L;
        foreach (var spell in Spells ?? [])
            sum += Math.Max(0, Math.Min(spell.End == 0 ? at : spell.End, at) - Math.Max(spell.Start, at - Window));
        return sum;
    }

    /// <summary>The worst value of the window before a moment.</summary>
    public readonly double WorstOf(in Side side, long at, double worst)
    {
        foreach (var spell in Spells ?? [])
        {
            if (spell.End == 0 || spell.End > at - Window)
                worst = side.Worse(worst, spell.Worst);
        }

        return worst;
    }

    private readonly (bool Grows, long Until) Edge(long at)
    {
        var edge = at - Window;
        foreach (var spell in Spells!)
        {
            if (spell.Start > edge)
                return (true, spell.Start + Window);
            if (spell.End > edge)
                return (false, spell.End + Window);
        }

        return (true, long.MaxValue);
    }

    private void Track(in Side side, bool beyond, double value, long at)
    {
        var open = Spells is [.., { End: 0 }];
        if (beyond && open && !side.IsWorse(value, Spells![^1].Worst))
            return;
        if (!beyond && !open)
            return;
        List<Spell> spells = new((Spells?.Length ?? 0) + 1);
        foreach (var spell in Spells ?? [])
        {
            if (spell.End == 0 || spell.End > at - Window)
                spells.Add(spell);
        }

        if (!open)
            spells.Add(new Spell(at, 0, value));
        else
            spells[^1] = beyond ? spells[^1] with { Worst = value } : spells[^1] with { End = at };
        Spells = [.. spells];
    }
}
