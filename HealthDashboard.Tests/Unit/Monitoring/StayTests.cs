using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>Patients who come, leave and come back: what stands is alarmed, and what has gone is forgotten (S1, faults 2, 23 and 72).</summary>
public sealed class StayTests : IAsyncLifetime
{
    private AlertWorld world = null!;

    public async ValueTask InitializeAsync() => world = await AlertWorld.MakeAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_patient_who_comes_back_has_an_alert_for_each_value_that_stands()
    {
        await using var node = await AlertNode.StartAsync(world);
        await node.PostAsync(world.Reading(VitalSign.Temperature, 39.8), world.Reading(VitalSign.Systolic, 85));
        await node.SettleAsync();
        var before = node.Open.Select(alert => alert.Id).ToList();
        Assert.Equal(["systolic", "temperature"], node.Open.Select(alert => alert.Sign).Order());

        await DischargeAsync(node);
        await Eventually.HoldsAsync(() => node.Open.Count == 0, "the alerts ended");
        world.Time.Advance(TimeSpan.FromMinutes(20));
        await AdmitAsync(node);

        await Eventually.HoldsAsync(() => node.Open.Count(alert => alert.Kind == AlertKind.Limit) == 2, "alerts for what stands");
        await node.SettleAsync();
        Assert.Equal(["systolic", "temperature"], node.Open.Where(alert => alert.Kind == AlertKind.Limit).Select(alert => alert.Sign).Order());
        Assert.DoesNotContain(node.Open, alert => alert.Kind == AlertKind.Technical);
        Assert.All(node.Open, alert => Assert.True(alert.Sequence > 0 && !before.Contains(alert.Id)));
        // Where another node saw the same, it came to the same alerts.
        await using var second = await AlertNode.StartAsync(world);
        await second.SettleAsync();
        Assert.Equal(node.Open.Select(alert => alert.Id).Order(), second.Open.Select(alert => alert.Id).Order());
    }

    [Fact]
    public async Task What_was_measured_within_minutes_of_a_stay_that_ended_counts_in_the_next_one()
    {
        await using var node = await AlertNode.StartAsync(world);
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await node.SettleAsync();
        Assert.Single(node.Open);
        await DischargeAsync(node);
        await Eventually.HoldsAsync(() => node.Open.Count == 0, "the alert ended");
        await AdmitAsync(node);
        await Eventually.HoldsAsync(() => node.Open.Any(alert => alert.Sign == "spo2"), "the alert of the new stay");

        // The one of the stay before is no part of it: nothing is compared with when it ended.
        await node.PostEachSecondAsync(20, VitalSign.Spo2, 97);
        await node.SettleAsync();
        Assert.DoesNotContain(node.Open, alert => alert.Sign == "spo2");
        Assert.False(node.Monitors.Find(world.Patient.Id)!.Failed);
    }

