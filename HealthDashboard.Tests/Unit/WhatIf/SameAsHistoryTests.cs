using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Unit.Monitoring;
using HealthDashboard.WhatIf;

namespace HealthDashboard.Tests.Unit.WhatIf;

/// <summary>What-if with the rules as they were gives the history: over gaps, sensors that are off, other limits, acknowledgements and a discharge.</summary>
public sealed class SameAsHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task With_nothing_proposed_every_alert_is_that_of_the_history(int seed)
    {
        await using var world = await AlertWorld.MakeAsync();
        var past = new PastWard(world, seed);
        past.Begin();
        await LiveAsync(past, new Random(seed), scenes: 40, mayChange: true);
        var (from, to) = (past.Start.AddMinutes(70), world.Time.GetUtcNow().AddMinutes(-3));

        var compared = (await past.RunAsync(from, to, Proposal.Nothing)).Proposals[0];
        var history = await world.Alerts.QueryAsync(new AlertQuery { From = from, To = to, Limit = 10_000 });
        Assert.True(history.Count > 10, $"{history.Count} alerts are too few to show anything.");
        AssertNone(compared.Where(pair => pair.Kind != Difference.Same || Differs(pair, to)));
        Assert.Equal(history.Select(alert => alert.Id).Order(), compared.Select(pair => pair.History!.Id).Order());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public async Task When_readings_arrived_makes_no_difference_of_more_than_a_second(int seed)
    {
        await using var world = await AlertWorld.MakeAsync();
        var past = new PastWard(world, seed, late: 500);
        past.Begin();
        // Other limits hold from when they are set, by the clock that the readings are late by.
        await LiveAsync(past, new Random(seed), scenes: 40, mayChange: false);

        var compared = (await past.RunAsync(past.Start.AddMinutes(70), world.Time.GetUtcNow().AddMinutes(-3), Proposal.Nothing)).Proposals[0];
        Assert.True(compared.Count > 10, $"{compared.Count} alerts are too few to show anything.");
        AssertNone(compared.Where(pair => pair.Kind != Difference.Same));
    }

    // What is open at the end goes on in the history.
    private static bool Differs(Pair pair, DateTimeOffset to) => pair.History!.EndedAt < to && Facts(pair.History) != Facts(pair.Proposed);

    private static void AssertNone(IEnumerable<Pair> different)
    {
        if (string.Join('\n', different.Select(Words)) is { Length: > 0 } words)
            Assert.Fail(words);
    }

    private static string Facts(Alert? alert) =>
        alert is null ? "none" : $"{alert.Priority} {alert.RaisedAt:HH:mm:ss.fff}-{alert.EndedAt:HH:mm:ss.fff} {alert.Count} times, worst {alert.Extreme}, {alert.Response} {alert.AcknowledgedAt:HH:mm:ss}";

    private static string Words(Pair pair) => $"{pair.Kind} {pair.Alert.Sign} {pair.Alert.Direction}: {Facts(pair.History)} / {Facts(pair.Proposed)}";

    private static async Task LiveAsync(PastWard past, Random chance, int scenes, bool mayChange)
    {
        for (var scene = 0; scene < scenes; scene++)
        {
            var seconds = chance.Next(30, 700);
            var heart = Pattern(chance, [72, 72, 48, 38, 125, 155, 119, 0], [70, 131]);
            var breath = Pattern(chance, [14, 14, 7, 4, 32, 0], [15, 29]);
            var saturation = Pattern(chance, [97, 97, 89, 85, 78, 0], [96, 88]);
            var charted = chance.Next(4);
            await past.PassAsync(seconds, (second, sign) => sign switch
            {
                VitalSign.HeartRate => heart(second),
                VitalSign.RespiratoryRate => breath(second),
                VitalSign.Spo2 => saturation(second),
                VitalSign.Temperature when second == 5 && charted == 1 => 36 + chance.Next(5),
                VitalSign.Consciousness when second == 5 && charted == 1 => 0,
                VitalSign.OxygenFlow when second == 6 && charted == 1 => chance.Next(3),
                VitalSign.Systolic when second == 7 && charted >= 2 => 80 + chance.Next(100),
                _ => null,
            });
            if (mayChange)
                await ActAsync(past, chance);
        }
        await past.PassAsync(240, (_, sign) => sign switch { VitalSign.HeartRate => 70, VitalSign.RespiratoryRate => 14, VitalSign.Spo2 => 97, _ => null });
    }

    private static Func<int, double?> Pattern(Random chance, double[] steady, double[] mixed)
    {
        var value = steady[chance.Next(steady.Length)];
        var turn = chance.Next(2, 12);
        return chance.Next(8) switch
        {
            0 => _ => null,
            1 => second => second < 90 ? null : value,
            2 or 3 => second => mixed[second / turn % 2],
            4 => second => second % 13 < 3 ? 0 : value,
            _ => _ => value,
        };
    }

    private static async Task ActAsync(PastWard past, Random chance)
    {
        switch (chance.Next(10))
        {
            case 0:
                await past.SetAsync(ofWard: true, new AlarmLimits { Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.Spo2] = new(chance.Next(84, 94), 100, 80), [VitalSign.HeartRate] = new(45, 118, 40, 150) } });
                break;
            case 1:
                await past.SetAsync(ofWard: false, new AlarmLimits { Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(40, chance.Next(110, 140)) } });
                break;
            case 2:
                await past.SetAsync(ofWard: false, new AlarmLimits());
                break;
            case 3:
                await past.ChangeAsync(record => record with { Spo2Scale = 3 - record.Spo2Scale });
                break;
            case 4 when chance.Next(2) == 0:
                await past.ChangeAsync(record => record with { Status = PatientStatus.Discharged });
                await past.PassAsync(chance.Next(20, 1500), (_, _) => null);
                await past.ChangeAsync(record => record with { Status = PatientStatus.Admitted });
                break;
        }
    }
}
