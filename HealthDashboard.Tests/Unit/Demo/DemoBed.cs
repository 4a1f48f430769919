using System.Runtime.InteropServices;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Demo;

namespace HealthDashboard.Tests.Unit.Demo;

/// <summary>A demo patient under the real alarm rules, second by second.</summary>
internal sealed class DemoBed(DemoPatient demo)
{
    public static readonly long Start = new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    private readonly MonitoredPatient patient = new(demo.Patient, new EffectiveLimits(new AlarmOptions().DefaultLimits, null, demo.Limits));
    private readonly List<Reading> readings = [];
    private MonitorState state = new(demo.Patient.Id);

    public List<AlertChange> Log { get; } = [];

    /// <summary>Runs for a while from <see cref="Start"/>.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="scenario">What happens; null for nothing.</param>
    /// <param name="look">Called after each second with the score.</param>
    public void Run(int seconds, RunningScenario? scenario = null, Action<int, NewsScore>? look = null)
    {
        var measured = false;
        for (var second = 0; second < seconds; second++)
        {
            readings.Clear();
            var at = DateTimeOffset.FromUnixTimeSeconds(Start + second);
            var wrong = scenario?.At(at) ?? default;
            // As the simulator does: all signs at first, and once a scenario is over.
            demo.Monitor.Read(Start + second, wrong, all: !measured && !wrong.IsMarked, readings);
            measured = !wrong.IsMarked;
            var evaluation = AlarmEvaluator.Evaluate(state, patient, AlarmRules.Default, CollectionsMarshal.AsSpan(readings), at.AddMilliseconds(10));
            state = evaluation.State;
            Log.AddRange(evaluation.Changes);
            look?.Invoke(second, Standing.Score(Standing.Of(state, patient, AlarmRules.Default, at), demo.Patient, at));
        }
    }
}
