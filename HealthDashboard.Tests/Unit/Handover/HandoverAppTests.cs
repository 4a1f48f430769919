using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Access;
using HealthDashboard.Tests.Unit.Patients;
using Microsoft.Extensions.DependencyInjection;
using static HealthDashboard.Tests.Unit.Handover.HandoverWorld;

namespace HealthDashboard.Tests.Unit.Handover;

/// <summary>The handover over HTTP, in the whole program.</summary>
public sealed class HandoverAppTests
{
    [Fact]
    public async Task A_shift_is_handed_over_with_what_is_open_and_what_is_wrong_is_named()
    {
        await using var app = new WholeApp();
        var nurse = await app.ClientAsync(Roles.Nurse);
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var team = app.Services.GetRequiredService<ICareTeamStore>();
        await team.PutCliniciansAsync([Nina, Ann, Dora]);
        await team.AssignAsync([new(patient.Id, Nina, CareRole.AssignedNurse, TimeProvider.System.GetUtcNow().AddHours(-8))]);
        Assert.Equal(HttpStatusCode.OK, (await nurse.PostAsJsonAsync($"/api/patients/{patient.Id}/observations", new { systolic = 70, diastolic = 40 })).StatusCode);
        await Eventually.HoldsAsync(async () => (await nurse.GetFromJsonAsync<JsonElement>("/api/alerts")).ToString().Contains("SYS 70", StringComparison.Ordinal), "the alert");

        var body = new { fromId = Nina.Id, role = "assignedNurse", patients = new[] { new { patientId = patient.Id, toId = Ann.Id } } };
        var answer = await nurse.PostAsJsonAsync("/api/handover", body);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var done = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("assignedNurse", done.GetProperty("role").GetString());
        Assert.Equal(0, done.GetProperty("left").GetArrayLength());
        var handed = Assert.Single(done.GetProperty("handedOver").EnumerateArray());
        Assert.Equal((patient.Id.ToString(), Ann.Id.ToString()), (handed.GetProperty("patientId").GetString(), handed.GetProperty("toId").GetString()));
        var open = handed.GetProperty("openAlerts").EnumerateArray().ToList();
        Assert.Contains(open, alert => alert.GetProperty("text").GetString()!.StartsWith("SYS 70", StringComparison.Ordinal) && !alert.GetProperty("isAcknowledged").GetBoolean());
        Assert.False(handed.GetProperty("observationsOverdue").GetBoolean());

        var gone = await nurse.PostAsJsonAsync("/api/handover", body with { patients = [new { patientId = patient.Id, toId = Dora.Id }] });
        Assert.Equal(["patients[0].toId"], await PatientEndpointTests.ErrorsAsync(gone));
        var others = await nurse.PostAsJsonAsync("/api/handover", body with { fromId = Ann.Id, patients = [new { patientId = patient.Id, toId = Nina.Id }] });
        Assert.Equal(HttpStatusCode.Forbidden, others.StatusCode);
        var left = await nurse.PostAsJsonAsync("/api/handover", body with { patients = [new { patientId = new ObjectId(new byte[12]), toId = Ann.Id }] });
        Assert.Equal("notAdmitted", (await left.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("left")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task The_page_lists_the_patients_of_who_is_signed_in_and_says_what_would_be_there()
    {
        await using var app = new WholeApp();
        var (nurse, doctor) = (await app.ClientAsync(Roles.Nurse), await app.ClientAsync(Roles.Doctor));
        var patient = await FeatureHost.AddPatientAsync(nurse);
        Assert.Contains("You are not among the clinicians yet", await nurse.GetStringAsync("/handover"), StringComparison.Ordinal);
        var team = app.Services.GetRequiredService<ICareTeamStore>();
        await team.PutCliniciansAsync([Nina, Ann, Dora]);
        await team.AssignAsync([new(patient.Id, Nina, CareRole.AssignedNurse, TimeProvider.System.GetUtcNow().AddHours(-8))]);
        var page = await nurse.GetStringAsync("/handover");
        Assert.Contains("Hand over your shift", page, StringComparison.Ordinal);
        Assert.Contains("Quist, Zo", page, StringComparison.Ordinal);
        Assert.Contains($"/handover/sbar?patients={patient.Id}", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Dora Weiss, has", page, StringComparison.Ordinal);
        Assert.Contains("You have no patients to hand over", await doctor.GetStringAsync("/handover"), StringComparison.Ordinal);
        // A charge nurse chooses whose.
        var charge = await (await app.ClientAsync(Roles.ChargeNurse)).GetStringAsync("/handover");
        Assert.Contains("Choose who hands over", charge, StringComparison.Ordinal);
        Assert.Contains("Nina Novak, has 1 patient", charge, StringComparison.Ordinal);
    }
}
