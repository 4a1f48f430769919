using HealthDashboard.Data.Model;
using HealthDashboard.Demo;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Clinical;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>32 hours of one real patient (PhysioNet MIMIC-II, record s00001), as the replay command would send them at several speeds.</summary>
public sealed class RecordedPatientTests
{
    private const int MostInBatch = 2_000;

    /// <summary>What depends on when readings arrive, and so on the speed: everything technical that is counted by arrival.</summary>
    private static readonly string[] ByArrival = [Alert.FeedSign, Alert.ClockSign, Alert.ObservationsSign];

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(60_000)]
    public void At_each_speed_the_evaluator_gives_the_alerts_of_the_oracle(double speed)
    {
        var (events, first) = Replay(speed);
        Sides.AreEqual(RuleOracle.Alerts(Stream.Standard, events).Select(alert => alert.ToLine(first)), EvaluatorRun.Alerts(Stream.Standard, events).Select(alert => alert.ToLine(first)));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(60_000)]
    public void At_each_speed_the_alerts_are_those_of_an_import(double speed) => Sides.AreEqual(Measured(0), Measured(speed));

    /// <summary>The alerts on what was measured, without when the server came to know of them.</summary>
    private static IEnumerable<string> Measured(double speed)
    {
        var (events, first) = Replay(speed);
        return EvaluatorRun.Alerts(Stream.Standard, events)
            .Where(alert => !ByArrival.Any(alert.Sign.StartsWith))
            .Select(alert => System.Text.RegularExpressions.Regex.Replace(alert.ToLine(first), " recorded [^ ]+", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    /// <summary>The recording as it arrives: rows that are due go together, and the clock ticks between.</summary>
    private static (IReadOnlyList<Event> Events, long First) Replay(double speed)
    {
        using var text = File.OpenText(SharedData.Find("mimic2", "s00001.csv"));
        var recording = Recording.Read(text);
        var options = new ReplayOptions { Mrn = "T-1", Speed = speed };
        var began = Bedside.Start;
        var first = options.TimeOfFirstRow(recording, began);
        List<Event> events = [];
        var at = began;
        for (var next = 0; next < recording.Values.Count;)
        {
            var due = began + options.TimeAfter(After(recording.Values[next]));
            // The clock ticks each second while the replay waits.
            for (; at < due; at += TimeSpan.FromSeconds(1))
                events.Add(new Arrive(at.ToUnixTimeMilliseconds()));
            at = due > at ? due : at;
            var now = due.ToUnixTimeMilliseconds();
            List<Reading> batch = [];
            while (next < recording.Values.Count && batch.Count < MostInBatch && (began + options.TimeAfter(After(recording.Values[next]))).ToUnixTimeMilliseconds() <= now)
            {
                var value = recording.Values[next++];
                batch.Add(new Reading(Bedside.PatientId, value.Sign, (first + After(value)).ToUnixTimeMilliseconds(), value.Value, "replay", now));
            }
            events.Add(new Arrive(now, [.. batch]));
        }
        var last = events[^1].At;
        events.AddRange(Enumerable.Range(1, 30).Select(second => new Arrive(last + second * 1000)));
        return ([.. events.OrderBy(happening => happening.At)], first.ToUnixTimeMilliseconds());

        TimeSpan After(RecordedValue value) => TimeSpan.FromMinutes(value.Minute - recording.Values[0].Minute);
    }
}
