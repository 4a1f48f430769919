using HealthDashboard.Data.Model;

namespace HealthDashboard.Live;

/// <summary>One patient's part of <see cref="LiveVitals"/>. Calls may come from any thread.</summary>
internal sealed class PatientVitals
{
    /// <summary>The length of a step in milliseconds.</summary>
    public const long StepMilliseconds = 10_000;

    /// <summary>How many steps are kept.</summary>
    public const int Steps = 60;

    private readonly SignVitals?[] signs = new SignVitals?[16];
    private readonly Lock gate = new();
    private long version;

    /// <summary>Grows with each change.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>Takes readings of the patient.</summary>
    public void Apply(ReadOnlySpan<Reading> readings)
    {
        lock (gate)
        {
            foreach (ref readonly var reading in readings)
            {
                var sign = Of(reading.Sign);
                sign.SetLatest(reading);
                if (!reading.IsSensorOff)
                    sign.Add(reading.Time / StepMilliseconds, reading.Value, 1);
            }
            version++;
        }
    }

    /// <summary>Fills in the past where nothing newer is here; a step that has values already keeps them.</summary>
    public void Fill(IReadOnlyList<Reading> latest, IReadOnlyDictionary<VitalSign, IReadOnlyList<VitalPoint>> recent)
    {
        lock (gate)
        {
            foreach (var reading in latest)
            {
                var sign = Of(reading.Sign);
                if (!sign.HasLatest || reading.Time > sign.Latest.Time)
                    sign.SetLatest(reading);
            }
            foreach (var (sign, points) in recent)
            {
                foreach (var point in points)
                    Of(sign).AddIfFree(point.Time.ToUnixTimeMilliseconds() / StepMilliseconds, point.Mean * point.Count, point.Count);
            }
            version++;
        }
    }

    /// <summary>The latest reading of each sign.</summary>
    public IReadOnlyList<Reading> Latest()
    {
        List<Reading> latest = new(VitalSigns.All.Count);
        lock (gate)
        {
            foreach (var info in VitalSigns.All)
            {
                if (signs[(int)info.Sign] is { HasLatest: true } sign)
                    latest.Add(sign.Latest);
            }
        }
        return latest;
    }

    /// <summary>The means of the steps that reach into the ten minutes before now.</summary>
    public IReadOnlyList<Sample> Recent(VitalSign sign, long now)
    {
        lock (gate)
            return signs[(int)sign]?.Recent(now / StepMilliseconds) ?? [];
    }

    private SignVitals Of(VitalSign sign) => signs[(int)sign] ??= new SignVitals();

    private sealed class SignVitals
    {
        private readonly (long Step, double Sum, long Count)[] ring = new (long, double, long)[Steps];

        private Reading latest;

        public bool HasLatest { get; private set; }

        public ref readonly Reading Latest => ref latest;

        // The same time again replaces the value, as in the store.
        public void SetLatest(in Reading reading)
        {
            if (HasLatest && reading.Effective < latest.Effective)
                return;
            latest = reading;
            HasLatest = true;
        }

        public void AddIfFree(long step, double sum, long count)
        {
            if (ring[step % Steps].Step < step)
                Add(step, sum, count);
        }

        public void Add(long step, double sum, long count)
        {
            ref var slot = ref ring[step % Steps];
            if (slot.Step < step)
                slot = (step, sum, count);
            else if (slot.Step == step)
                slot = (step, slot.Sum + sum, slot.Count + count);
        }

        public List<Sample> Recent(long current)
        {
            List<Sample> samples = new(Steps);
            for (var step = current - Steps + 1; step <= current; step++)
            {
                var slot = ring[step % Steps];
                if (slot.Step == step && slot.Count > 0)
                    samples.Add(new Sample(step * StepMilliseconds, slot.Sum / slot.Count));
            }
            return samples;
        }
    }
}
