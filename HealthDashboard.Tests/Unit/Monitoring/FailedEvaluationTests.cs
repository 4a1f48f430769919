using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>The alarms of one patient cannot be evaluated: nobody may believe that they are, and the others' go on.</summary>
public sealed class FailedEvaluationTests : IAsyncLifetime
{
    private AlertWorld world = null!;

    public async ValueTask InitializeAsync() => world = await AlertWorld.MakeAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task The_feed_is_not_confirmed_until_the_patient_is_evaluated_again()
    {
        var other = await world.AddPatientAsync("M-2");
        await using var node = await AlertNode.StartAsync(world);
        await Eventually.HoldsAsync(() => node.Feed.Healthy, "the feed confirmed");

        // No sign has this number: whatever the evaluator does with it, it cannot be an evaluation.
        await node.Engine.ApplyAsync([world.Reading((VitalSign)200, 1)], CancellationToken.None);
        Assert.True(node.Monitors.Find(world.Patient.Id)!.Failed);
        var confirmed = node.Feed.LastConfirmed;
        await PassAsync(node, 7);
        Assert.False(node.Feed.Healthy);
        Assert.True(node.Feed.LastConfirmed <= confirmed + TimeSpan.FromSeconds(1));

        await node.PostAsync(world.Reading(VitalSign.Temperature, 40, other));
        await node.SettleAsync();
        Assert.Contains(node.Open, alert => alert.PatientId == other.Id && alert.Sign == "temperature");

        await node.PostAsync(world.Reading(VitalSign.HeartRate, 70));
        Assert.False(node.Monitors.Find(world.Patient.Id)!.Failed);
        await Eventually.HoldsAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
                return node.Feed.Healthy;
            },
            "the feed confirmed again");
    }

    private async Task PassAsync(AlertNode node, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            // A tick of the engine ends when it has asked every patient.
            await node.Monitors.EvaluateDueAsync(CancellationToken.None);
        }
    }
}
