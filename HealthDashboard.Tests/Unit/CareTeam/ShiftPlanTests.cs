using HealthDashboard.CareTeam;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using HealthDashboard.Tests.Contracts;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>Shifts on the hospital's clock, and who works when on one axis of time.</summary>
public sealed class ShiftPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly Clinician Ann = new(ObjectId.Parse("0000000000000000000000b1"), "Ann", Profession.Nurse, "North", "ICU");
    private static readonly Clinician Ben = new(ObjectId.Parse("0000000000000000000000b2"), "Ben", Profession.Nurse, "North", "ICU");
    private static readonly Clinician Doc = new(ObjectId.Parse("0000000000000000000000b3"), "Doc", Profession.Doctor, "North", "ICU");

    private readonly Patient first = Samples.Patient("M-1", "First") with { Id = ObjectId.Parse("0000000000000000000000c1"), Bed = "1" };
    private readonly Patient second = Samples.Patient("M-2", "Second") with { Id = ObjectId.Parse("0000000000000000000000c2"), Bed = "2" };

    [Fact]
    public void Times_without_a_nurse_are_gaps_from_now_on_joined_for_the_patients_who_share_them()
    {
        var plan = Plan(
            byPatient: true,
            new(first.Id, Ann, CareRole.AssignedNurse, Start, Start.AddHours(8)),
            new(first.Id, Doc, CareRole.Attending, Start),
            new(first.Id, Ben, CareRole.AssignedNurse, Start.AddHours(12)),
            new(second.Id, Ann, CareRole.AssignedNurse, Start, Start.AddHours(8)),
            new(second.Id, Doc, CareRole.Attending, Start, Start.AddHours(12)),
            new(second.Id, Ben, CareRole.AssignedNurse, Start.AddHours(16)));
        Assert.Equal(
            ["8-12 False First Second", "12-16 True Second"],
            plan.Gaps.Select(gap => $"{Hour(gap.From)}-{Hour(gap.To)} {gap.IsNobody} {string.Join(' ', gap.Patients.Select(patient => patient.FamilyName))}"));
        Assert.Equal(["Ann", "no nurse", "Ben", "Doc"], plan.Lines[0].Bars.OrderBy(bar => bar.Role).ThenBy(bar => bar.From).Select(bar => bar.Text));
    }

    [Fact]
    public void A_clinician_has_a_lane_a_part_and_a_bar_for_as_long_as_the_patients_stay_the_same()
    {
        var plan = Plan(
            byPatient: false,
            new(first.Id, Ann, CareRole.AssignedNurse, Start.AddHours(-5), Start.AddHours(8)),
            new(second.Id, Ann, CareRole.AssignedNurse, Start.AddHours(4), Start.AddHours(8)),
            new(first.Id, Ann, CareRole.ChargeNurse, Start),
            new(first.Id, Doc, CareRole.Attending, Start));
        Assert.Equal(["Ann", "Doc"], plan.Lines.Select(line => line.Name));
        Assert.Equal(
            ["AssignedNurse 0-4 1 patient", "AssignedNurse 4-8 2 patients", "ChargeNurse 0-24 1 patient"],
            plan.Lines[0].Bars.Select(bar => $"{bar.Role} {Hour(bar.From)}-{Hour(bar.To)} {bar.Text}"));
        Assert.Equal([CareRole.AssignedNurse, CareRole.ChargeNurse], plan.Lines[0].Lanes);
        Assert.Equal(25, plan.At(Start.AddHours(6)));
        Assert.Equal(100, plan.At(Start.AddDays(9)));
    }

    [Fact]
    public void A_shift_ends_when_the_next_begins_on_the_hospitals_clock_also_on_the_night_when_clocks_go_back()
    {
        var options = Options.Create(new HospitalOptions { TimeZone = "Europe/Amsterdam" });
        var shifts = new ShiftTimes(options, new HospitalTime(options)).Within(At(24, 20), At(25, 12));
        // 15:00 to 23:00 and 23:00 to 07:00 in Amsterdam, then from 07:00, an hour later in UTC.
        Assert.Equal([new Shift(At(24, 13), At(24, 21)), new(At(24, 21), At(25, 6)), new(At(25, 6), At(25, 14))], shifts);

        static DateTimeOffset At(int day, int hour) => new(2026, 10, day, hour, 0, 0, TimeSpan.Zero);
    }

    [Theory]
    [InlineData("07:00,15:00,23:00", 3)]
    [InlineData("08:00", 1)]
    [InlineData("08:00, 20:00", 2)]
    [InlineData("", null)]
    [InlineData("15:00,07:00", null)]
    [InlineData("7,15", null)]
    [InlineData("24:00", null)]
    public void Shifts_that_are_none_stop_the_start(string shifts, int? count)
    {
        var options = new HospitalOptions { TimeZone = "UTC", Shifts = shifts };
        Assert.Equal(count, options.ShiftStarts?.Count);
        var result = new HospitalOptionsValidator().Validate(null, options);
        Assert.Equal(count is null, result.Failed);
        if (result.Failed)
            Assert.Contains("Hospital:Shifts", result.FailureMessage, StringComparison.Ordinal);
    }

    private static int Hour(DateTimeOffset time) => (int)(time - Start).TotalHours;

    private ShiftPlan Plan(bool byPatient, params IReadOnlyList<CareAssignment> assignments) =>
        ShiftPlan.Of([first, second], assignments, byPatient, Start, Start.AddDays(1), Start.AddHours(1));
}
