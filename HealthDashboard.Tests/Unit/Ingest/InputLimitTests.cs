using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>Input that is formally possible: numbers within a sign's range that no device measures, and patients who are not admitted.</summary>
public sealed class InputLimitTests : IAsyncLifetime
{
    private const string Rate = "another unit? 0 (sensor off) or 1 to";
    private const string Fraction = "a fraction? 0 (sensor off) or above 1 to 100 % is allowed";
    private IngestHost host = null!;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("spo2", "0.97", Fraction)]
    [InlineData("spo2", "1", Fraction)]
    [InlineData("spo2", "1.0", Fraction)]
    [InlineData("spo2", "1e-300", Fraction)]
    [InlineData("heartRate", "0.99", $"{Rate} 350 /min is allowed")]
    [InlineData("heartRate", "0.0001", $"{Rate} 350 /min is allowed")]
    [InlineData("respiratoryRate", "0.2", $"{Rate} 150 /min is allowed")]
    [InlineData("systolic", "0.12", $"{Rate} 350 mm[Hg] is allowed")]
    [InlineData("diastolic", "0.08", $"{Rate} 300 mm[Hg] is allowed")]
    [InlineData("meanPressure", "0.9", $"{Rate} 320 mm[Hg] is allowed")]
    [InlineData("spo2", "1.01", null)]
    [InlineData("spo2", "0", null)]
    [InlineData("spo2", "-0.0", null)]
    [InlineData("heartRate", "1", null)]
    [InlineData("heartRate", "0", null)]
    [InlineData("respiratoryRate", "1", null)]
    [InlineData("systolic", "1", null)]
    [InlineData("oxygenFlow", "0.21", null)]
    [InlineData("oxygenFlow", "1", null)]
    public async Task A_number_that_no_device_measures_is_refused_in_every_format(string sign, string value, string? allowed)
    {
        var json = await host.PostAsync(host.Json(sign, value));
        var lines = await Task.WhenAll(new[] { "/write", "/api/v2/write" }.Select(path =>
            host.Client.PostAsync(path, new StringContent($"vitals,mrn={host.Patient.Mrn} {sign}={value}"))));
        if (allowed is null)
        {
            Assert.Equal(HttpStatusCode.OK, json.StatusCode);
            Assert.All(lines, line => Assert.Equal(HttpStatusCode.NoContent, line.StatusCode));
            return;
        }
        Assert.Equal(HttpStatusCode.UnprocessableEntity, json.StatusCode);
        Assert.All(lines, line => Assert.Equal(HttpStatusCode.BadRequest, line.StatusCode));
        var reason = $" is impossible for {sign}, {allowed}";
        Assert.EndsWith(reason, (await json.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("rejected")[0].GetProperty("reason").GetString());
        foreach (var line in lines)
            Assert.Contains(reason, await line.Content.ReadAsStringAsync());
        Assert.Empty(host.Store.All);
    }

    [Fact]
    public async Task Readings_of_patients_who_are_not_admitted_are_stored_with_a_warning_for_each_patient()
    {
        var left = Add("MRN-2", PatientStatus.Discharged);
        var warning = $"patient '{left.Id}' is not admitted: readings are stored, and raise no alarm";

        var answer = await host.PostAsync(
            host.Json(), Of(left), Of(left).Replace("heartRate", "spo2", StringComparison.Ordinal), host.Json(value: "-1"));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal([warning], body.GetProperty("warnings").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal((3, 1), (body.GetProperty("accepted").GetInt32(), body.GetProperty("rejected").GetArrayLength()));
        Assert.Equal(3, host.Store.All.Count);

        var other = await host.PostAsync(host.Json());
        Assert.Equal("""{"accepted":1,"rejected":[]}""", await other.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/write")]
    [InlineData("/api/v2/write")]
    public async Task Line_protocol_warns_in_a_header_and_is_a_success_all_the_same(string path)
    {
        var left = Add("MRN-2", PatientStatus.Discharged);
        var many = Enumerable.Range(0, 25).Select(i => Add($"GONE-{i}", PatientStatus.Discharged)).ToList();

        var one = await host.Client.PostAsync(path, new StringContent("vitals,mrn=MRN-2 heartRate=72"));
        Assert.Equal(HttpStatusCode.NoContent, one.StatusCode);
        Assert.Equal([$"patient '{left.Id}' is not admitted: readings are stored, and raise no alarm"], one.Headers.GetValues("X-Warnings"));

        var all = await host.Client.PostAsync(path, new StringContent(string.Concat(many.Select(patient => $"vitals,mrn={patient.Mrn} heartRate=72\n"))));
        Assert.EndsWith("; and 5 more", Assert.Single(all.Headers.GetValues("X-Warnings")));

        var admitted = await host.Client.PostAsync(path, new StringContent("vitals,mrn=MRN-1 heartRate=72"));
        Assert.False(admitted.Headers.Contains("X-Warnings"));
    }

    // Known to the store alone, as when another node has made it.
    private Patient Add(string mrn, PatientStatus status)
    {
        var patient = MemoryPatientStore.Make(mrn) with { Status = status };
        host.Patients.Patients.Add(patient);
        return patient;
    }

    private string Of(Patient patient) => host.Json().Replace($"{host.Patient.Id}", $"{patient.Id}", StringComparison.Ordinal);
}
