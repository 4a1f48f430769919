using HealthDashboard.Data.Model;

using static HealthDashboard.Data.Model.VitalSign;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>A shift of 8 hours on 77 beds: most are calm, six have a story, twenty have trouble with their devices.</summary>
internal static class Shift
{
    public const int Seconds = 8 * 3600;
    public const int Beds = 77;
    private const int Step = 10;

    /// <summary>What is unusual, by bed; every other is calm.</summary>
    public static IReadOnlyDictionary<int, (string Name, Action<Bed> Happen)> Troubles { get; } = new (string, Action<Bed>)[]
    {
        // Six patients.
        ("sepsis", bed => bed.Ramp(HeartRate, 3600, 14400, 80, 136).Ramp(RespiratoryRate, 3600, 14400, 16, 28).Ramp(Spo2, 7200, 14400, 97, 90)
            .Chart(7200, (Temperature, 38.6)).Chart(14400, (Temperature, 39.4), (Systolic, 86), (Consciousness, 1), (OxygenFlow, 4))),
        ("desaturation", bed => bed.Turn(Spo2, 5000, 5600, 88, 87, 85).Turn(Spo2, 5600, 5900, 78, 76).Turn(Spo2, 15000, 15060, 89)),
        ("bradycardia", bed => bed.Turn(HeartRate, 4000, 4100, 45).Turn(HeartRate, 9000, 9400, 38, 36, 52).Turn(HeartRate, 9400, 9800, 48, 50)),
        ("atrial fibrillation", bed => bed.Turn(HeartRate, 2000, 9000, 115, 125).Turn(HeartRate, 9000, 9600, 155, 140)),
        ("opiate", bed => bed.Ramp(RespiratoryRate, 6000, 9000, 14, 4).Turn(Spo2, 8000, 9000, 92, 91).Chart(9000, (Consciousness, 2)).Chart(12000, (Consciousness, 0))),
        ("hypertension", bed => bed.Chart(3600, (Systolic, 182), (Diastolic, 101)).Chart(5400, (Systolic, 159), (Diastolic, 89)).Chart(7200, (Systolic, 140), (Diastolic, 80))),
        // Twenty troubles.
        ("pulse oximeter off", bed => bed.Turn(Spo2, 3000, 3300, 0)),
        ("pulse oximeter off for a moment", bed => bed.Turn(Spo2, 3000, 3010, 0)),
        ("pulse oximeter slips off and on", bed => bed.Turn(Spo2, 3000, 4000, 0, 97, 0, 0, 0, 96)),
        ("electrodes off", bed => bed.Turn(HeartRate, 8000, 8200, 0).Turn(RespiratoryRate, 8000, 8200, 0)),
        ("electrodes off after 38", bed => bed.Turn(HeartRate, 7990, 8000, 38).Turn(HeartRate, 8000, 8200, 0)),
        ("all sensors off", bed => bed.Turn(HeartRate, 8000, 8600, 0).Turn(RespiratoryRate, 8000, 8600, 0).Turn(Spo2, 8000, 8600, 0)),
        ("one sensor after the other off", bed => bed.Turn(HeartRate, 8000, 8600, 0).Turn(RespiratoryRate, 8100, 8600, 0).Turn(Spo2, 8200, 8600, 0)),
        ("sensors off in a breach", bed => bed.Turn(Spo2, 7000, 7050, 85).Turn(Spo2, 7050, 7200, 0).Turn(Spo2, 7200, 7300, 84)),
        ("saturation silent", bed => bed.Turn(Spo2, 10000, 11000)),
        ("respiration silent for a moment", bed => bed.Turn(RespiratoryRate, 10000, 10030)),
        ("feed lost", bed => bed.Silent(12000, 12900)),
        ("feed lost twice", bed => bed.Silent(12000, 12100).Silent(20000, 22000)),
        ("feed lost in an alarm", bed => bed.Turn(HeartRate, 11900, 12000, 130).Silent(12000, 12300)),
        ("clock ahead", bed => bed.Clock(5000, 9000, -60)),
        ("clock a little ahead", bed => bed.Clock(5000, 9000, -4)),
        ("clock behind", bed => bed.Clock(5000, 9000, 120)),
        ("module on another patient's id", bed => bed.Other(HeartRate, 15000, 16000, 150)),
        ("second module that agrees", bed => bed.Other(HeartRate, 15000, 16000, 78)),
        ("pressures the wrong way round", bed => bed.Chart(3600, (Systolic, 80), (Diastolic, 120)).Chart(3700, (Systolic, 120), (Diastolic, 80))),
        ("on standby", bed => bed.Standby(9990, 11000).Silent(10000, 10900)),
    }.Select((trouble, index) => (trouble, index)).ToDictionary(each => 3 * each.index % Beds, each => each.trouble);

