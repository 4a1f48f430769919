using System.Diagnostics.Metrics;
using System.Globalization;

namespace HealthDashboard.Presentation;

/// <summary>How long each leg of a reading's way took, the last hundred times, from the program's own measurements.</summary>
internal sealed class LegLatency : IHostedService, IDisposable
{
    private const int Kept = 100;

    private readonly MeterListener listener = new();
    private readonly Leg[] legs =
    [
        new("healthdashboard.ingest.durable", "accepted, until on disk"),
        new("healthdashboard.alerts.evaluation.lag", "measured, until judged by the alarms"),
        new("healthdashboard.alerts.lateness", "an alert was due, until it was raised"),
    ];

    public LegLatency(IMeterFactory meters)
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            // Other programs in this process, as tests have them, count for themselves.
            if (Array.Find(legs, leg => leg.Instrument == instrument.Name) is { } leg && ReferenceEquals(instrument.Meter.Scope, meters))
                own.EnableMeasurementEvents(instrument, leg);
        };
        listener.SetMeasurementEventCallback<double>(static (_, seconds, _, leg) => ((Leg)leg!).Add(seconds));
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        listener.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A row a leg: what it is, how often it was measured (at most a hundred), and the median and longest in milliseconds.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows() => [.. legs.Select(leg => leg.Row())];

    public void Dispose() => listener.Dispose();

    private sealed class Leg(string instrument, string words)
    {
        private readonly double[] last = new double[Kept];
        private long count;

        public string Instrument => instrument;

        public void Add(double seconds) => Volatile.Write(ref last[(Interlocked.Increment(ref count) - 1) % Kept], seconds);

        public IReadOnlyList<string> Row()
        {
            var known = (int)Math.Min(Interlocked.Read(ref count), Kept);
            double[] sorted = [.. last.Take(known).Order()];
            return known == 0 ? [words, "0", "not measured yet", ""] : [words, known.ToString(CultureInfo.InvariantCulture), Text(sorted[known / 2]), Text(sorted[^1])];
        }

        private static string Text(double seconds) => $"{(seconds * 1000).ToString(seconds < 0.01 ? "0.00" : "0", CultureInfo.InvariantCulture)} ms";
    }
}
