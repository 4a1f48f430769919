using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

/// <summary>What holds for any sequence of readings whatever.</summary>
public sealed class AlarmPropertyTests
{
    private static readonly VitalSign[] Signs = [VitalSign.HeartRate, VitalSign.RespiratoryRate, VitalSign.Spo2, VitalSign.Systolic, VitalSign.OxygenFlow];

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300);

    // Values around the limits, zeros for sensors that are off, and steps from seconds to hours.
    private static readonly Gen<double> Values = Gen.OneOf(
        Gen.Constant(0.0), Gen.Choose(35, 55).Select(v => (double)v), Gen.Choose(76, 92).Select(v => (double)v), Gen.Choose(118, 165).Select(v => (double)v), Gen.Choose(3, 32).Select(v => (double)v));

    private static readonly Gen<int> Steps = Gen.Frequency((12, Gen.Choose(0, 3)), (3, Gen.Choose(4, 70)), (1, Gen.Choose(100, 5000)));

    private static readonly Arbitrary<Reading[]> Logs = (
        from count in Gen.Choose(1, 120)
        from steps in Steps.ArrayOf(count)
        from signs in Gen.Elements(Signs).ArrayOf(count)
        from values in Values.ArrayOf(count)
        select Sorted(steps, signs, values)).ToArbitrary();

    private static Reading[] Sorted(int[] steps, VitalSign[] signs, double[] values)
    {
        var second = 0;
        return [.. steps
            .Select((step, i) => Bedside.Reading(signs[i], second += step, values[i]))
            .DistinctBy(r => (r.Sign, r.Time))
            .OrderBy(r => r.Time).ThenBy(r => r.Sign)];
    }

    private static double Calm(VitalSign sign) => sign switch
    {
        VitalSign.RespiratoryRate => 16,
        VitalSign.Spo2 => 97,
        VitalSign.Systolic => 120,
        VitalSign.OxygenFlow => 0,
        _ => 70,
    };

    private static double Seconds(Reading reading) => (reading.At - Bedside.Start).TotalSeconds;

    private static Bedside Feed(IEnumerable<Reading[]> batches, Func<int, bool>? restartAfter = null)
    {
        var bed = new Bedside();
        var index = 0;
        foreach (var batch in batches)
        {
            bed.Evaluate(batch.Max(Seconds), batch);
            if (restartAfter?.Invoke(index++) == true)
                bed.Restart();
        }

        return bed;
    }

    private static Bedside OneByOne(Reading[] log) => Feed(log.Select(r => new[] { r }));

    /// <summary>The log without when the program became aware of it.</summary>
    private static string[] Told(Bedside bed) =>
        [.. bed.Log.OrderBy(c => c.Time).ThenBy(c => c.Alert.Id).ThenBy(c => c.Alert.Version)
            .Select(c => $"{c.Time:O} {c.Kind} {c.Alert with { RecordedAt = default }}")];

    [Fact]
    public void At_most_one_alert_is_open_for_a_patient_sign_and_direction() => Prop.ForAll(Logs, log =>
    {
        var bed = new Bedside();
        foreach (var reading in log)
        {
            bed.Evaluate(Seconds(reading), reading);
            if (bed.Open.GroupBy(a => a.Key).Any(g => g.Count() > 1))
                return false;
        }

        // The log alone must say the same as the state.
        var open = bed.Log.GroupBy(c => c.Alert.Id).Select(g => g.Last().Alert).Where(a => a.IsOpen).Select(a => a.Id).Order();
        return open.SequenceEqual(bed.Open.Select(a => a.Id).Order());
    }).Check(Runs);

    [Fact]
    public void Order_of_arrival_within_a_batch_does_not_matter() => Prop.ForAll(Logs, log =>
    {
        var shuffled = log.ToArray();
        new Random(log.Length).Shuffle(shuffled);
        return Told(Feed([log])).SequenceEqual(Told(Feed([shuffled])));
    }).Check(Runs);

    [Fact]
    public void How_a_log_is_cut_into_batches_does_not_matter_to_limit_alerts() => Prop.ForAll(Logs, Gen.Choose(1, 17).ToArbitrary(), (log, size) =>
    {
        // Silence depends on when a reading arrives, and a batch arrives as a whole: so only what is measured is compared,
        // and a last reading of each sign closes what old readings at the end of a batch have left standing.
        static IEnumerable<string> Limits(Bedside bed) =>
            bed.Log.Where(c => c.Alert.Kind == AlertKind.Limit && c.Kind is AlertChangeKind.Raised or AlertChangeKind.Ended or AlertChangeKind.Latched or AlertChangeKind.Resumed)
                .Select(c => $"{c.Kind} {c.Alert.Id} {c.Time:O} {c.Alert.Extreme} {c.Alert.Priority}").Order();
        var end = Signs.Select(sign => Bedside.Reading(sign, Seconds(log[^1]) + 100, Calm(sign))).ToArray();
        return Limits(Feed([.. log.Chunk(size), end])).SequenceEqual(Limits(Feed([.. log.Select(r => new[] { r }), end])));
    }).Check(Runs);

    [Fact]
    public void Replaying_a_log_gives_the_same_alerts() => Prop.ForAll(Logs, log =>
        Told(OneByOne(log)).SequenceEqual(Told(OneByOne(log)))).Check(Runs);

    [Fact]
    public void Kill_at_any_moment_changes_nothing() => Prop.ForAll(Logs, log =>
        Told(OneByOne(log)).SequenceEqual(Told(Feed(log.Select(r => new[] { r }), restartAfter: _ => true)))).Check(Runs);

    [Fact]
    public void Priority_never_falls_and_versions_have_no_gap() => Prop.ForAll(Logs, log =>
        OneByOne(log).Log.GroupBy(c => c.Alert.Id).All(history =>
            history.Select(c => c.Alert.Version).SequenceEqual(Enumerable.Range(1, history.Count()))
            && history.Zip(history.Skip(1)).All(pair => pair.Second.Alert.Priority >= pair.First.Alert.Priority)
            && history.First().Kind == AlertChangeKind.Raised)).Check(Runs);

    [Fact]
    public void Nothing_is_due_in_the_past() => Prop.ForAll(Logs, log =>
    {
        var bed = OneByOne(log);
        var later = Seconds(log[^1]) + 1;
        bed.Pass(later);
        return bed.NextDue is not { } due || due > Bedside.At(later);
    }).Check(Runs);

    [Fact]
    public void Waking_only_when_something_is_due_misses_nothing() => Prop.ForAll(Logs, log =>
    {
        var end = Seconds(log[^1]) + 400;
        var ticking = OneByOne(log);
        for (var second = Seconds(log[^1]); second <= end; second++)
            ticking.Pass(second);
        var waking = OneByOne(log);
        for (var wakes = 0; waking.NextDue is { } due && due <= Bedside.At(end); wakes++)
        {
            if (wakes == 1000)
                return false;
            waking.Pass(Math.Max((due - Bedside.Start).TotalSeconds, Seconds(log[^1])));
        }

        waking.Pass(end);
        return Told(ticking).SequenceEqual(Told(waking));
    }).Check(Runs);

    [Fact]
    public void Damaged_state_is_refused_with_its_own_error() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), data =>
    {
        try
        {
            _ = MonitorState.Deserialize(Bedside.PatientId, data, []);
            return true;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }).Check(Runs);
}