    /// <summary>One bed's events.</summary>
    public static IReadOnlyList<Event> Events(int number)
    {
        var bed = new Bed(new Random(number));
        if (Troubles.TryGetValue(number, out var trouble))
            trouble.Happen(bed);
        return bed.Events();
    }

    /// <summary>One bed: calm unless something else is said for a while.</summary>
    internal sealed class Bed(Random chance)
    {
        private readonly Stream stream = new();
        private readonly Dictionary<(VitalSign Sign, int At), double?> said = [];
        private readonly List<(int From, int To, int Behind)> clocks = [];

        /// <summary>Values in turn; silence when there are none.</summary>
        public Bed Turn(VitalSign sign, int from, int to, params double[] values)
        {
            for (var (at, i) = (from, 0); at < to; at += Step, i++)
                said[(sign, at)] = values.Length == 0 ? null : values[i % values.Length];
            return this;
        }

        /// <summary>From one value to another, which then stays.</summary>
        public Bed Ramp(VitalSign sign, int from, int to, double first, double last)
        {
            for (var at = from; at < Seconds; at += Step)
                said[(sign, at)] = Math.Round(at >= to ? last : first + (last - first) * (at - from) / (to - from));
            return this;
        }

        public Bed Silent(int from, int to) => Turn(HeartRate, from, to).Turn(RespiratoryRate, from, to).Turn(Spo2, from, to);

        public Bed Clock(int from, int to, int behind)
        {
            clocks.Add((from, to, behind));
            return this;
        }

        public Bed Chart(int at, params (VitalSign Sign, double Value)[] values)
        {
            stream.Chart(at + 2, values);
            return this;
        }

        public Bed Other(VitalSign sign, int from, int to, double value)
        {
            stream.InTurn(sign, from + 3, to, Step, [value], "other");
            return this;
        }

        public Bed Standby(int from, int to)
        {
            stream.Become(from, record => record with { Standby = new Standby(Clinical.Bedside.At(to), "scan", "nurse") });
            return this;
        }

        public IReadOnlyList<Event> Events()
        {
            stream.Chart(1, (Temperature, 37), (Consciousness, 0), (OxygenFlow, 0));
            for (var at = 0; at < Seconds; at += Step)
            {
                var behind = clocks.Find(clock => at >= clock.From && at < clock.To).Behind;
                Send(HeartRate, at, chance.Next(68, 88), behind);
                Send(RespiratoryRate, at, chance.Next(12, 20), behind);
                Send(Spo2, at, chance.Next(96, 100), behind);
                if (at % 1800 == 0)
                    stream.Chart(at + 4, (Systolic, chance.Next(112, 140)), (Diastolic, chance.Next(60, 85)));
            }
            return stream.Until(Seconds, tick: 15);
        }

        private void Send(VitalSign sign, int at, double calm, int behind)
        {
            if ((said.TryGetValue((sign, at), out var value) ? value : calm) is { } sent)
                stream.Send(sign, at - behind, sent, "monitor", at);
        }
    }
}
