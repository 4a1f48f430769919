using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.CareTeam;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Handover;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Access;
using Microsoft.Extensions.DependencyInjection;
using static HealthDashboard.Tests.Unit.Handover.HandoverWorld;

namespace HealthDashboard.Tests.Unit.Handover;

/// <summary>A shift goes from one clinician to others, whole or not at all.</summary>
public sealed class HandoverDeskTests
{
    [Fact]
    public async Task The_givers_part_ends_and_the_takers_begins_at_one_moment_and_the_audit_says_who_to_whom()
    {
        await using var world = await StartAsync();
        var result = await world.HandOverAsync(world.AllTo(Ann));
        Assert.Equal(["Ann", "Ann"], await world.NursesAsync());
        Assert.Equal(["Nina", "Nina"], await world.NursesAsync(world.Now.AddMilliseconds(-1)));
        Assert.Empty(result.Left);
        Assert.Equal(world.Patients.Select(patient => (patient.Id, Ann.Id, world.Now)), result.HandedOver.Select(one => (one.PatientId, one.ToId, one.Since)));
        foreach (var patient in world.Patients)
            Assert.Equal([$"{Nina.Id} to {Ann.Id} as AssignedNurse from {world.Now:O}"], await world.AuditedAsync(patient));
    }

    [Fact]
    public async Task Asked_for_again_it_answers_what_stands_and_changes_nothing()
    {
        await using var world = await StartAsync();
        var first = await world.HandOverAsync(world.AllTo(Ann));
        world.Host.Time.Advance(TimeSpan.FromSeconds(20));
        var again = await world.HandOverAsync(world.AllTo(Ann));
        Assert.Equal(first.HandedOver.Select(one => (one.PatientId, one.ToId, one.Since)), again.HandedOver.Select(one => (one.PatientId, one.ToId, one.Since)));
        Assert.Single(await world.AuditedAsync(world.Patients[0]));
        Assert.Equal(2, (await world.Team.AssignmentsOfAsync(Ann.Id, world.Now)).Count);
    }

    [Fact]
    public async Task Whose_answer_was_lost_gets_it_although_the_patient_is_theirs_no_more()
    {
        await using var world = await StartAsync(1);
        var ofNoWard = User("nurse", wards: "");
        await world.HandOverAsync(world.AllTo(Ann), ofNoWard);
        world.Host.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Single((await world.HandOverAsync(world.AllTo(Ann), ofNoWard)).HandedOver);
    }

    [Fact]
    public async Task Who_was_reassigned_meanwhile_is_left_and_named_with_who_has_them()
    {
        await using var world = await StartAsync();
        var moved = world.Patients[1].Id;
        await world.Team.UnassignAsync(moved, Nina.Id, CareRole.AssignedNurse, world.Now.AddMinutes(-5));
        await world.Team.AssignAsync([new(moved, Bea, CareRole.AssignedNurse, world.Now.AddMinutes(-5))]);
        var result = await world.HandOverAsync(world.AllTo(Ann));
        Assert.Equal(["Ann", "Bea"], await world.NursesAsync());
        var left = Assert.Single(result.Left);
        Assert.Equal((moved, LeftReason.NotWithGiver), (left.PatientId, left.Reason));
        Assert.Contains("Bea Moor has the patient as assigned nurse", left.Message, StringComparison.Ordinal);
        Assert.Empty(await world.AuditedAsync(world.Patients[1]));
    }

    [Fact]
    public async Task A_patient_whom_the_taker_has_already_gets_no_second_part_and_one_who_was_discharged_is_left()
    {
        await using var world = await StartAsync();
        await world.Team.AssignAsync([new(world.Patients[0].Id, Ann, CareRole.AssignedNurse, world.Now.AddHours(-1))]);
        world.Host.Services.GetRequiredService<PatientDirectory>().Set(world.Patients[1] with { Status = PatientStatus.Discharged, Version = 9 });
        var result = await world.HandOverAsync(world.AllTo(Ann));
        Assert.Equal(LeftReason.NotAdmitted, Assert.Single(result.Left).Reason);
        Assert.Single(await world.Team.AssignmentsOfAsync(Ann.Id, world.Now));
        Assert.Equal("Ann", (await world.NursesAsync())[0]);
    }

    [Fact]
    public async Task Each_patient_can_go_to_somebody_else_and_later()
    {
        await using var world = await StartAsync();
        var at = world.Now.AddMinutes(30);
        await world.HandOverAsync(Fields(new
        {
            fromId = Nina.Id,
            role = "assignedNurse",
            at,
            patients = world.Patients.Zip([Ann, Bea], (patient, to) => new { patientId = patient.Id, toId = to.Id }),
        }));
        Assert.Equal(["Nina", "Nina"], await world.NursesAsync(at.AddMilliseconds(-1)));
        Assert.Equal(["Ann", "Bea"], await world.NursesAsync(at));
    }

