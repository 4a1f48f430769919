using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Tests.Unit.Monitoring;

public class PatientGroupsTests
{
    private static readonly ObjectId[] Patients = [.. Enumerable.Range(0, 5).Select(_ => ObjectId.New(TimeProvider.System))];

    [Fact]
    public void Each_patients_readings_come_together_in_the_order_in_which_they_arrived()
    {
        var groups = new PatientGroups();
        Prop.ForAll(Gen.Choose(0, Patients.Length - 1).ArrayOf().ToArbitrary(), patients =>
        {
            Reading[] readings = [.. patients.Select((patient, i) => new Reading(Patients[patient], VitalSign.HeartRate, i, i))];
            groups.Fill(readings);

            var expected = readings.GroupBy(reading => reading.PatientId).Select(group => (group.Key, group.ToArray()));
            Assert.Equal(expected, Enumerable.Range(0, groups.Count).Select(i => (groups[i].Patient, groups[i].Readings.ToArray())));
        }).QuickCheckThrowOnFailure();
    }
}
