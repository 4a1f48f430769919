using HealthDashboard.Data.Model;

using static HealthDashboard.Data.Model.VitalSign;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>Stories of the score: faults 2, 13, 14, 15, 25 and 26, and others of their kind.</summary>
internal static class ScoreExamples
{
    public static IReadOnlyList<Example> All { get; } =
    [
        new("13: a score of 6, then all sensors off",
            Six(0, 60).Hold(HeartRate, 61, 120, 0).Hold(RespiratoryRate, 61, 120, 0).Hold(Spo2, 61, 120, 0), 120,
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 6 count 1 incomplete active",
            "Technical sensors None raised 71 recorded 72 priority Medium@71 extreme - count 1 active"),
        new("13: a score of 6, then silence",
            Six(0, 60), 130,
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 6 count 1 incomplete active",
            "Technical feed None raised 120 recorded 121 priority Low@120 extreme - count 1 active"),
        new("13: it ends when all that scored is measured again and below for 60 s",
            Six(0, 40).Hold(HeartRate, 41, 110, 70).Hold(RespiratoryRate, 41, 110, 14).Hold(Spo2, 41, 50, 0).Hold(Spo2, 51, 110, 97)
                .Hold(HeartRate, 111, 120, 70).Hold(RespiratoryRate, 111, 120, 14).Hold(Spo2, 111, 120, 97), 120,
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 6 count 1 incomplete ended 111"),
        new("13: a part that is off pauses the hold-off",
            Six(0, 20).Hold(HeartRate, 21, 60, 115).Hold(RespiratoryRate, 21, 60, 22).Hold(Spo2, 21, 25, 0).Hold(Spo2, 26, 60, 93), 60,
            "Score news2 None raised 35 recorded 36 priority Medium@35 extreme 6 count 1 incomplete active"),
        new("15: charted now, and a monitor that is 10 min behind",
            Behind(new Stream().Chart(0, (Temperature, 39.8), (Consciousness, 2), (OxygenFlow, 4))), 60,
            "Limit temperature High raised 0 recorded 0 priority Medium@0 extreme 39.8 count 1 active",
            "Limit heartRate High raised -593 recorded 8 priority Medium@-593 extreme 135 count 1 active",
            "Technical clock: None raised 11 recorded 11 priority Low@11 extreme - count 1 active",
            "Score news2 None raised -569 recorded 32 priority High@-569 extreme 16 count 1 incomplete active"),
        new("15: a charted value counts from when it comes, and the clock is the monitor's",
            Adult(0, 100).Send(Consciousness, 20, 2, arrives: 50), 100,
            "Score news2 None raised 80 recorded 81 priority Medium@80 extreme 3 count 1 incomplete active"),
        new("15: charted values alone move the clock",
            new Stream().Chart(0, (Consciousness, 2)).Chart(10, (Temperature, 37)), 40,
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 3 count 1 incomplete active"),
        new("26: a score that jumps is one alert, high at once",
            Adult(0, 39).Hold(HeartRate, 40, 80, 116).Hold(RespiratoryRate, 40, 80, 26).Hold(Spo2, 40, 80, 91), 80,
            "Score news2 None raised 70 recorded 71 priority High@70 extreme 8 count 1 incomplete active"),
        new("26: medium first, then high while it is open",
            Six(0, 50).Hold(HeartRate, 51, 60, 115).Hold(RespiratoryRate, 51, 60, 25).Hold(Spo2, 51, 60, 93), 60,
            "Score news2 None raised 30 recorded 31 priority Medium@30 High@51 extreme 7 count 1 incomplete active"),
        new("26: a swing that does not last is none",
            Adult(0, 39).Hold(HeartRate, 40, 60, 135).Hold(HeartRate, 61, 100, 70).Hold(RespiratoryRate, 40, 100, 14).Hold(Spo2, 40, 100, 97), 100,
            "Limit heartRate High raised 46 recorded 47 priority Medium@46 extreme 135 count 1 ended 61"),
        new("14: a score acknowledged, then 1 more, then 2 more",
            Six(0, 50).Hold(HeartRate, 51, 90, 95).Hold(RespiratoryRate, 51, 60, 22).Hold(Spo2, 51, 90, 93)
                .Hold(RespiratoryRate, 61, 90, 25).Acknowledge(40, "news2"), 90,
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 6 count 1 incomplete withdrawn 61 active"),
        new("25: scale 2 to 1 with a saturation of 90",
            new Stream().Of(record => record with { Spo2Scale = 2 }).Hold(Spo2, 0, 100, 90).Become(50, record => record with { Spo2Scale = 1 }), 100,
            "Score news2 None raised 80 recorded 81 priority Medium@80 extreme 3 count 1 incomplete active"),
        new("2: discharged and admitted again with the values standing",
            new Stream().Chart(0, (Temperature, 39.8), (Consciousness, 2), (OxygenFlow, 4), (Systolic, 85))
                .Become(100, record => record with { Status = PatientStatus.Discharged })
                .Become(200, record => record with { Status = PatientStatus.Admitted }), 240,
            "Limit temperature High raised 0 recorded 0 priority Medium@0 extreme 39.8 count 1 ended 100",
            "Limit systolic Low raised 0 recorded 0 priority Medium@0 extreme 85 count 1 ended 100",
            "Score news2 None raised 30 recorded 31 priority High@30 extreme 10 count 1 incomplete ended 100",
            "Limit temperature High raised 200 recorded 200 priority Medium@200 extreme 39.8 count 1 active",
            "Limit systolic Low raised 200 recorded 200 priority Medium@200 extreme 85 count 1 active",
            "Score news2 None raised 230 recorded 231 priority High@230 extreme 10 count 1 incomplete active"),
        new("20: a child of 15 has no score",
            new Stream().Of(record => record with { BirthDate = new DateOnly(2010, 6, 1) }).Chart(0, (Consciousness, 3), (OxygenFlow, 2)), 60),
        new("20: the score's alert ends when pregnancy is recorded",
            new Stream().Chart(0, (Consciousness, 2))
                .Become(50, record => record with { MedicalHistory = [new MedicalCondition("Pregnancy", Code: "77386006")] }), 60,
            "Score news2 None raised 30 recorded 31 priority Medium@30 extreme 3 count 1 incomplete ended 50"),
        new("The example of the document: 19",
            new Stream().Chart(0, (OxygenFlow, 2), (Systolic, 88), (Consciousness, 2), (Temperature, 39.2))
                .Hold(RespiratoryRate, 0, 40, 26).Hold(Spo2, 0, 40, 91).Hold(HeartRate, 0, 40, 135), 40,
            "Limit systolic Low raised 0 recorded 0 priority Medium@0 extreme 88 count 1 active",
            "Limit temperature High raised 0 recorded 0 priority Medium@0 extreme 39.2 count 1 active",
            "Limit heartRate High raised 6 recorded 7 priority Medium@6 extreme 135 count 1 active",
            "Score news2 None raised 30 recorded 31 priority High@30 extreme 19 count 1 active"),
    ];

    /// <summary>2 for the pulse, 2 for respiration, 2 for saturation.</summary>
    private static Stream Six(double from, double to) =>
        new Stream().Hold(HeartRate, from, to, 115).Hold(RespiratoryRate, from, to, 22).Hold(Spo2, from, to, 93);

    private static Stream Adult(double from, double to) =>
        new Stream().Hold(HeartRate, from, to, 70).Hold(RespiratoryRate, from, to, 14).Hold(Spo2, from, to, 97);

    private static Stream Behind(Stream stream) =>
        stream.Hold(HeartRate, -599, -540, 135, 600).Hold(RespiratoryRate, -599, -540, 26, 600).Hold(Spo2, -599, -540, 91, 600);
}
