using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Unit.Clinical;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>What happens at one bed, told in seconds after the start, so that a test reads like a story.</summary>
internal sealed class Stream
{
    private readonly List<Event> events = [];
    private MonitoredPatient patient = Standard;

    /// <summary>An adult with the default limits.</summary>
    public static MonitoredPatient Standard { get; } = new(Bedside.Adult, new EffectiveLimits(new AlarmOptions().DefaultLimits));

    public MonitoredPatient Patient { get; private set; } = Standard;

    public static long Ms(double seconds) => Bedside.At(seconds).ToUnixTimeMilliseconds();

    /// <summary>The record with which the stay begins.</summary>
    public Stream Of(Func<Patient, Patient> change, AlarmLimits? limits = null)
    {
        Patient = patient = Changed(Patient, change, limits);
        return this;
    }

    /// <summary>A reading; it arrives when it is measured, unless said otherwise.</summary>
    public Stream Send(VitalSign sign, double at, double value, string? device = null, double? arrives = null)
    {
        var arrived = Ms(arrives ?? at);
        events.Add(new Arrive(arrived, new Reading(Bedside.PatientId, sign, Ms(at), value, device, arrived)));
        return this;
    }

    /// <summary>Values in turn at even steps, both ends included, each as late as said.</summary>
    public Stream InTurn(VitalSign sign, double from, double to, double step, double[] values, string? device = null, double late = 0)
    {
        for (var i = 0; from + i * step <= to; i++)
            Send(sign, from + i * step, values[i % values.Length], device, from + i * step + late);
        return this;
    }

    /// <summary>One value each second, both ends included.</summary>
    public Stream Hold(VitalSign sign, double from, double to, double value, double late = 0) => InTurn(sign, from, to, 1, [value], null, late);

    /// <summary>Several signs at one moment.</summary>
    public Stream Chart(double at, params (VitalSign Sign, double Value)[] values)
    {
        foreach (var (sign, value) in values)
            Send(sign, at, value);
        return this;
    }

    /// <summary>The clock ticks once more.</summary>
    public Stream Pass(double at)
    {
        events.Add(new Arrive(Ms(at)));
        return this;
    }

    public Stream Acknowledge(double at, string sign, AlertDirection direction = AlertDirection.None)
    {
        events.Add(new Acknowledge(Ms(at), sign, direction));
        return this;
    }

    public Stream Become(double at, Func<Patient, Patient> change, AlarmLimits? limits = null)
    {
        patient = Changed(patient, change, limits);
        events.Add(new Become(Ms(at), patient));
        return this;
    }

    public Stream Restart(double at)
    {
        events.Add(new Restart(Ms(at)));
        return this;
    }

    /// <summary>The events in order, what arrives together in one; the clock ticks each second from the start to an end.</summary>
    public IReadOnlyList<Event> Until(double end, double tick = 1)
    {
        List<Event> all = [];
        foreach (var moment in events.GroupBy(happening => happening.At))
        {
            var readings = moment.OfType<Arrive>().SelectMany(arrive => arrive.Readings).ToArray();
            if (moment.OfType<Arrive>().Any())
                all.Add(new Arrive(moment.Key, readings));
            all.AddRange(moment.Where(happening => happening is not Arrive));
        }
        for (double at = 0; at <= end; at += tick)
            all.Add(new Arrive(Ms(at)));
        return [.. all.Where(happening => happening.At <= Ms(end)).OrderBy(happening => happening.At)];
    }

    private static MonitoredPatient Changed(MonitoredPatient was, Func<Patient, Patient> change, AlarmLimits? limits) =>
        new(change(was.Patient), limits is null ? was.Limits : new EffectiveLimits(new AlarmOptions().DefaultLimits, patient: limits));
}
