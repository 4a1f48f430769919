using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Patients;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>Sets of observations made by hand: they go where every reading goes, and stand among the notes with who charted them.</summary>
public sealed class ObservationTests
{
    private static readonly object Whole = new
    {
        respiratoryRate = 22,
        spo2 = 93,
        oxygenFlow = 2,
        systolic = 105,
        diastolic = 70,
        heartRate = 112,
        consciousness = "C",
        temperature = 38.4,
        note = "more short of breath",
    };

    [Fact]
    public async Task A_whole_set_is_charted_scored_and_spread_as_readings()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var now = host.Time.GetUtcNow();

        var answer = await nurse.PostAsJsonAsync($"/api/patients/{patient.Id}/observations", Whole);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var score = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("score");
        // By the chart of the Royal College of Physicians: RR 2, SpO2 2, oxygen 2, systolic 1, pulse 2, new confusion 3, temperature 1.
        Assert.Equal((13, true, "high"), (score.GetProperty("score").GetInt32(), score.GetProperty("complete").GetBoolean(), score.GetProperty("risk").GetString()));
        var note = Assert.Single(await host.Services.GetRequiredService<HealthDashboard.Data.Stores.IPatientStore>().NotesAsync(patient.Id, 10));
        Assert.Equal(("nurse", "more short of breath", now, 8), (note.By, note.Text, note.At, note.Observations.Count));
        await Eventually.HoldsAsync(() => host.Spread.All.Count == 8, "the readings are spread");
        Assert.All(host.Spread.All, reading => Assert.Equal((patient.Id, now.ToUnixTimeMilliseconds(), "by hand"), (reading.PatientId, reading.Time, reading.Device)));
        Assert.Equal(1, Assert.Single(host.Spread.All, reading => reading.Sign == VitalSign.Consciousness).Value);
        Assert.Equal(8, (await host.Vitals.LatestAsync(patient.Id)).Count);
        Assert.Contains("patient.observations", (await host.ReadAuditAsync(patient.Id, 5)).Select(entry => entry.Action));
    }

    [Fact]
    public async Task A_set_that_is_sent_again_is_charted_once_and_one_that_was_made_earlier_keeps_its_time()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var made = host.Time.GetUtcNow().AddHours(-3);
        for (var time = 0; time < 2; time++)
            Assert.Equal(HttpStatusCode.OK, (await nurse.PostAsJsonAsync($"/api/patients/{patient.Id}/observations", new { time = made, heartRate = 70 })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nurse.PostAsJsonAsync($"/api/patients/{patient.Id}/observations", new { time = made, heartRate = 71 })).StatusCode);

        var notes = (await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/notes")).EnumerateArray().ToList();
        Assert.Equal([70.0, 71.0], notes.Select(note => note.GetProperty("observations").GetProperty("heartRate").GetDouble()).Order());
        Assert.All(notes, note => Assert.Equal(made, note.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal(71, Assert.Single(await host.Vitals.LatestAsync(patient.Id)).Value);
    }

    [Theory]
    [InlineData("""{}""", "respiratoryRate")]
    [InlineData("""{"note":"seen"}""", "respiratoryRate")]
    [InlineData("""{"heartRate":0}""", "heartRate")]
    [InlineData("""{"heartRate":351}""", "heartRate")]
    [InlineData("""{"spo2":0.97}""", "spo2")]
    [InlineData("""{"temperature":98.6}""", "temperature")]
    [InlineData("""{"consciousness":"X"}""", "consciousness")]
    [InlineData("""{"consciousness":0}""", "consciousness")]
    [InlineData("""{"systolic":80,"diastolic":120}""", "diastolic")]
    [InlineData("""{"heartRate":"70"}""", "heartRate")]
    [InlineData("""{"heartRate":70,"pulse":70}""", "pulse")]
    [InlineData("""{"heartRate":70,"time":"2025-12-31T00:00:00Z"}""", "time")]
    [InlineData("""{"heartRate":70,"time":"2099-12-31T00:00:00Z"}""", "time")]
    public async Task A_set_that_is_wrong_is_refused_as_a_whole(string body, string field)
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        Assert.Equal([field], await PatientEndpointTests.ErrorsAsync(await nurse.PostAsync($"/api/patients/{patient.Id}/observations", content)));

        Assert.Equal(0, (await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient.Id}/notes")).GetArrayLength());
        Assert.Empty(await host.Vitals.LatestAsync(patient.Id));
    }

    [Fact]
    public async Task Nothing_is_charted_for_who_has_left_or_was_never_here()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await nurse.PostAsync($"/api/patients/{patient.Id}/discharge", null);
        Assert.Equal(HttpStatusCode.Conflict, (await nurse.PostAsJsonAsync($"/api/patients/{patient.Id}/observations", Whole)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.PostAsJsonAsync($"/api/patients/{ObjectId.New(host.Time)}/observations", Whole)).StatusCode);
        Assert.Empty(host.Spread.All);
    }

    [Theory]
    [InlineData("120/80", 120.0, 80.0)]
    [InlineData("120 80", 120.0, 80.0)]
    [InlineData("120", 120, null)]
    public void Both_pressures_are_typed_in_one_field(string typed, double systolic, double? diastolic)
    {
        var (set, errors) = Draft(("systolic", typed)).Read(new ManualTime().GetUtcNow());
        Assert.Empty(errors);
        Assert.Equal((systolic, diastolic), (set.Values[VitalSign.Systolic], set.Values.TryGetValue(VitalSign.Diastolic, out var low) ? low : null));
    }

    [Theory]
    [InlineData("temperature", "36,8", 36.8)]
    [InlineData("temperature", " 36.8 ", 36.8)]
    [InlineData("consciousness", "v", 2)]
    [InlineData("oxygenFlow", "0", 0)]
    public void What_people_type_is_understood(string field, string typed, double value)
    {
        var (set, errors) = Draft((field, typed)).Read(new ManualTime().GetUtcNow());
        Assert.Empty(errors);
        Assert.Equal(value, Assert.Single(set.Values).Value);
    }

    [Theory]
    [InlineData("heartRate", "7o", "is \"7o\"; allowed is a number.")]
    [InlineData("systolic", "120/8o", "is \"8o\"; allowed is a number.")]
    [InlineData("systolic", "120/80/60", "is \"120/80/60\"; allowed is a number.")]
    public void What_is_no_number_is_shown_as_it_was_typed(string field, string typed, string message)
    {
        var (_, errors) = Draft((field, typed)).Read(new ManualTime().GetUtcNow());
        Assert.Equal([message], errors.Values.SelectMany(texts => texts));
    }

    private static ObservationDraft Draft(params (string Field, string Text)[] typed)
    {
        var draft = new ObservationDraft();
        foreach (var (field, text) in typed)
            draft.Texts[field] = text;
        return draft;
    }
}
