using HealthDashboard.Data.Model;
using HealthDashboard.Demo;

namespace HealthDashboard.Tests.Unit.Demo;

/// <summary>A day on the demo ward: alarm load is a thing to keep low, and scores must be complete.</summary>
public sealed class CalmWardTests
{
    [Fact]
    public void Artefacts_are_shorter_than_every_hold_off()
    {
        var (run, longest, seen) = (0, 0, 0);
        foreach (var demo in DemoHospital.Patients(6))
        {
            var noise = BedsideMonitor.NoiseOf(demo.Patient.Id);
            for (var second = 0; second < 86_400; second++)
            {
                run = Artefact.At(noise, DemoBed.Start + second) == default ? 0 : run + 1;
                seen += run == 1 ? 1 : 0;
                longest = Math.Max(longest, run);
            }
        }
        Assert.True(seen > 50, $"Only {seen} artefacts in six days.");
        Assert.InRange(longest, 2, 5);
    }

    [Fact]
    public void Half_a_day_alarms_rarely_scores_are_complete_and_few_are_unwell()
    {
        var patients = DemoHospital.Patients(12);
        const int Hours = 6;
        var (raised, unwell) = (0, 0);
        foreach (var demo in patients)
        {
            var bed = new DemoBed(demo);
            List<int> scores = [];
            bed.Run(Hours * 3600, look: (second, score) =>
            {
                if (second % 300 != 150)
                    return;
                // Seconds in which a sensor has no contact have no complete score, and that is right.
                Assert.True(score.Complete || score.Missing.Count <= 3, $"{demo.Patient.Bed} after {second} s misses {string.Join(", ", score.Missing)}");
                if (score.Complete)
                    scores.Add(score.Score!.Value);
            });
            Assert.True(scores.Count > Hours * 12 * 0.95, $"{demo.Patient.Bed} has only {scores.Count} complete scores.");
            var median = scores.Order().ElementAt(scores.Count / 2);
            Assert.InRange(median, 0, 6);
            unwell += median >= 5 ? 1 : 0;
            raised += bed.Log.Count(change => change.Kind == AlertChangeKind.Raised);
        }
        Assert.Equal(1, unwell);
        // At most one every ten hours and bed; the literature has 53 every hour and bed. Whoever is always at 5 has a threshold of their own.
        Assert.InRange(raised, 0, patients.Count * Hours / 10);
    }
}
