using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>Alerts on a ward, with real monitors, engine and store.</summary>
public sealed class WardAlarmTests : IAsyncLifetime
{
    private const string Gateway = "gateway 1";
    private readonly List<Patient> ward = [];
    private AlertWorld world = null!;
    private AlertNode node = null!;

    public async ValueTask InitializeAsync() => world = await AlertWorld.MakeAsync();

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_gateway_with_36_patients_away_is_one_alert_and_its_end_brings_the_single_ones_of_those_still_silent()
    {
        await FillAsync(36);
        await SendAsync(20, ward);
        await PassAsync(90);
        var alert = Assert.Single(node.Open);
        Assert.Equal(
            ("** No data from 36 beds of ICU", AlertPriority.Medium, "North/ICU", Alert.FeedSign, AlertKind.Technical),
            (alert.Text, alert.Priority, alert.Group, alert.Sign, alert.Kind));
        Assert.DoesNotContain(ward, patient => patient.Id == alert.PatientId);

        await SendAsync(3, ward[..30]);
        await EndAsync();
        // Who is let go is evaluated soon, by the node's own loop.
        await Eventually.HoldsAsync(() => node.Open.Count == 6, "the alerts of those who are still silent");
        Assert.Equal(ward[30..].Select(patient => patient.Id).Order(), node.Open.Select(open => open.PatientId).Order());
        Assert.All(node.Open, open => Assert.Equal((Alert.FeedSign, (string?)null), (open.Sign, open.Group)));
    }

    [Theory]
    [InlineData(36, 2, 2)]
    [InlineData(36, 3, 3)]
    [InlineData(5, 3, 1)]
    public async Task A_few_of_many_are_alerts_of_their_own(int all, int silent, int alerts)
    {
        await FillAsync(all);
        await SendAsync(20, ward);
        await SendAsync(90, ward[silent..]);
        await node.SettleAsync();
        Assert.Equal(alerts, node.Open.Count);
        Assert.Equal(alerts == 1, node.Open[0].Group is not null);
    }

    [Fact]
    public async Task It_is_acknowledged_as_any_other_and_goes_on_after_a_restart()
    {
        await FillAsync(4);
        await SendAsync(20, ward);
        await PassAsync(50);
        var alert = Assert.Single(node.Open);
        Assert.Equal("nurse", (await node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None))!.AcknowledgedBy);
        await node.SettleAsync();
        await node.DisposeAsync();

        node = await AlertNode.StartAsync(world);
        await PassAsync(90);
        Assert.Equal((alert.Id, AlertResponse.Acknowledged), (Assert.Single(node.Open).Id, node.Open[0].Response));
        await SendAsync(3, ward);
        await EndAsync();
        Assert.Empty(node.Open);
        Assert.Equal(
            [AlertChangeKind.Raised, AlertChangeKind.Acknowledged, AlertChangeKind.Ended],
            (await world.Alerts.HistoryAsync(alert.Id)).Select(change => change.Kind));
    }

    [Fact]
    public async Task Two_nodes_that_see_it_at_once_raise_one()
    {
        await FillAsync(4);
        var other = await AlertNode.StartAsync(world);
        for (var second = 0; second < 110; second++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            if (second < 20)
            {
                await node.PostAsync(Readings(ward));
                await other.Engine.ApplyAsync(Readings(ward), CancellationToken.None);
            }
            await Task.WhenAll(node.Wards.LookAsync(), other.Wards.LookAsync());
            await Task.WhenAll(node.Monitors.EvaluateDueAsync(CancellationToken.None), other.Monitors.EvaluateDueAsync(CancellationToken.None));
            await node.SettleAsync();
            await other.SettleAsync();
        }
        await node.SettleAsync();
        await other.SettleAsync();
        Assert.Single(await world.LogAsync(), change => change.Kind == AlertChangeKind.Raised);
        Assert.Equal(Assert.Single(node.Open), Assert.Single(other.Open));
        await other.DisposeAsync();
    }

    [Fact]
    public async Task A_device_that_goes_on_sending_for_one_who_is_discharged_is_an_alert_of_the_ward_until_it_stops()
    {
        await FillAsync(1);
        await DischargeAsync(ward[0]);
        await SendAsync(5, ward);
        Assert.Empty(node.Open);
        await SendAsync(10, ward);
        await node.SettleAsync();
        var alert = Assert.Single(node.Open);
        Assert.Equal(("device:gateway 1", "North/ICU", AlertPriority.Low), (alert.Sign, alert.Group, alert.Priority));
        Assert.Equal("* gateway 1 sends for a patient of bed 0 who is not admitted", alert.Text);
        await PassAsync(59);
        Assert.Single(node.Open);
        await PassAsync(3);
        await EndAsync();
        Assert.Empty(node.Open);
    }

    [Fact]
    public async Task It_ends_when_the_patient_is_admitted_again_and_old_readings_are_no_such_device()
    {
        await FillAsync(1);
        var gone = await DischargeAsync(ward[0]);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await node.PostAsync([.. Readings(ward).Select(reading => reading with { Time = reading.Time - 120_000 })]);
        await node.Wards.LookAsync();
        await node.SettleAsync();
        Assert.Empty(node.Open);

        await SendAsync(2, ward);
        await node.SettleAsync();
        Assert.Single(node.Open);
        node.Directory.Set(await world.Patients.ReplaceAsync(gone with { Status = PatientStatus.Admitted, Discharge = null }));
        await PassAsync(1);
        await EndAsync();
        Assert.DoesNotContain(node.Open, open => open.Group is not null);
    }

    private async Task FillAsync(int beds)
    {
        ward.Add(world.Patient with { Bed = "0" });
        ward[0] = await world.Patients.ReplaceAsync(ward[0]);
        while (ward.Count < beds)
            ward.Add(await world.AddPatientAsync($"W-{ward.Count}"));
        node = await AlertNode.StartAsync(world);
    }

    private async Task<Patient> DischargeAsync(Patient patient)
    {
        var gone = await world.Patients.ReplaceAsync(patient with { Status = PatientStatus.Discharged, Discharge = new("nurse", null, world.Time.GetUtcNow()) });
        node.Directory.Set(gone);
        return gone;
    }

    private async Task SendAsync(int seconds, IReadOnlyList<Patient> senders)
    {
        for (var second = 0; second < seconds; second++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await node.PostAsync(Readings(senders));
            await LookAsync();
        }
    }

    private async Task PassAsync(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await LookAsync();
        }
        await node.SettleAsync();
    }

    // What the look before let go, and what has been written of it.
    private async Task EndAsync()
    {
        await LookAsync();
        await node.SettleAsync();
        await LookAsync();
        await node.SettleAsync();
    }

    private async Task LookAsync()
    {
        await node.Wards.LookAsync();
        await node.Monitors.EvaluateDueAsync(CancellationToken.None);
        // A second that passes while something is being written would make the store look unavailable.
        if (node.Writer.Depth > 0)
            await node.SettleAsync();
    }

    private Reading[] Readings(IEnumerable<Patient> senders)
    {
        var now = world.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. senders.Select(patient => new Reading(patient.Id, VitalSign.HeartRate, now, 72, Gateway, now))];
    }
}
