using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Census;
using HealthDashboard.CareTeam;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Patients;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>Who is on call over the API, and for how many patients there is nobody.</summary>
public sealed class OnCallEndpointTests : IAsyncLifetime
{
    private const string Icu = "/api/wards/North/ICU/on-call";
    private static readonly Clinician Nina = new(ObjectId.Parse("0000000000000000000000a1"), "Nina", Profession.Nurse, "North", "ICU/HDU");
    private static readonly Clinician Dora = new(ObjectId.Parse("0000000000000000000000a2"), "Dora", Profession.Doctor, "North");

    private FeatureHost host = null!;
    private HttpClient nurse = null!;

    private ICareTeamStore Team => host.Services.GetRequiredService<ICareTeamStore>();

    private Coverage Coverage => host.Services.GetRequiredService<Coverage>();

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync();
        nurse = await host.SignedInAsync("nurse");
        await Team.PutCliniciansAsync([Nina, Dora]);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_ward_and_the_hospital_each_have_people_on_call()
    {
        await FeatureHost.AddPatientAsync(nurse);
        Assert.Equal("- - - -", await SaidAsync("/api/on-call"));
        Assert.Equal("North ICU - -", await SaidAsync(Icu));
        foreach (var path in new[] { "/api/on-call", Icu, "/api/wards/North/ICU%2FHDU/on-call" })
        {
            var answer = await nurse.PutAsJsonAsync(path, new { chargeNurseId = Nina.Id.ToString(), doctorId = Dora.Id.ToString() });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.Equal("North ICU Nina Dora", await SaidAsync(Icu));
        Assert.Equal("North ICU/HDU Nina Dora", await SaidAsync("/api/wards/North/ICU%2FHDU/on-call"));
        await nurse.PutAsJsonAsync("/api/on-call", new { doctorId = Dora.Id.ToString() });
        Assert.Equal("- - - Dora", await SaidAsync("/api/on-call"));
        Assert.Equal(
            $"onCall.update hospital: charge nurse nobody, doctor {Dora.Id}",
            (await host.ReadAuditAsync(null, 1)).Select(entry => $"{entry.Action} {entry.Detail}").Single());
    }

    [Fact]
    public async Task A_ward_that_nobody_is_on_is_none()
    {
        foreach (var answer in new[] { await nurse.GetAsync("/api/wards/North/Attic/on-call"), await nurse.PutAsJsonAsync("/api/wards/North/Attic/on-call", new { }) })
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"chargeNurseId":"0000000000000000000000a2"}""", "chargeNurseId")]
    [InlineData("""{"chargeNurseId":"0000000000000000000000a1","doctorId":"0000000000000000000000a1"}""", "doctorId")]
    [InlineData("""{"chargeNurseId":"0000000000000000000000a9","nurse":"x"}""", "chargeNurseId nurse")]
    public async Task What_is_wrong_is_named_and_nothing_is_stored(string body, string fields)
    {
        var answer = await nurse.PutAsync("/api/on-call", new StringContent(body, null, "application/json"));
        Assert.Equal(fields.Split(' '), await PatientEndpointTests.ErrorsAsync(answer));
        Assert.Empty(await Team.OnCallAsync());
    }

    [Fact]
    public async Task Admitted_patients_with_nobody_are_counted()
    {
        var patients = new List<Patient>();
        foreach (var ward in new[] { "ICU", "ICU", "ER" })
            patients.Add((await host.Services.GetRequiredService<IPatientStore>().AddAsync([New(ward, patients.Count)]))[0]);
        var directory = host.Services.GetRequiredService<PatientDirectory>();
        patients.ForEach(directory.Set);
        directory.Set(New("ER", 3) with { Status = PatientStatus.Discharged, Version = 1 });
        Assert.Equal(3, await CountAsync());

        await Team.AssignAsync([new(patients[0].Id, Nina, CareRole.AssignedNurse, host.Time.GetUtcNow())]);
        Assert.Equal(3, await Coverage.CountWithoutAsync(default));
        Assert.Equal(2, await CountAsync());
        await Team.SetOnCallAsync(new(new("North", "ER"), null, Dora));
        Assert.Equal(1, await CountAsync());
        await Team.SetOnCallAsync(new(null, Nina));
        Assert.Equal(0, await CountAsync());
    }

    private static Patient New(string ward, int number) => new()
    {
        Id = ObjectId.New(TimeProvider.System),
        Mrn = $"M-{number}",
        Region = "North",
        Ward = ward,
        GivenName = "Zoë",
        FamilyName = "Quist",
        BirthDate = new DateOnly(1960, 2, 29),
    };

    // What was counted lasts half a minute.
    private Task<int?> CountAsync()
    {
        host.Time.Advance(TimeSpan.FromSeconds(30));
        return Coverage.CountWithoutAsync(default);
    }

    private async Task<string> SaidAsync(string path)
    {
        var said = await nurse.GetFromJsonAsync<JsonElement>(path);
        return $"{Text("region") ?? "-"} {Text("ward") ?? "-"} {Name("chargeNurse") ?? "-"} {Name("doctor") ?? "-"}";

        string? Text(string name) => said.GetProperty(name).GetString();

        string? Name(string role) => said.GetProperty(role) is { ValueKind: JsonValueKind.Object } person ? person.GetProperty("name").GetString() : null;
    }
}
