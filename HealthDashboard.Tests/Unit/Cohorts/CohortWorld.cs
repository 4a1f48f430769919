using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Analytics;
using HealthDashboard.Cohorts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Cohorts;

/// <summary>A stay as a test put it there.</summary>
internal sealed record PlacedStay(ObjectId Patient, string Ward, int Age, int Scale, string? Condition, DateTimeOffset From, DateTimeOffset? To);

/// <summary>Patients who came, changed, left and came again over three weeks, with readings from before their admission on.</summary>
internal sealed class CohortWorld : IAsyncDisposable
{
    public const int Days = 21;

    /// <summary>When the first may have been admitted.</summary>
    public static readonly DateTimeOffset Start = new(2025, 12, 16, 0, 0, 0, TimeSpan.Zero);

    public FeatureHost Host { get; private init; } = null!;

    public List<PlacedStay> Stays { get; } = [];

    public List<Reading> Readings { get; } = [];

    public DateTimeOffset Now => Host.Time.GetUtcNow();

    private IPatientStore Patients => Host.Services.GetRequiredService<IPatientStore>();

    public static async Task<CohortWorld> StartAsync(int seed, int patients)
    {
        var world = new CohortWorld { Host = await FeatureHost.StartAsync() };
        world.Host.Time.Advance(Start.AddDays(Days).AddMinutes(20) - world.Now);
        var random = new Random(seed);
        for (var i = 0; i < patients; i++)
            await world.AdmitAsync(random, i);
        await world.Host.Vitals.AppendAsync(world.Readings);
        await world.RollUpAsync();
        return world;
    }

    public async Task RollUpAsync()
    {
        var store = Host.Services.GetRequiredService<IAnalyticsStore>();
        var all = await Patients.AllAsync().ToListAsync();
        await new VitalRollUp(Host.Vitals, store).RunAsync(all, DateOnly.FromDateTime(Start.UtcDateTime).AddDays(-1), Days + 2, Now, default);
    }

    public Task<CohortReport> ReadAsync(CohortQuery query, string wards = AccountWards.Everywhere, int most = CohortReader.Most) =>
        new CohortReader(Patients, Host.Services.GetRequiredService<IAnalyticsStore>(), Host.Services.GetRequiredService<AlarmLoadReader>(), Host.Time) { MostStays = most }
            .ReadAsync(query, new ClaimsPrincipal(new ClaimsIdentity([new Claim(AccountWards.Claim, wards)])), default);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private async Task AdmitAsync(Random random, int i)
    {
        var (age, scale) = (random.Next(10, 95), random.Next(1, 3));
        var condition = new[] { null, "COPD", "Asthme s\u00e9v\u00e8re" }[random.Next(3)];
        var ward = random.Next(2) == 0 ? "ICU" : "Ward 2";
        var at = Start.AddMinutes(random.Next((Days - 1) * 1440));
        var birth = DateOnly.FromDateTime(at.UtcDateTime).AddYears(-age).AddDays(-30);
        var record = (await Patients.AddAsync([Contracts.Samples.Patient($"M-{i}") with
        {
            Region = "North", Ward = ward, Bed = $"B{i}", BirthDate = birth, ChangedAt = at, FamilyName = $"Family{i}",
        }]))[0];
        // The scale and the history become known in the stay, and the patient is moved: the stay is that of the ward that admitted.
        record = await Patients.ReplaceAsync(record with
        {
            Spo2Scale = scale,
            MedicalHistory = condition is null ? [] : [new(condition, Code: "X1")],
            Ward = "Ward 3",
            ChangedAt = at.AddMinutes(7),
        });
        DateTimeOffset? left = random.Next(2) == 0 ? at.AddMinutes(random.Next(60, 6_000)) : null;
        left = left > Now ? null : left;
        Stays.Add(new(record.Id, ward, age, scale, condition, at, left));
        if (left is { } end)
        {
            record = await Patients.ReplaceAsync(record with { Status = PatientStatus.Discharged, Discharge = new("nurse", null, end), ChangedAt = end });
            if (random.Next(3) == 0 && end.AddHours(20) < Now)
            {
                await Patients.ReplaceAsync(record with { Status = PatientStatus.Admitted, Discharge = null, Ward = "ICU", ChangedAt = end.AddHours(20) });
                Stays.Add(new(record.Id, "ICU", age, scale, condition, end.AddHours(20), null));
            }
        }
        // Irregular readings, some before the admission and after the discharge, some while the sensor is off.
        for (var time = at.AddMinutes(-90); time < Now && time < at.AddDays(9); time = time.AddMinutes(random.Next(5, 100)))
            Readings.Add(new(record.Id, VitalSign.HeartRate, time.ToUnixTimeMilliseconds(), random.Next(20) == 0 ? 0 : random.Next(50, 130)));
    }
}
