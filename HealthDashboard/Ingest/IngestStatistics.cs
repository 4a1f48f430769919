using System.Diagnostics.Metrics;

namespace HealthDashboard.Ingest;

/// <summary>What came in and how it went, for the System page and as metrics of the meter <c>HealthDashboard</c>.</summary>
internal sealed class IngestStatistics
{
    private const int Seconds = 10;
    private readonly IngestRoom room;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly Counter<long> acceptedCounter;
    private readonly Counter<long> rejectedCounter;
    private readonly Counter<long> passedOverCounter;
    private readonly Histogram<double> durable;

    // The readings of each of the last seconds, at the second's number modulo the length.
    private readonly (long Second, long Readings)[] recent = new (long, long)[Seconds + 1];
    private long accepted;
    private long rejected;
    private long passedOver;

    public IngestStatistics(IMeterFactory meters, IngestRoom room, TimeProvider time)
    {
        (this.room, this.time) = (room, time);
        var meter = meters.Create("HealthDashboard");
        acceptedCounter = meter.CreateCounter<long>("healthdashboard.ingest.accepted", "{reading}", "Readings that are durable.");
        rejectedCounter = meter.CreateCounter<long>("healthdashboard.ingest.rejected", "{reading}", "Readings that a rule refused.");
        passedOverCounter = meter.CreateCounter<long>("healthdashboard.ingest.passed_over", "{field}", "Measurements and fields in line protocol that are no readings.");
        durable = meter.CreateHistogram(
            "healthdashboard.ingest.durable",
            "s",
            "From acceptance to durable.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        meter.CreateObservableGauge("healthdashboard.ingest.queue", () => Waiting, "{reading}", "Readings on their way to the store and the alarms.");
    }

    /// <summary>Readings accepted since the start.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Readings refused by a rule since the start.</summary>
    public long Rejected => Interlocked.Read(ref rejected);

    /// <summary>Measurements and fields in line protocol since the start that are no readings.</summary>
    public long PassedOver => Interlocked.Read(ref passedOver);

    /// <summary>Readings on their way to the store and the alarms.</summary>
    public long Waiting => room.Inside;

    /// <summary>Readings accepted a second, over the last ten full seconds.</summary>
    public double PerSecond
    {
        get
        {
            var now = Second();
            lock (gate)
                return recent.Sum(second => second.Second < now && second.Second >= now - Seconds ? second.Readings : 0) / (double)Seconds;
        }
    }

    /// <summary>Counts readings that became durable.</summary>
    /// <param name="readings">How many.</param>
    /// <param name="source">Who sent them: the name of a key.</param>
    /// <param name="took">From acceptance to durable.</param>
    public void CountAccepted(int readings, string source, TimeSpan took)
    {
        Interlocked.Add(ref accepted, readings);
        acceptedCounter.Add(readings, new KeyValuePair<string, object?>("source", source));
        durable.Record(took.TotalSeconds);
        var now = Second();
        lock (gate)
        {
            ref var second = ref recent[now % recent.Length];
            second = (now, (second.Second == now ? second.Readings : 0) + readings);
        }
    }

    /// <summary>Counts readings that a rule refused.</summary>
    public void CountRejected(int readings, string source)
    {
        Interlocked.Add(ref rejected, readings);
        rejectedCounter.Add(readings, new KeyValuePair<string, object?>("source", source));
    }

    /// <summary>Counts what is no reading.</summary>
    public void CountPassedOver(int count)
    {
        Interlocked.Add(ref passedOver, count);
        passedOverCounter.Add(count);
    }

    private long Second() => time.GetUtcNow().ToUnixTimeSeconds();
}
