using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.WhatIf;

namespace HealthDashboard.Tests.Unit.WhatIf;

public sealed class ProposalTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_alarm_that_is_off_for_a_time_stays_so_for_just_that_time()
    {
        var off = new SignLimits(null, 120) { OffUntil = Start.AddMinutes(30) };
        var proposed = new ProposedSign { High = new Proposed(130) }.On(off);
        Assert.Equal((null, 130.0, Start.AddMinutes(30)), (proposed.Low, proposed.High, proposed.OffUntil));
    }

    [Fact]
    public void A_limit_that_is_removed_is_known_as_such()
    {
        Assert.True(new ProposedSign { Low = new Proposed(null) }.RemovesLimit);
        Assert.False(new ProposedSign { Low = new Proposed(40) }.RemovesLimit);
        Assert.False(new ProposedSign().RemovesLimit);
    }

    [Fact]
    public void Before_the_first_version_of_a_record_nobody_was_here()
    {
        var first = Contracts.Samples.Patient("M-1") with { Version = 1, ChangedAt = Start.AddHours(2) };
        var moments = MomentsOf(first, first with { Version = 2, ChangedAt = Start.AddHours(3), Bed = "9" });
        Assert.Equal(
            [(Start, PatientStatus.Discharged, first.Bed), (Start.AddHours(2), PatientStatus.Admitted, first.Bed), (Start.AddHours(3), PatientStatus.Admitted, "9")],
            moments.Select(moment => (DateTimeOffset.FromUnixTimeMilliseconds(moment.At), moment.Patient.Patient.Status, moment.Patient.Patient.Bed)));
        // Of an older program's record the first versions are not known: then the earliest holds.
        Assert.Equal(PatientStatus.Admitted, MomentsOf(first with { Version = 4 })[0].Patient.Patient.Status);
    }

    private static IReadOnlyList<Moment> MomentsOf(params Patient[] versions) => PatientPast.MomentsOf(
        versions, (_, _) => [], [], new AlarmOptions().DefaultLimits, Start.ToUnixTimeMilliseconds(), Start.AddHours(8).ToUnixTimeMilliseconds());
}
