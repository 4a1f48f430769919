using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Unit.Monitoring;
using HealthDashboard.WhatIf;

namespace HealthDashboard.Tests.Unit.WhatIf;

/// <summary>Other limits over a made-up past, counted a second time by a fold that knows nothing of the evaluator.</summary>
public sealed class OtherLimitTests
{
    private const int HoldOff = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Saturation_alarms_under_each_limit_are_those_that_a_plain_count_finds(int seed)
    {
        await using var world = await AlertWorld.MakeAsync();
        var past = new PastWard(world, seed);
        past.Begin();
        var chance = new Random(seed);
        await past.PassAsync(3_900, (_, sign) => Calm(sign, 97));
        var from = world.Time.GetUtcNow();
        for (var i = 0; i < 30; i++)
        {
            var (dip, lasts) = (chance.Next(82, 92), chance.Next(3, 40));
            await past.PassAsync(lasts, (_, sign) => Calm(sign, dip));
            // Longer than the minute within which a new breach is the same alert.
            await past.PassAsync(100, (_, sign) => Calm(sign, 97));
        }
        var to = world.Time.GetUtcNow();
        var values = Enumerable.Range(84, 8).Select(limit => (double)limit).ToList();

        var compared = await past.RunAsync(from, to, Proposal.Nothing, new Search(VitalSign.Spo2, AlertDirection.Low, values));
        foreach (var (index, limit) in values.Index())
        {
            var pairs = compared.Proposals[index + 1].Where(pair => pair.Alert is { Sign: "spo2", Direction: AlertDirection.Low }).ToList();
            var counted = Count(past, from, limit);
            var ofHistory = Count(past, from, 90);
            Assert.Equal(counted, pairs.Select(pair => pair.Proposed?.RaisedAt).OfType<DateTimeOffset>().Order());
            Assert.Equal(ofHistory.Except(counted).Count(), pairs.Count(pair => pair.Kind is Difference.Saved or Difference.Missed));
            Assert.Equal(counted.Except(ofHistory).Count(), pairs.Count(pair => pair.Kind == Difference.Added));
        }
        var missed = compared.Proposals[1].Where(pair => pair.Kind == Difference.Missed).Select(pair => pair.Alert.Id).ToHashSet();
        var history = await world.Alerts.QueryAsync(new AlertQuery { From = from, To = to, Limit = 10_000 });
        Assert.Equal(compared.Proposals[1].Where(pair => pair.Kind is Difference.Saved or Difference.Missed).Select(pair => pair.Alert).Where(alert => IsActedOn(alert, history)).Select(alert => alert.Id).Order(), missed.Order());
        Assert.NotEmpty(missed);
    }

    [Fact]
    public async Task A_longer_hold_off_makes_alarms_later_and_saves_the_short_ones()
    {
        await using var world = await AlertWorld.MakeAsync();
        var past = new PastWard(world, 1);
        past.Begin();
        await past.PassAsync(3_900, (_, sign) => Calm(sign, 97));
        var from = world.Time.GetUtcNow();
        foreach (var lasts in new[] { 15, 60, 16, 90 })
        {
            await past.PassAsync(lasts, (_, sign) => Calm(sign, 88));
            await past.PassAsync(100, (_, sign) => Calm(sign, 97));
        }
        var longer = new Proposal { Signs = new Dictionary<VitalSign, ProposedSign> { [VitalSign.Spo2] = new() { LowHoldOff = TimeSpan.FromSeconds(20) } } };
        var pairs = (await past.RunAsync(from, world.Time.GetUtcNow(), longer)).Proposals[0].Where(pair => pair.Alert.Sign == "spo2").ToList();
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)], pairs.Where(pair => pair.Kind == Difference.Later).Select(pair => pair.Shift));
        Assert.Equal(2, pairs.Count(pair => pair.Kind is Difference.Saved or Difference.Missed));
        Assert.Equal(4, pairs.Count);
    }

    [Fact]
    public async Task What_is_proposed_for_a_ward_leaves_a_patients_own_limits_and_what_is_proposed_for_a_patient_does_not()
    {
        await using var world = await AlertWorld.MakeAsync();
        var past = new PastWard(world, 1);
        past.Begin();
        await past.SetAsync(ofWard: false, new AlarmLimits { Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.Spo2] = new(90, 100, 80) } });
        await past.PassAsync(3_900, (_, sign) => Calm(sign, 97));
        var from = world.Time.GetUtcNow();
        await past.PassAsync(30, (_, sign) => Calm(sign, 88));
        await past.PassAsync(100, (_, sign) => Calm(sign, 97));
        var wider = Proposal.Nothing.With(VitalSign.Spo2, AlertDirection.Low, 85);
        var to = world.Time.GetUtcNow();
        Assert.Contains((await past.RunAsync(from, to, wider, isOfWard: true)).Proposals[0], pair => pair is { Kind: Difference.Same, Alert.Sign: "spo2" });
        Assert.Contains((await past.RunAsync(from, to, wider, isOfWard: false)).Proposals[0], pair => pair is { Kind: Difference.Saved or Difference.Missed, Alert.Sign: "spo2" });
    }

    private static double? Calm(VitalSign sign, double saturation) =>
        sign switch { VitalSign.HeartRate => 70, VitalSign.RespiratoryRate => 14, VitalSign.Spo2 => saturation, _ => null };

    // When each run of seconds below the limit had lasted for the hold-off, where the next value that is back came later.
    private static List<DateTimeOffset> Count(PastWard past, DateTimeOffset from, double limit)
    {
        List<DateTimeOffset> raised = [];
        DateTimeOffset? since = null;
        foreach (var reading in past.Readings.Where(reading => reading.Sign == VitalSign.Spo2))
        {
            if (reading.Value < limit)
                since ??= reading.At;
            else if (reading.Value >= limit + 1)
            {
                if (since is { } start && start >= from && reading.At > start.AddSeconds(HoldOff))
                    raised.Add(start.AddSeconds(HoldOff));
                since = null;
            }
        }
        return raised;
    }

    private static bool IsActedOn(Alert alert, IReadOnlyList<Alert> history) =>
        alert.Note is not null || history.Any(other => other.Sign == Alert.ScoreSign && other.RaisedAt >= alert.RaisedAt && other.RaisedAt <= alert.RaisedAt.AddMinutes(30));
}
