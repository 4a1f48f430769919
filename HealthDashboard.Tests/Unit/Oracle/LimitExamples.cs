using HealthDashboard.Data.Model;

using static HealthDashboard.Data.Model.VitalSign;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>Stories of limits: faults 1, 3, 9, 10, 11, 14, 27 and 29, and others of their kind.</summary>
internal static class LimitExamples
{
    public static IReadOnlyList<Example> All { get; } =
    [
        new("9: 49 and 50 in turn are one breach",
            new Stream().InTurn(HeartRate, 0, 600, 1, [49, 50]).Send(HeartRate, 601, 60), 602,
            "Limit heartRate Low raised 6 recorded 7 priority Medium@6 extreme 49 count 298 ended 601"),
        new("9: 30 and 51 in turn are one breach",
            new Stream().InTurn(HeartRate, 0, 600, 1, [30, 51]).Send(HeartRate, 601, 60), 602,
            "Limit heartRate Low raised 6 recorded 7 priority High@6 extreme 30 count 298 over 601"),
        new("9: two seconds of three at 30 add up",
            new Stream().InTurn(HeartRate, 0, 600, 1, [30, 30, 52]).Hold(HeartRate, 601, 650, 60), 650,
            "Limit heartRate Low raised 27 recorded 28 priority High@27 extreme 30 count 192 over 635"),
        new("9: 5 s at 35 and 5 s at 60 add up",
            new Stream().InTurn(HeartRate, 0, 599, 1, [35, 35, 35, 35, 35, 60, 60, 60, 60, 60]).Hold(HeartRate, 600, 650, 60), 650,
            "Limit heartRate Low raised 33 recorded 34 priority High@33 extreme 35 count 57 over 623"),
        new("9: what is near the limit and was never beyond is no breach",
            new Stream().InTurn(HeartRate, 0, 100, 1, [50, 51]), 100),
        new("9: a breach that is back after 5 s, now and then, is none",
            new Stream().InTurn(RespiratoryRate, 0, 280, 1, [.. Enumerable.Repeat(7.0, 5), .. Enumerable.Repeat(14.0, 35)]), 280),
        new("3: one zero in nine does not hide a saturation of 70",
            new Stream().InTurn(Spo2, 0, 600, 1, [70, 70, 70, 70, 70, 70, 70, 70, 0]).Hold(Spo2, 601, 665, 97), 665,
            "Limit spo2 Low raised 11 recorded 12 priority High@11 extreme 70 count 1 over 601",
            "Score news2 None raised 33 recorded 34 priority Medium@33 extreme 3 count 1 incomplete ended 661"),
        new("3: after more than 60 s without a value what was pending is forgotten",
            new Stream().Hold(Spo2, 0, 4, 85).Hold(Spo2, 5, 70, 0).Hold(Spo2, 71, 76, 85).Send(Spo2, 77, 97), 77,
            "Technical spo2 None raised 15 recorded 16 priority Low@15 extreme - count 1 ended 71"),
        new("3: a pause of 40 s is none of the hold-off",
            new Stream().Hold(Spo2, 0, 4, 89).Hold(Spo2, 5, 44, 0).Hold(Spo2, 45, 55, 89).Send(Spo2, 56, 97), 56,
            "Technical spo2 None raised 15 recorded 16 priority Low@15 extreme - count 1 ended 45",
            "Limit spo2 Low raised 50 recorded 51 priority Medium@50 extreme 89 count 1 ended 56"),
        new("10: two devices, one beyond",
            new Stream().InTurn(HeartRate, 0, 40, 1, [160], "A").InTurn(HeartRate, 0.5, 39.5, 1, [80], "B"), 40,
            "Limit heartRate High raised 6 recorded 6.5 priority High@6 extreme 160 count 1 active",
            "Technical sources:heartRate None raised 10.5 recorded 11 priority Low@10.5 extreme - count 1 active",
            "Score news2 None raised 30 recorded 30.5 priority Medium@30 extreme 3 count 1 incomplete active"),
        new("10: the one that is beyond is taken off, the other goes on",
            new Stream().InTurn(HeartRate, 0, 20, 1, [125], "A").InTurn(HeartRate, 0.5, 40.5, 1, [80], "B"), 41,
            "Limit heartRate High raised 6 recorded 6.5 priority Medium@6 extreme 125 count 1 ended 30.5",
            "Technical sources:heartRate None raised 10.5 recorded 11 priority Low@10.5 extreme - count 1 ended 30.5"),
        new("10: another device goes on where one has stopped",
            new Stream().InTurn(RespiratoryRate, 0, 1, 1, [6], "A").InTurn(RespiratoryRate, 12, 20, 1, [6], "B"), 20,
            "Limit respiratoryRate Low raised 14 recorded 15 priority Medium@14 extreme 6 count 1 active"),
        new("11: of one moment the last to arrive counts",
            Ten(new Stream(), 72, 180), 20,
            "Limit heartRate High raised 6 recorded 7 priority High@6 extreme 180 count 1 active"),
        new("11: and where the last is calm nothing is raised",
            Ten(new Stream(), 180, 72), 20),
        new("11: a value that is corrected later, for the same moment",
            new Stream().Send(HeartRate, 0, 180).Send(HeartRate, 0, 72, arrives: 3), 20),
        new("1: a device whose clock is ahead stands before nobody",
            new Stream().Send(HeartRate, 290, 72, "A", arrives: 0).InTurn(HeartRate, 1, 20, 1, [30], "A"), 20,
            "Technical clock:A None raised 0 recorded 0 priority Low@0 extreme - count 1 active",
            "Limit heartRate Low raised 7 recorded 8 priority High@7 extreme 30 count 1 active"),
        new("A device that is some seconds behind is judged on its own time",
            new Stream().Hold(HeartRate, 0, 20, 45, late: 4), 24,
            "Limit heartRate Low raised 6 recorded 11 priority Medium@6 extreme 45 count 1 active"),
        new("One reading that stands outlasts the hold-off",
            new Stream().Send(HeartRate, 0, 130), 20,
            "Limit heartRate High raised 6 recorded 7 priority Medium@6 extreme 130 count 1 active"),
        new("A value that is back just when the alarm is due prevents it",
            new Stream().Send(HeartRate, 0, 130).Send(HeartRate, 6, 118), 20),
        new("A cuff value alarms at once",
            new Stream().Send(Systolic, 3, 165).Send(Systolic, 1803, 159).Send(Systolic, 3603, 158), 3604,
            "Limit systolic High raised 3 recorded 3 priority Medium@3 extreme 165 count 1 ended 3603"),
        new("29: 115 and 125 in turn every 10 s are one alert",
            new Stream().InTurn(HeartRate, 0, 299, 1, [.. Enumerable.Repeat(115.0, 10), .. Enumerable.Repeat(125.0, 10)]).Hold(HeartRate, 300, 340, 115), 340,
            "Limit heartRate High raised 16 recorded 17 priority Medium@16 extreme 125 count 15 resumed 36 50 ended 333"),
        new("29: again after 59 s is the same alert, and after 61 s another one",
            new Stream().Hold(Spo2, 0, 14, 88).Hold(Spo2, 15, 73, 97).Hold(Spo2, 74, 88, 87).Hold(Spo2, 89, 149, 97).Hold(Spo2, 150, 163, 88).Send(Spo2, 164, 97), 165,
            "Limit spo2 Low raised 10 recorded 11 priority Medium@10 extreme 87 count 2 resumed 84 ended 89",
            "Limit spo2 Low raised 160 recorded 161 priority Medium@160 extreme 88 count 1 ended 164"),
        new("29: a breach that does not last is not the same alert going on",
            new Stream().Hold(HeartRate, 0, 10, 45).Hold(HeartRate, 11, 90, 60).Hold(HeartRate, 91, 93, 45).Hold(HeartRate, 94, 100, 60), 100,
            "Limit heartRate Low raised 6 recorded 7 priority Medium@6 extreme 45 count 1 ended 11"),
        new("14: HR 39 acknowledged, then 10 less, and 10 less again",
            new Stream().Hold(HeartRate, 0, 20, 39).Hold(HeartRate, 21, 29, 29).Hold(HeartRate, 30, 34, 20).Hold(HeartRate, 35, 40, 19)
                .Acknowledge(10, "heartRate", AlertDirection.Low).Acknowledge(25, "heartRate", AlertDirection.Low), 40,
            "Limit heartRate Low raised 6 recorded 7 priority High@6 extreme 19 count 1 withdrawn 21 35 active",
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 3 count 1 incomplete active"),
        new("14: SpO2 79 acknowledged, then 72",
            new Stream().Hold(Spo2, 0, 20, 79).Hold(Spo2, 21, 25, 77).Hold(Spo2, 26, 28, 72).Acknowledge(15, "spo2", AlertDirection.Low), 28,
            "Limit spo2 Low raised 10 recorded 11 priority High@10 extreme 72 count 1 withdrawn 26 active"),
        new("14: HR 45 medium acknowledged, then high",
            new Stream().Hold(HeartRate, 0, 11, 45).Hold(HeartRate, 12, 15, 38).Acknowledge(10, "heartRate", AlertDirection.Low), 15,
            "Limit heartRate Low raised 6 recorded 7 priority Medium@6 High@12 extreme 38 count 1 withdrawn 12 active"),
        new("14: a high alert acknowledged calls again after 15 min",
            new Stream().InTurn(HeartRate, 0, 920, 5, [155]).Acknowledge(12, "heartRate", AlertDirection.High).Acknowledge(40, "news2"), 920,
            "Limit heartRate High raised 6 recorded 7 priority High@6 extreme 155 count 1 reminded 912 active",
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 3 count 1 incomplete active"),
        new("27: limits that change are held against the standing value",
            new Stream().Hold(Spo2, 0, 40, 98)
                .Become(5, record => record, Low(99)).Become(30, record => record, new AlarmLimits()), 40,
            "Limit spo2 Low raised 15 recorded 16 priority Medium@15 extreme 98 count 1 ended 30"),
        new("27: a charted value too, at once",
            new Stream().Send(Temperature, 0, 38.5).Become(10, record => record, Signs(Temperature, new SignLimits(36, 38)))
                .Become(20, record => record, new AlarmLimits()), 30,
            "Limit temperature High raised 10 recorded 10 priority Medium@10 extreme 38.5 count 1 ended 20"),
    ];

    private static Stream Ten(Stream stream, params double[] values)
    {
        for (var i = 0; i < 10; i++)
            Array.ForEach(values, value => stream.Send(HeartRate, 0, value));
        return stream;
    }

    private static AlarmLimits Low(double low) => Signs(Spo2, new SignLimits(low, 100, 80));

    private static AlarmLimits Signs(VitalSign sign, SignLimits limits) =>
        new() { Signs = new Dictionary<VitalSign, SignLimits> { [sign] = limits } };
}
