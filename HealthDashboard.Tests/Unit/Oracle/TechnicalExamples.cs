using HealthDashboard.Data.Model;

using static HealthDashboard.Data.Model.VitalSign;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>Stories of sensors, silence and clocks: faults 16, 19 and 22, and others of their kind.</summary>
internal static class TechnicalExamples
{
    public static IReadOnlyList<Example> All { get; } =
    [
        new("19: 38 for 4 s, then all off",
            Calm(0, 9, heart: false).Hold(HeartRate, 0, 5, 60).Hold(HeartRate, 6, 9, 38)
                .Hold(HeartRate, 10, 30, 0).Hold(RespiratoryRate, 10, 30, 0).Hold(Spo2, 10, 30, 0), 30,
            "Technical sensors None raised 20 recorded 21 priority Medium@20 extreme - count 1 active"),
        new("19: 38 for 4 s, then the heart rate off",
            Calm(0, 30, heart: false).Hold(HeartRate, 0, 5, 60).Hold(HeartRate, 6, 9, 38).Hold(HeartRate, 10, 30, 0), 30,
            "Technical heartRate None raised 20 recorded 21 priority Medium@20 extreme - count 1 active"),
        new("19: 45, then off, is a sensor only",
            Calm(0, 40, heart: false).Hold(HeartRate, 0, 4, 45).Hold(HeartRate, 5, 30, 0).Hold(HeartRate, 31, 40, 60), 40,
            "Technical heartRate None raised 15 recorded 16 priority Low@15 extreme - count 1 ended 31"),
        new("19: one after the other comes off",
            Calm(0, 4).Hold(HeartRate, 5, 40, 0).Hold(RespiratoryRate, 5, 9, 14).Hold(RespiratoryRate, 10, 40, 0).Hold(Spo2, 5, 19, 97).Hold(Spo2, 20, 40, 0), 40,
            "Technical heartRate None raised 15 recorded 16 priority Low@15 extreme - count 1 ended 20",
            "Technical sensors None raised 20 recorded 21 priority Medium@20 extreme - count 1 active"),
        new("22: on continuous monitoring and never a reading",
            new Stream().Of(record => record with { Monitoring = MonitoringMode.Continuous }), 70,
            "Technical feed None raised 60 recorded 61 priority Medium@60 extreme - count 1 active"),
        new("22: on continuous monitoring and one reading",
            new Stream().Of(record => record with { Monitoring = MonitoringMode.Continuous }).Send(HeartRate, 20, 72), 1020,
            "Technical feed None raised 80 recorded 81 priority Medium@80 extreme - count 1 active"),
        new("22: on spot checks nothing is silent that never sent",
            new Stream(), 600),
        new("22: one that sent for 5 min is on continuous monitoring",
            Calm(0, 300), 370,
            "Technical feed None raised 360 recorded 361 priority Medium@360 extreme - count 1 active"),
        new("22: on standby nothing is silent",
            Calm(0, 10).Become(11, record => record with { Standby = new Standby(Clinical.Bedside.At(3600), "X-ray", "nurse") }), 600),
        new("16: a device 10 min behind, then silent",
            new Stream().InTurn(HeartRate, -600, -540, 1, [72], "A", late: 600), 130,
            "Technical clock:A None raised 10 recorded 10 priority Low@10 extreme - count 1 active",
            "Technical feed None raised 120 recorded 121 priority Low@120 extreme - count 1 active"),
        new("16: a drained buffer is no wrong clock",
            Buffer(new Stream().InTurn(HeartRate, 0, 60, 1, [72], "A"), 61, 300, 301).InTurn(HeartRate, 302, 330, 1, [72], "A"), 330,
            "Technical feed None raised 120 recorded 121 priority Low@120 extreme - count 1 ended 301"),
        new("16: a clock 10 s ahead that is put right",
            new Stream().InTurn(HeartRate, 10, 30, 1, [72], "A", late: -10).InTurn(HeartRate, 21, 90, 1, [72], "A"), 90,
            "Technical clock:A None raised 0 recorded 0 priority Low@0 extreme - count 1 ended 81"),
        new("One of the three stops sending",
            Calm(0, 10).Hold(HeartRate, 11, 60, 70).Hold(RespiratoryRate, 11, 60, 14), 60,
            "Technical spo2 None raised 40 recorded 41 priority Low@40 extreme - count 1 active"),
        new("A diastolic above the systolic",
            new Stream().Chart(0, (Systolic, 85), (Diastolic, 92)).Chart(60, (Systolic, 120), (Diastolic, 80)), 61,
            "Technical pressures None raised 0 recorded 0 priority Low@0 extreme - count 1 ended 60",
            "Limit systolic Low raised 0 recorded 0 priority Medium@0 extreme 85 count 1 ended 60",
            "Limit diastolic High raised 0 recorded 0 priority Medium@0 extreme 92 count 1 ended 60",
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 3 count 1 incomplete active"),
    ];

    private static Stream Calm(double from, double to, bool heart = true)
    {
        var stream = new Stream().Hold(RespiratoryRate, from, to, 14).Hold(Spo2, from, to, 97);
        return heart ? stream.Hold(HeartRate, from, to, 70) : stream;
    }

    /// <summary>What a device has kept while it could not send arrives at once.</summary>
    private static Stream Buffer(Stream stream, int from, int to, double arrives)
    {
        for (var second = from; second <= to; second++)
            stream.Send(HeartRate, second, 72, "A", arrives);
        return stream;
    }
}