    [Fact]
    public async Task A_latched_alert_that_was_acknowledged_just_before_a_kill_does_not_come_back()
    {
        var node = await AlertNode.StartAsync(world);
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 70);
        await node.PostEachSecondAsync(3, VitalSign.Spo2, 97);
        await node.SettleAsync();
        var alert = Assert.Single(node.Open, open => open.Condition == AlertCondition.Latched);
        await node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        await node.SettleAsync();
        // The state that was stored with the last change knows of it; without one, all is evaluated again.
        await world.Alerts.WriteAsync([], [new(world.Patient.Id, default)]);
        await node.KillAsync();
        await using var again = await AlertNode.StartAsync(world);
        await again.SettleAsync();
        Assert.DoesNotContain(again.Open, open => open.Kind == AlertKind.Limit);
        Assert.DoesNotContain(again.Monitors.Find(world.Patient.Id)!.State.Open, open => open.Kind == AlertKind.Limit);
        Assert.Single(await world.LogAsync(), change => change is { Kind: AlertChangeKind.Raised, Alert.Kind: AlertKind.Limit });
        await node.DisposeAsync();
    }

    [Fact]
    public async Task What_is_no_longer_current_raises_nothing_in_the_next_stay()
    {
        await using var node = await AlertNode.StartAsync(world);
        await node.PostAsync(world.Reading(VitalSign.Systolic, 85));
        await DischargeAsync(node);
        world.Time.Advance(TimeSpan.FromHours(2));
        await AdmitAsync(node);
        await Eventually.HoldsAsync(() => node.Monitors.Find(world.Patient.Id) is { IsRestored: true }, "the monitor");
        await node.SettleAsync();
        Assert.Empty(node.Open);
    }

    [Fact]
    public async Task After_a_kill_values_of_hours_ago_count_though_no_state_was_stored()
    {
        await world.Vitals.AppendAsync([world.Reading(VitalSign.Temperature, 39.8), world.Reading(VitalSign.OxygenFlow, 4)]);
        world.Time.Advance(TimeSpan.FromHours(3));
        await using var node = await AlertNode.StartAsync(world);
        await node.SettleAsync();
        Assert.Equal("temperature", Assert.Single(node.Open).Sign);
        Assert.Equal(
            [VitalSign.Temperature, VitalSign.OxygenFlow],
            node.Monitors.Find(world.Patient.Id)!.State.Latest.Select(reading => reading.Sign).Order());
    }

    [Fact]
    public async Task While_the_vital_store_is_unavailable_a_start_goes_on_and_takes_the_past_in_later()
    {
        await world.Vitals.AppendAsync([world.Reading(VitalSign.Temperature, 39.8)]);
        world.Time.Advance(TimeSpan.FromHours(1));
        world.Vitals.Unavailable = new HealthDashboard.Data.Stores.StoreUnavailableException("vitals of a test", "taken away.");
        await using var node = await AlertNode.StartAsync(world);
        Assert.Empty(node.Open);
        await node.Engine.ApplyAsync([world.Reading(VitalSign.HeartRate, 80)], CancellationToken.None);

        world.Vitals.Unavailable = null;
        await Eventually.HoldsAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
                return node.Open.Any(alert => alert.Sign == "temperature");
            },
            "the alert for what stands");
    }

    [Fact]
    public async Task Nothing_is_kept_of_patients_who_have_left()
    {
        await using var node = await AlertNode.StartAsync(world);
        for (var round = 0; round < 20; round++)
        {
            List<Patient> admitted = [];
            for (var i = 0; i < 10; i++)
            {
                var patient = await world.AddPatientAsync($"{round}-{i}");
                admitted.Add(patient);
                node.Directory.Set(patient);
                await node.PostAsync(world.Reading(VitalSign.Systolic, 85, patient));
            }
            await node.SettleAsync();
            Assert.Equal(10, node.Open.Count);
            foreach (var patient in admitted)
            {
                if (patient == admitted[0])
                    await DeleteAsync(node, patient);
                else
                    node.Directory.Set(await world.Patients.ReplaceAsync(patient with { Status = PatientStatus.Discharged }));
            }
            await Eventually.HoldsAsync(
                () =>
                {
                    world.Time.Advance(TimeSpan.FromSeconds(1));
                    return node.Monitors.Count == 1;
                },
                "only the admitted patient's monitor");
        }
        await node.SettleAsync();
        Assert.Empty(node.Open);
        Assert.All(await world.Alerts.ReadStatesAsync(), state => Assert.Equal(world.Patient.Id, state.PatientId));
        Assert.Equal(200, (await world.LogAsync()).Count(change => change.Kind == AlertChangeKind.Ended));
        // What a device goes on sending makes none either.
        await node.PostAsync(world.Reading(VitalSign.HeartRate, 30, (await world.Patients.FindByMrnAsync("3-3"))!));
        Assert.Equal(1, node.Monitors.Count);
    }

    [Fact]
    public async Task Alerts_and_states_that_a_killed_node_left_of_a_discharged_patient_are_ended_and_removed_at_the_next_start()
    {
        await using (var node = await AlertNode.StartAsync(world))
        {
            await node.PostAsync(world.Reading(VitalSign.Systolic, 85));
            await node.SettleAsync();
            await node.KillAsync();
        }
        await world.Patients.ReplaceAsync(world.Patient with { Status = PatientStatus.Discharged });
        await using var again = await AlertNode.StartAsync(world);
        await Eventually.HoldsAsync(
            async () =>
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
                return again.Open.Count == 0 && (await world.Alerts.ReadStatesAsync()).Count == 0 && again.Monitors.Count == 0;
            },
            "nothing left");
    }

    private async Task DischargeAsync(AlertNode node) => node.Directory.Set(await ChangeAsync(PatientStatus.Discharged));

    private async Task AdmitAsync(AlertNode node) => node.Directory.Set(await ChangeAsync(PatientStatus.Admitted));

    private async Task<Patient> ChangeAsync(PatientStatus status) =>
        await world.Patients.ReplaceAsync((await world.Patients.FindAsync(world.Patient.Id))! with { Status = status });

    private async Task DeleteAsync(AlertNode node, Patient patient)
    {
        await world.Patients.DeleteAsync(patient.Id, patient.Version);
        node.Directory.Remove(patient.Id);
    }
}
