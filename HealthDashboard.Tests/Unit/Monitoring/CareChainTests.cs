using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>Whom an alert goes to, with a real store of care teams, by the clock.</summary>
public sealed class CareChainTests : IAsyncLifetime
{
    private static readonly WardKey Icu = new("North", "ICU");

    private readonly Clinician nina = Person("Nina"), carl = Person("Carl"), lee = Person("Lee, Ann"), wanda = Person("Wanda");
    private readonly Clinician dora = Person("Dora", Profession.Doctor), otto = Person("Otto", Profession.Doctor);
    private AlertWorld world = null!;
    private AlertNode node = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync();
        await world.CareTeam.PutCliniciansAsync([nina, carl, lee, wanda, dora, otto]);
        node = await AlertNode.StartAsync(world);
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_team_it_goes_to_the_wards_people_on_call_and_then_to_the_hospitals()
    {
        await world.CareTeam.SetOnCallAsync(new(Icu, carl, dora));
        await world.CareTeam.SetOnCallAsync(new(null, wanda, otto));
        await world.CareTeam.SetOnCallAsync(new(new("South", "ICU"), nina));
        Assert.Equal(["Carl", "Dora", "Wanda", "Otto", "Otto"], await EscalateAsync(5));
    }

    [Fact]
    public async Task With_a_team_the_people_on_call_are_left_alone()
    {
        await AssignAsync((nina, CareRole.AssignedNurse));
        await world.CareTeam.SetOnCallAsync(new(Icu, carl, dora));
        Assert.Equal(["Nina", "Nina"], await EscalateAsync(2));
    }

    [Fact]
    public async Task Somebody_who_only_advises_is_no_team()
    {
        await AssignAsync((dora, CareRole.Consulting));
        await world.CareTeam.SetOnCallAsync(new(null, null, otto));
        Assert.Equal(["Otto"], await EscalateAsync(1));
    }

    [Fact]
    public async Task Somebody_on_call_for_ward_and_hospital_is_notified_once()
    {
        await world.CareTeam.SetOnCallAsync(new(Icu, carl, dora));
        await world.CareTeam.SetOnCallAsync(new(null, carl, otto));
        Assert.Equal(["Carl", "Dora", "Otto"], await EscalateAsync(3));
    }

    [Fact]
    public async Task Names_are_never_taken_apart()
    {
        await AssignAsync((lee, CareRole.AssignedNurse), (nina, CareRole.AssignedNurse), (carl, CareRole.ChargeNurse), (lee, CareRole.ChargeNurse), (dora, CareRole.Attending));
        Assert.Equal(["Lee, Ann and Nina", "Carl", "Dora"], await EscalateAsync(3));
    }

    [Fact]
    public async Task The_last_step_repeats_each_interval_until_somebody_acknowledges()
    {
        await AssignAsync((nina, CareRole.AssignedNurse), (dora, CareRole.Attending));
        var alert = await RaiseAsync();
        for (var step = 1; step <= 5; step++)
        {
            await PassAsync(TimeSpan.FromSeconds(59));
            Assert.Equal(step - 1, (await StepsAsync(alert)).Count);
            await PassAsync(TimeSpan.FromSeconds(1));
            await StepsAsync(alert, step);
        }
        Assert.Equal([(1, "Nina"), .. Enumerable.Range(2, 4).Select(n => (n, (string?)"Dora"))], (await StepsAsync(alert)).Select(StepOf));

        await node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        await PassAsync(TimeSpan.FromSeconds(130));
        Assert.Equal(5, (await StepsAsync(alert)).Count);
    }

    [Fact]
    public async Task Where_there_is_nobody_the_alert_says_so_once_and_goes_to_the_first_who_comes()
    {
        var alert = await RaiseAsync();
        await PassAsync(TimeSpan.FromSeconds(59));
        Assert.Empty(await StepsAsync(alert));
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([(0, "nobody to escalate to")], (await StepsAsync(alert, 1)).Select(StepOf));
        await PassAsync(TimeSpan.FromSeconds(140));
        Assert.Single(await StepsAsync(alert));

        await world.CareTeam.SetOnCallAsync(new(Icu, carl, dora));
        await PassAsync(TimeSpan.FromSeconds(62));
        Assert.Equal((1, "Carl"), StepOf((await StepsAsync(alert, 2))[^1]));
        await world.CareTeam.SetOnCallAsync(new(Icu));
        await PassAsync(TimeSpan.FromSeconds(62));
        Assert.Equal((1, CareChain.Nobody), StepOf((await StepsAsync(alert, 3))[^1]));
        await world.CareTeam.SetOnCallAsync(new(Icu, carl, dora));
        await PassAsync(TimeSpan.FromSeconds(62));
        Assert.Equal((2, "Dora"), StepOf((await StepsAsync(alert, 4))[^1]));
    }

