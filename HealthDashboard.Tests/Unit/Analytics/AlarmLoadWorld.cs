using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Analytics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Analytics;

/// <summary>An alert with where and what it is, as a test put it there.</summary>
internal sealed record Placed(Alert Alert, string Ward, string Bed, string Sign);

/// <summary>Two patients of whom one has moved, and alerts over five months.</summary>
internal sealed class AlarmLoadWorld : IAsyncDisposable
{
    /// <summary>When the first alert may have been raised.</summary>
    public static readonly DateTimeOffset Start = new(2025, 8, 20, 0, 0, 0, TimeSpan.Zero);

    private const int Days = 140;
    private static readonly DateTimeOffset MovedAt = Start.AddDays(70).AddHours(5);
    private AlertRollUp rollUp = null!;

    public FeatureHost Host { get; private init; } = null!;

    public Patient Stayed { get; private set; } = null!;

    public Patient Moved { get; private set; } = null!;

    public List<Patient> Present { get; } = [];

    public Dictionary<ObjectId, IReadOnlySet<DateTimeOffset>> Monitored { get; } = [];

    public DateTimeOffset Now => Host.Time.GetUtcNow();

    public IAnalyticsStore Store => Host.Services.GetRequiredService<IAnalyticsStore>();

    public IAlertStore Alerts => Host.Services.GetRequiredService<IAlertStore>();

    public Task<AlarmReport> ReadAsync(AlarmLoadQuery query, string wards = AccountWards.Everywhere) => ActivatorUtilities.CreateInstance<AlarmLoadReader>(Host.Services)
        .ReadAsync(query, new ClaimsPrincipal(new ClaimsIdentity([new Claim(AccountWards.Claim, wards)])), default);

    public static async Task<AlarmLoadWorld> StartAsync()
    {
        var world = new AlarmLoadWorld { Host = await FeatureHost.StartAsync() };
        world.Host.Time.Advance(Start.AddDays(Days).AddHours(1.5) - world.Now);
        var patients = world.Host.Services.GetRequiredService<IPatientStore>();
        var added = await patients.AddAsync([Of("M-1", "ICU", "B1"), Of("M-2", "ICU", "B2")]);
        world.Stayed = added[1];
        world.Moved = await patients.ReplaceAsync(added[0] with { Ward = "Ward 2", Bed = "B9", ChangedAt = MovedAt });
        world.Present.AddRange([world.Stayed, world.Moved]);
        world.Restart();
        return world;
    }

    /// <summary>As a program that has just started.</summary>
    public void Restart() => rollUp = new AlertRollUp(Alerts, new PastStays(Host.Services.GetRequiredService<IPatientStore>()), new AlarmLoadRollUp(Store), Store);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>As the hourly run does over all days, or as the minute's over today.</summary>
    public Task RollUpAsync(int days = Days + 1, DateTimeOffset? last = null) =>
        rollUp.RunAsync(Present, Monitored, DateOnly.FromDateTime(Now.UtcDateTime).AddDays(1 - days), days, last, Now, default);

    public async Task<List<Placed>> RaiseAsync(int seed, int count)
    {
        var random = new Random(seed);
        var placed = new List<Placed>();
        string[] signs = ["spo2", "heartRate", Alert.ScoreSign, "clock:monitor 7"];
        for (var i = 0; i < count; i++)
        {
            var raised = Start.AddSeconds(random.Next(Days * 86_400));
            var (isWard, isMoved) = (i % 25 == 0, random.Next(2) == 0);
            var sign = signs[random.Next(signs.Length)];
            var alert = AlarmTallyTests.Alert(raised) with
            {
                PatientId = isMoved ? Moved.Id : Stayed.Id,
                Group = isWard ? "North/ICU" : null,
                Sign = sign,
                Priority = (AlertPriority)random.Next(1, 4),
                Condition = AlertCondition.Ended,
                EndedAt = raised.AddSeconds(random.Next(120)),
                AcknowledgedAt = random.Next(3) == 0 ? null : raised.AddSeconds(random.Next(590)),
                Escalation = random.Next(5) == 0 ? random.Next(1, 4) : 0,
                Review = random.Next(4) == 0 ? new((AlertVerdict)random.Next(3), null, "doc", raised.AddDays(2)) : null,
            };
            placed.Add(new(
                alert, isWard || !isMoved || raised < MovedAt ? "ICU" : "Ward 2", isWard ? "" : !isMoved ? "B2" : raised < MovedAt ? "B1" : "B9", sign.Split(':')[0]));
        }
        var outcomes = await Alerts.WriteAsync([.. placed.Select(one => new AlertChange(AlertChangeKind.Raised, one.Alert, AlertChange.SystemActor, one.Alert.RaisedAt))], []);
        Assert.All(outcomes, outcome => Assert.True(outcome.Taken));
        return placed;
    }

    private static Patient Of(string mrn, string ward, string bed) => Contracts.Samples.Patient(mrn) with { Region = "North", Ward = ward, Bed = bed, ChangedAt = Start.AddDays(-1) };
}
