using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>
/// Who works in the demo hospital and who cares for whom when. A ward has a charge nurse and two nurses for each of three shifts
/// (from 07:00, 15:00 and 23:00 UTC) and a doctor. The people of the demo accounts are always on duty, in the first ward.
/// </summary>
internal static class DemoTeam
{
    private static readonly TimeSpan ShiftLength = TimeSpan.FromHours(8);
    private static readonly TimeSpan FirstShift = TimeSpan.FromHours(7);

    // The first numbers belong to patients.
    private const int FirstPerson = 5000;

    public static Clinician Nurse { get; } = new(DemoHospital.IdOf("nurse"), "Nina Novak", Profession.Nurse, "North", "Intensive care", "nurse");

    public static Clinician Charge { get; } = new(DemoHospital.IdOf("charge"), "Carl Jensen", Profession.Nurse, "North", "Intensive care", "charge");

    public static Clinician Doctor { get; } = new(DemoHospital.IdOf("doctor"), "Dora Weiss", Profession.Doctor, "North", "Intensive care", "doctor");

    /// <summary>Everybody who works on the patients' wards.</summary>
    public static IReadOnlyList<Clinician> Clinicians(IReadOnlyList<DemoPatient> patients) =>
        [Nurse, Charge, Doctor, .. Wards(patients).SelectMany(ward => ward.Staff)];

    /// <summary>Who refers patients to whom: doctors of a region to one another, and to the region's next.</summary>
    public static IEnumerable<(ObjectId From, ObjectId To)> Referrals(IReadOnlyList<DemoPatient> patients)
    {
        var doctors = Wards(patients).Select(ward => ward.Doctor).Prepend(Doctor).ToList();
        return doctors.Zip(doctors.Skip(1), (from, to) => (from.Id, to.Id));
    }

    /// <summary>The assignments that last: to the doctors, and to the people of the demo accounts.</summary>
    /// <param name="patients">The patients.</param>
    /// <param name="from">Since when.</param>
    public static IEnumerable<CareAssignment> Lasting(IReadOnlyList<DemoPatient> patients, DateTimeOffset from)
    {
        foreach (var ward in Wards(patients))
        {
            var attending = ward.IsFirst ? Doctor : ward.Doctor;
            foreach (var patient in ward.Patients)
            {
                yield return new CareAssignment(patient, attending, CareRole.Attending, from);
                if (!ward.IsFirst)
                    continue;
                yield return new CareAssignment(patient, Nurse, CareRole.AssignedNurse, from);
                yield return new CareAssignment(patient, Charge, CareRole.ChargeNurse, from);
                yield return new CareAssignment(patient, ward.Doctor, CareRole.Consulting, from);
            }
        }
    }

    /// <summary>The assignments of the shifts that begin within a stretch.</summary>
    public static IEnumerable<CareAssignment> Shifts(IReadOnlyList<DemoPatient> patients, DateTimeOffset from, DateTimeOffset to)
    {
        var wards = Wards(patients).Where(ward => !ward.IsFirst).ToList();
        for (var start = ShiftAt(from); start < to; start += ShiftLength)
        {
            var shift = ShiftNumber(start);
            foreach (var ward in wards)
            {
                for (var i = 0; i < ward.Patients.Count; i++)
                {
                    yield return new CareAssignment(ward.Patients[i], ward.NurseOf(shift, i), CareRole.AssignedNurse, start, start + ShiftLength);
                    yield return new CareAssignment(ward.Patients[i], ward.ChargeOf(shift), CareRole.ChargeNurse, start, start + ShiftLength);
                }
            }
        }
    }

    /// <summary>When the shift that holds at a time began.</summary>
    public static DateTimeOffset ShiftAt(DateTimeOffset time)
    {
        var into = (time - FirstShift).TimeOfDay.Ticks % ShiftLength.Ticks;
        return new DateTimeOffset(time.UtcTicks - into, TimeSpan.Zero);
    }

    private static int ShiftNumber(DateTimeOffset start) => (int)((start - FirstShift).TimeOfDay / ShiftLength);

    private static List<WardStaff> Wards(IReadOnlyList<DemoPatient> patients) =>
    [
        .. patients.GroupBy(patient => (patient.Patient.Region, patient.Patient.Ward))
            .Select((ward, number) => new WardStaff(
                ward.Key.Region, ward.Key.Ward, number, [.. ward.Select(patient => patient.Patient.Id)])),
    ];

    private sealed class WardStaff(string region, string ward, int number, IReadOnlyList<ObjectId> patients)
    {
        private const int Shifts = 3;
        private const int NursesPerShift = 2;

        private readonly Clinician[] nurses =
            [.. Enumerable.Range(0, Shifts * (NursesPerShift + 1)).Select(i => Person(region, ward, number, i, Profession.Nurse))];

        public bool IsFirst => number == 0;

        public IReadOnlyList<ObjectId> Patients => patients;

        public Clinician Doctor { get; } = Person(region, ward, number, Shifts * (NursesPerShift + 1), Profession.Doctor);

        public IEnumerable<Clinician> Staff => nurses.Append(Doctor);

        public Clinician ChargeOf(int shift) => nurses[shift * (NursesPerShift + 1)];

        public Clinician NurseOf(int shift, int bed) => nurses[(shift * (NursesPerShift + 1)) + 1 + (bed % NursesPerShift)];

        private static Clinician Person(string region, string ward, int wardNumber, int number, Profession profession)
        {
            var n = FirstPerson + (wardNumber * 10) + number;
            var (given, family) = DemoNames.Of(n, n % 3 == 0 ? Sex.Male : Sex.Female);
            return new Clinician(DemoHospital.IdOf($"clinician {wardNumber} {number}"), $"{given} {family}", profession, region, ward);
        }
    }
}
