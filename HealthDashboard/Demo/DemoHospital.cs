using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>A patient of the demo hospital and what is measured of them.</summary>
/// <param name="Patient">The record as it is first written.</param>
/// <param name="Ward">The kind of ward.</param>
/// <param name="Baseline">The patient's own values.</param>
/// <param name="Limits">The patient's own alarm limits; null where the ward's hold.</param>
internal sealed record DemoPatient(Patient Patient, DemoWard Ward, Baseline Baseline, AlarmLimits? Limits)
{
    /// <summary>The monitor at the bed.</summary>
    public BedsideMonitor Monitor { get; } =
        new(Patient.Id, Baseline, $"monitor-{Ward.Letter}{Patient.Bed}", Ward.IsIntensive);
}

/// <summary>
/// A hospital that does not exist: the same patients, by the same ids, at every start and on every machine. Patient number n does
/// not depend on how many there are.
/// </summary>
internal static class DemoHospital
{
    /// <summary>How many beds a ward has before another of its kind is opened.</summary>
    private const int BedsPerWard = 20;

    /// <summary>Ids begin with this moment's seconds, as any ObjectId does with those of its making.</summary>
    private const uint Founded = 1_767_225_600;

    /// <summary>The patients, number 0 first.</summary>
    public static IReadOnlyList<DemoPatient> Patients(int count) => [.. Enumerable.Range(0, count).Select(PatientOf)];