    [Fact]
    public async Task A_part_that_had_an_end_keeps_it_with_whom_it_is_handed_to()
    {
        await using var world = await StartAsync();
        var end = world.Now.AddHours(4);
        await world.Team.AssignAsync([new(world.Patients[0].Id, Nina, CareRole.AssignedNurse, world.Now.AddHours(-8), end)]);
        await world.HandOverAsync(world.AllTo(Ann));
        Assert.Equal(["Ann", "Ann"], await world.NursesAsync(end.AddMilliseconds(-1)));
        Assert.Equal(["", "Ann"], await world.NursesAsync(end));
        Assert.Equal([$"{Nina.Id} to {Ann.Id} as AssignedNurse from {world.Now:O} until {end:O}"], await world.AuditedAsync(world.Patients[0]));
    }

    [Theory]
    [InlineData(null, 1.0, null)]
    [InlineData(4.0, 1.0, 4.0)]
    [InlineData(1.0, 4.0, 4.0)]
    [InlineData(4.0, null, null)]
    public async Task A_taker_who_has_the_patient_already_has_them_until_the_later_end(double? giverHours, double? takerHours, double? expectedHours)
    {
        await using var world = await StartAsync(1);
        var patient = world.Patients[0].Id;
        await world.Team.AssignAsync(
        [
            new(patient, Nina, CareRole.AssignedNurse, world.Now.AddHours(-8), After(giverHours)),
            new(patient, Ann, CareRole.AssignedNurse, world.Now.AddHours(-1), After(takerHours)),
        ]);
        await world.HandOverAsync(world.AllTo(Ann));
        Assert.Equal(["Ann"], await world.NursesAsync());
        var (from, to) = Assert.Single((await world.Team.AssignmentsOfAsync(Ann.Id, world.Now)).Select(one => (one.From, one.To)));
        Assert.Equal((world.Now.AddHours(-1), After(expectedHours)), (from, to));

        DateTimeOffset? After(double? hours) => hours is { } given ? world.Now.AddHours(given) : null;
    }

    [Fact]
    public async Task When_a_taker_left_a_moment_ago_nothing_is_changed()
    {
        await using var world = await StartAsync();
        var known = await world.Team.CliniciansAsync();
        await world.Team.RemoveClinicianAsync(Bea.Id, world.Now);
        var team = BrokenStore.Of(world.Team, nameof(ICareTeamStore.CliniciansAsync), (_, _) => Task.FromResult(known));
        using var desk = DeskOver(world, team);
        var fields = Fields(new { fromId = Nina.Id, role = "assignedNurse", patients = world.Patients.Zip([Ann, Bea], (patient, to) => new { patientId = patient.Id, toId = to.Id }) });
        await Assert.ThrowsAsync<ConflictException>(() => desk.HandOverAsync(User("nurse"), fields, default));
        Assert.Equal(["Nina", "Nina"], await world.NursesAsync());
        Assert.Empty(await world.AuditedAsync(world.Patients[0]));
    }

    [Fact]
    public async Task Of_two_handovers_at_once_one_is_done_and_the_other_finds_the_patients_gone()
    {
        await using var world = await StartAsync(6);
        var (done, failed) = await Samples.RaceAsync(2, runner => world.HandOverAsync(world.AllTo(runner == 0 ? Ann : Bea)));
        Assert.Empty(failed);
        var first = Assert.Single(done, result => result.HandedOver.Count == 6);
        Assert.Equal(6, Assert.Single(done, result => result != first).Left.Count);
        Assert.Equal([first.HandedOver[0].ToId == Ann.Id ? "Ann" : "Bea"], (await world.NursesAsync()).Distinct());
    }

    [Fact]
    public async Task Nothing_is_handed_over_while_the_audit_is_unavailable()
    {
        await using var world = await StartAsync();
        using (RecordGateTests.Refuse(world.Host))
        {
            await world.Host.Services.GetRequiredService<Audit>().WriteAsync(User("nurse"), "patient.note", world.Patients[0].Id);
            await Assert.ThrowsAsync<AuditUnavailableException>(() => world.Desk.HandOverAsync(User("nurse"), world.AllTo(Ann), default));
            Assert.Equal(["Nina", "Nina"], await world.NursesAsync());
        }
        await world.HandOverAsync(world.AllTo(Ann));
        Assert.Equal(["Ann", "Ann"], await world.NursesAsync());
    }