    [Fact]
    public async Task By_hand_too_an_alert_says_that_there_is_nobody()
    {
        var alert = await RaiseAsync();
        var after = await node.Engine.EscalateAsync(alert.Id, "nurse", CancellationToken.None);
        Assert.Equal((0, CareChain.Nobody), (after!.Escalation, after.EscalatedTo));
    }

    [Fact]
    public async Task An_alert_on_a_ward_goes_to_the_wards_people_on_call()
    {
        await world.CareTeam.SetOnCallAsync(new(Icu, carl));
        await world.CareTeam.SetOnCallAsync(new(null, null, otto));
        var chain = new CareChain(world.CareTeam, node.Directory, world.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<CareChain>.Instance);
        var alert = Samples.Alert() with { Group = "North/ICU", Sign = Alert.FeedSign, Kind = AlertKind.Technical };
        Assert.Equal(new CareStep(1, "Carl"), await chain.NextAsync(alert, CancellationToken.None));
        Assert.Equal(new CareStep(2, "Otto"), await chain.NextAsync(alert with { Escalation = 1 }, CancellationToken.None));
        Assert.Equal(new CareStep(1, "Otto"), await chain.NextAsync(alert with { Group = "North/ER" }, CancellationToken.None));
    }

    /// <summary>Whatever the team: everybody of the first three roles is in one step, in the order of the roles, and names are whole.</summary>
    [Fact]
    public void Each_of_a_team_is_in_one_step_that_is_never_empty()
    {
        Clinician[] people = [nina, carl, lee, wanda, dora, otto];
        var member = from who in Gen.Choose(0, people.Length - 1) from role in Gen.Elements(Enum.GetValues<CareRole>()) select (people[who], role);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(member.ListOf().ToArbitrary(), team =>
        {
            List<CareAssignment> assignments = [.. team.Select(one => new CareAssignment(world.Patient.Id, one.Item1, one.role, default))];
            var steps = CareChain.StepsOf(assignments);
            var first = assignments.Where(a => a.Role != CareRole.Consulting).GroupBy(a => a.Clinician).ToDictionary(own => own.Key, own => own.Min(a => a.Role));
            var expected = first.GroupBy(own => own.Value, own => own.Key).OrderBy(step => step.Key).Select(step => step.ToHashSet()).ToList();
            Assert.Equal(expected, steps.Select(step => step.ToHashSet()));
            Assert.Equal(first.Count, steps.Sum(step => step.Count));
        }));
    }

    private static Clinician Person(string name, Profession profession = Profession.Nurse) => new(ObjectId.New(TimeProvider.System), name, profession, "North");

    private static (int, string?) StepOf(AlertChange step) => (step.Alert.Escalation, step.Alert.EscalatedTo);

    private Task AssignAsync(params (Clinician Who, CareRole Role)[] team) =>
        world.CareTeam.AssignAsync([.. team.Select((one, i) => new CareAssignment(world.Patient.Id, one.Who, one.Role, world.Time.GetUtcNow().AddSeconds(i - 60)))]);

    private async Task<IEnumerable<string?>> EscalateAsync(int steps)
    {
        var alert = await RaiseAsync();
        for (var i = 0; i < steps; i++)
        {
            await node.Engine.EscalateAsync(alert.Id, "nurse", CancellationToken.None);
            await node.SettleAsync();
        }
        return (await StepsAsync(alert)).Select(step => step.Alert.EscalatedTo);
    }

    private async Task<Alert> RaiseAsync()
    {
        await PassAsync(TimeSpan.FromSeconds(12));
        return node.Open.Single(alert => alert.Sign == "spo2");
    }

    // Readings go on, so that only escalation changes the alert. Each second waits for the store: one that took longer would be unavailable.
    private async Task PassAsync(TimeSpan time)
    {
        for (var second = 0; second < time.TotalSeconds; second++)
        {
            await node.PostEachSecondAsync(1, VitalSign.Spo2, 78);
            await node.SettleAsync();
        }
    }

    // The clock stands until they are there.
    private async Task<List<AlertChange>> StepsAsync(Alert alert, int count)
    {
        await Eventually.HoldsAsync(async () => (await StepsAsync(alert)).Count == count, $"{count} steps");
        await node.SettleAsync();
        return await StepsAsync(alert);
    }

    private async Task<List<AlertChange>> StepsAsync(Alert alert) =>
        [.. (await world.Alerts.HistoryAsync(alert.Id)).Where(change => change.Kind == AlertChangeKind.Escalated)];
}
