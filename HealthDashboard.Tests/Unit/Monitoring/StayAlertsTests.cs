using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>What the end of a stay does to alerts, with a real engine.</summary>
public sealed class StayAlertsTests
{
    [Fact]
    public async Task A_patient_who_is_deleted_leaves_alerts_that_say_who_ended_them_and_why()
    {
        await using var world = await AlertWorld.MakeAsync();
        await using var node = await AlertNode.StartAsync(world);
        await node.PostEachSecondAsync(14, VitalSign.Spo2, 70);
        await node.SettleAsync();
        var alert = Assert.Single(node.Stays.OpenOf(world.Patient.Id));
        Assert.Empty(node.Stays.OpenOf(ObjectId.New(world.Time)));

        var discharge = new Discharge("nurse", "went home", world.Time.GetUtcNow());
        node.Directory.Set(await world.Patients.ReplaceAsync(world.Patient with { Status = PatientStatus.Discharged, Discharge = discharge }));
        await node.Stays.EndAsync(world.Patient.Id, CancellationToken.None);
        node.Directory.Remove(world.Patient.Id);
        await node.SettleAsync();
        Assert.Empty(node.Open);
        Assert.Equal("ended by discharge, nurse, went home", (await world.Alerts.FindAsync(alert.Id))!.Reason);
    }
}