    [Fact]
    public async Task A_nurse_hands_over_for_herself_a_charge_nurse_for_everybody_of_her_wards()
    {
        await using var world = await StartAsync();
        var (none, refusal) = await world.Desk.HandOverAsync(User("other"), world.AllTo(Ann), default);
        Assert.Null(none);
        Assert.Contains("a charge nurse hands over those of Nina Novak", refusal, StringComparison.Ordinal);
        var elsewhere = await world.HandOverAsync(world.AllTo(Ann), User("chief", Roles.ChargeNurse, "South/ER"));
        Assert.Equal([LeftReason.NotYours, LeftReason.NotYours], elsewhere.Left.Select(left => left.Reason));
        Assert.Equal(["Nina", "Nina"], await world.NursesAsync());
        await world.HandOverAsync(world.AllTo(Ann), User("charge", Roles.ChargeNurse, "North/ICU"));
        Assert.Equal(["Ann", "Ann"], await world.NursesAsync());
    }

    [Fact]
    public async Task On_call_goes_along_where_that_is_wanted()
    {
        await using var world = await StartAsync(1);
        await world.Team.AssignAsync([new(world.Patients[0].Id, Carl, CareRole.ChargeNurse, world.Now.AddHours(-8))]);
        await world.Team.SetOnCallAsync(new(new("North", "ICU"), Carl, Dora));
        await world.Team.SetOnCallAsync(new(new("North", "ER"), Bea, Dora));
        var result = await world.HandOverAsync(
            Fields(new { fromId = Carl.Id, role = "chargeNurse", patients = new[] { new { patientId = world.Patients[0].Id, toId = Ann.Id } }, onCallToId = Ann.Id }), User("charge", Roles.ChargeNurse));
        Assert.Equal(["North/ICU"], result.OnCall);
        Assert.Equal([new(new("North", "ER"), Bea, Dora), new OnCall(new("North", "ICU"), Ann, Dora)], await world.Team.OnCallAsync());
    }

    [Theory]
    [InlineData("""{}""", "fromId patients role")]
    [InlineData("""{"fromId":"$nina","role":"consulting","patients":[{"patientId":"$p","toId":"$ann"}]}""", "role")]
    [InlineData("""{"fromId":"$gone","role":"assignedNurse","patients":[{"patientId":"$p","toId":"$gone"}]}""", "fromId patients[0].toId")]
    [InlineData("""{"fromId":"$nina","role":"assignedNurse","patients":[{"patientId":"$p","toId":"$dora"}]}""", "patients[0].toId")]
    [InlineData("""{"fromId":"$nina","role":"assignedNurse","patients":[{"patientId":"$p","toId":"$nina"}]}""", "patients[0].toId")]
    [InlineData("""{"fromId":"$nina","role":"assignedNurse","patients":[{"patientId":"$p","toId":"$ann"},{"patientId":"$p","toId":"$bea"}]}""", "patients")]
    [InlineData("""{"fromId":"$nina","role":"assignedNurse","at":"2026-01-01","patients":[{"patientId":"$p","toId":"$ann","why":1}],"ward":"x"}""", "at patients[0].why ward")]
    [InlineData("""{"fromId":"$nina","role":"assignedNurse","patients":[{"patientId":"$p","toId":"$ann"}],"onCallToId":"$ann"}""", "onCallToId")]
    public async Task What_is_wrong_is_named_and_nothing_is_changed(string body, string names)
    {
        await using var world = await StartAsync(1);
        foreach (var (mark, id) in new[] { ("$nina", Nina.Id), ("$ann", Ann.Id), ("$bea", Bea.Id), ("$dora", Dora.Id), ("$gone", Samples.Id()), ("$p", world.Patients[0].Id) })
            body = body.Replace(mark, id.ToString(), StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(body);
        var fields = new HealthDashboard.Shared.JsonFields(json.RootElement);
        var (result, refusal) = await world.Desk.HandOverAsync(User("nurse"), fields, default);
        Assert.Null(result);
        Assert.Null(refusal);
        Assert.Equal(names.Split(' '), fields.Errors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["Nina"], await world.NursesAsync());
    }

    private static HandoverDesk DeskOver(HandoverWorld world, ICareTeamStore team)
    {
        var services = world.Host.Services;
        return new(
            team, services.GetRequiredService<OnCallRoster>(), services.GetRequiredService<PatientDirectory>(), services.GetRequiredService<PatientAccess>(),
            services.GetRequiredService<AlertFeed>(), services.GetRequiredService<CurrentVitals>(), services.GetRequiredService<Audit>(), world.Host.Time);
    }
}
