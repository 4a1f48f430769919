using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Support;

/// <summary>A live bus within a test's process, of which each node's line can be cut, or lose messages.</summary>
internal sealed class MemoryBus
{
    private readonly Lock gate = new();
    private readonly List<Line> lines = [];

    /// <summary>A line for one more node.</summary>
    public Line Connect()
    {
        lock (gate)
        {
            var line = new Line(this, (ulong)lines.Count + 1);
            lines.Add(line);
            return line;
        }
    }

    private void Send(Line from, Action<Line> deliver)
    {
        Line[] all;
        lock (gate)
            all = [.. lines];
        foreach (var line in all.Where(line => !line.IsCut && line != from))
            deliver(line);
    }

    /// <summary>One node's end of the bus.</summary>
    internal sealed class Line(MemoryBus bus, ulong self) : ILiveBus
    {
        private Action<LiveReadings>? onReadings;
        private Action<string, NodeBeat>? onBeat;
        private int beats;
        private volatile IReadOnlySet<string> regions = new HashSet<string>();

        /// <summary>Whether nothing goes over it.</summary>
        public bool IsCut { get; set; }

        /// <summary>Whether readings that this node sends are lost without anybody being told.</summary>
        public bool LosesReadings { get; set; }

        /// <summary>How many heartbeats this node has tried to send.</summary>
        public int Beats => Volatile.Read(ref beats);

        /// <summary>The regions that are heard.</summary>
        public IReadOnlySet<string> Regions => regions;

        public bool IsHearing => !IsCut && onBeat is not null;

        public Task PublishAsync(string region, long number, IReadOnlyList<Reading> readings, CancellationToken cancel)
        {
            Check();
            if (!LosesReadings)
            {
                bus.Send(this, line =>
                {
                    if (line.regions.Contains(region))
                        line.onReadings?.Invoke(new(self, region, number, readings));
                });
            }
            return Task.CompletedTask;
        }

        public Task BeatAsync(NodeBeat beat, CancellationToken cancel)
        {
            Interlocked.Increment(ref beats);
            Check();
            bus.Send(this, line => line.onBeat?.Invoke($"{self}", beat));
            return Task.CompletedTask;
        }

        public Task ListenAsync(Action<LiveReadings> readings, Action<string, NodeBeat> beat, CancellationToken cancel)
        {
            (onReadings, onBeat) = (readings, beat);
            return Task.CompletedTask;
        }

        public Task HearAsync(IReadOnlySet<string> regions, CancellationToken cancel)
        {
            Check();
            this.regions = regions;
            return Task.CompletedTask;
        }

        private void Check()
        {
            if (IsCut)
                throw new StoreUnavailableException("bus of a test", "cut.");
        }
    }
}