    /// <summary>An id that follows from a name.</summary>
    public static ObjectId IdOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes("demo " + name), hash);
        BinaryPrimitives.WriteUInt32BigEndian(hash, Founded);
        return new ObjectId(hash[..ObjectId.Size]);
    }

    private static DemoPatient PatientOf(int number)
    {
        var id = IdOf(string.Create(CultureInfo.InvariantCulture, $"patient {number}"));
        var pick = BedsideMonitor.NoiseOf(id);
        var kinds = DemoCases.Wards;
        var ward = kinds[number % kinds.Count];
        var (another, bed) = Math.DivRem(number / kinds.Count, BedsPerWard);
        var reason = ward.Cases[bed % ward.Cases.Length];
        var sex = (number + bed) % 2 == 0 ? Sex.Female : Sex.Male;
        var (given, family) = DemoNames.Of(number, sex);
        var birth = new DateOnly(BirthYear(ward, pick), 1 + pick.Pick(202, 12), 1 + pick.Pick(203, 28));
        var patient = new Patient
        {
            Id = id,
            Mrn = string.Create(CultureInfo.InvariantCulture, $"HD{100_000 + number}"),
            Region = ward.Region,
            Ward = another == 0 ? ward.Name : string.Create(CultureInfo.InvariantCulture, $"{ward.Name} {another + 1}"),
            Room = string.Create(CultureInfo.InvariantCulture, $"{1 + (bed / ward.BedsPerRoom)}"),
            Bed = string.Create(CultureInfo.InvariantCulture, $"{ward.Letter}{(another * BedsPerWard) + bed + 1:00}"),
            GivenName = given,
            FamilyName = family,
            BirthDate = birth,
            Sex = sex,
            Spo2Scale = reason.IsCopd ? 2 : 1,
            MedicalHistory = HistoryOf(reason, birth, pick),
            Allergies = pick.Pick(204, 3) == 0 ? [DemoCases.Allergies[pick.Pick(205, DemoCases.Allergies.Count)]] : [],
            Medications = reason.Medications,
            CodeStatus = CodeStatusOf(ward, birth, pick),
        };
        return new DemoPatient(patient, ward, BaselineOf(number, ward, reason, pick), LimitsOf(reason.IsCopd, IsUnwell(number)));
    }

    // Most are for everything; some of the old have decided otherwise, and of some nobody has asked yet.
    private static CodeStatus? CodeStatusOf(DemoWard ward, DateOnly birth, in Noise pick) =>
        birth.Year < 1950 && pick.Pick(210, 3) == 0 ? CodeStatus.Dnacpr
        : ward.Letter == "G" && pick.Pick(211, 3) == 0 ? CodeStatus.Limited
        : pick.Pick(212, 6) == 0 ? null : CodeStatus.Full;

    private static bool IsUnwell(int number) => number % 11 == 7;

    // An ordinary SpO2 limit would alarm all day for someone whose target is 88 to 92 %, and so would a score of 5 for someone who always has it.
    private static AlarmLimits? LimitsOf(bool isCopd, bool isUnwell) => isCopd || isUnwell
        ? new()
        {
            Signs = isCopd ? new Dictionary<VitalSign, SignLimits> { [VitalSign.Spo2] = new(85, 100, 78) } : new Dictionary<VitalSign, SignLimits>(),
            ScoreThreshold = isUnwell ? News2.HighThreshold : null,
            Reason = (isCopd, isUnwell) switch
            {
                (true, true) => "SpO2 target 88-92 %; chronically at NEWS2 5, reviewed",
                (true, false) => "SpO2 target 88-92 %",
                _ => "Chronically at NEWS2 5, reviewed",
            },
            SetBy = "doctor",
            SetAt = DateTimeOffset.FromUnixTimeSeconds(Founded),
        }
        : null;

    private static int BirthYear(DemoWard ward, in Noise pick) => ward.Letter == "G" ? 1934 + pick.Pick(201, 16) : 1942 + pick.Pick(201, 60);

    private static List<MedicalCondition> HistoryOf(DemoCase reason, DateOnly birth, in Noise pick)
    {
        // Nobody was diagnosed before the age of 18, and nobody in the future.
        var adult = birth.AddYears(18).DayNumber;
        var days = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(Founded).UtcDateTime).DayNumber - adult;
        var history = new List<MedicalCondition> { new(reason.Condition, DateOnly.FromDayNumber(adult + days - 1 - pick.Pick(206, Math.Min(days, 30))), reason.Code) };
        for (var i = pick.Pick(207, 3); i > 0; i--)
        {
            var (condition, code) = DemoCases.Others[(pick.Pick(208, DemoCases.Others.Count) + i) % DemoCases.Others.Count];
            history.Add(new MedicalCondition(condition, DateOnly.FromDayNumber(adult + pick.Pick(209 + i, days)), code));
        }
        return history;
    }

    // On a ward most are well (NEWS2 about 0 to 1), one in three less so (1 to 4), and one in eleven needs an urgent review (5 to 6).
    private static Baseline BaselineOf(int number, DemoWard ward, DemoCase reason, in Noise pick)
    {
        var unwell = IsUnwell(number);
        var uneasy = number % 5 == 2 || number % 7 == 4 || ward.IsIntensive;
        var oxygen = unwell ? 2 : uneasy && pick.Pick(220, 2) == 0 ? 1 : 0;
        return new Baseline(
            HeartRate: unwell ? 100 : uneasy ? 85 + (13 * pick.Unit(221, 0)) : 66 + reason.HeartRate + (12 * pick.Unit(221, 0)),
            RespiratoryRate: unwell ? 18 : 14.5 + (2.5 * pick.Unit(222, 0)),
            Spo2: reason.IsCopd ? 90.2 : unwell ? 94.5 : uneasy ? 94.9 + pick.Unit(223, 0) : 97.2 + pick.Unit(223, 0),
            Systolic: (uneasy ? 124 : 118) + reason.Systolic + (12 * pick.Unit(224, 0)),
            Diastolic: 66 + (8 * pick.Unit(225, 0)),
            Temperature: unwell ? 38.5 : uneasy ? 37.3 + (0.5 * pick.Unit(226, 0)) : 36.6 + (0.5 * pick.Unit(226, 0)),
            OxygenFlow: reason.IsCopd ? 0 : oxygen)
        { HasIncidents = !unwell };
    }
}
