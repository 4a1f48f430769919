using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class News2Tests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly Patient Adult = new()
    {
        Mrn = "M1",
        Region = "North",
        Ward = "ICU",
        GivenName = "Ada",
        FamilyName = "Berg",
        BirthDate = new DateOnly(1960, 5, 1),
    };

    private static readonly Reading[] Well =
    [
        At(VitalSign.RespiratoryRate, 16), At(VitalSign.Spo2, 97), At(VitalSign.OxygenFlow, 0), At(VitalSign.Systolic, 120),
        At(VitalSign.HeartRate, 70), At(VitalSign.Consciousness, (double)Acvpu.A), At(VitalSign.Temperature, 37.0),
    ];

    [Fact]
    public void The_sickest_worked_example_scores_19()
    {
        var score = Score(Adult,
        [
            At(VitalSign.RespiratoryRate, 26), At(VitalSign.Spo2, 91), At(VitalSign.OxygenFlow, 2), At(VitalSign.Systolic, 88),
            At(VitalSign.HeartRate, 135), At(VitalSign.Consciousness, (double)Acvpu.V), At(VitalSign.Temperature, 39.2),
        ]);

        Assert.Equal(19, score.Score);
        Assert.True(score.Complete);
        Assert.Empty(score.Missing);
        Assert.Equal(NewsRisk.High, score.Risk);
        Assert.Equal(
            [("respiratoryRate", 3), ("spo2", 3), ("oxygenFlow", 2), ("systolic", 3), ("heartRate", 3), ("consciousness", 3), ("temperature", 2)],
            score.Parts.Select(part => (part.Key, part.Value)));
    }

    [Theory]
    [InlineData(0, 0, nameof(NewsRisk.None))]
    [InlineData(2, 5, nameof(NewsRisk.Medium))]
    public void On_scale_2_a_saturation_of_97_is_well_on_air_and_too_much_on_oxygen(double flow, int expected, string risk)
    {
        var score = Score(Adult with { Spo2Scale = 2 }, With(VitalSign.OxygenFlow, flow));

        Assert.Equal(expected, score.Score);
        Assert.Equal(risk, score.Risk.ToString());
        Assert.True(score.Complete);
    }

    [Fact]
    public void With_nothing_measured_everything_is_missing_and_it_is_not_a_complete_0()
    {
        var score = Score(Adult, []);

        Assert.Null(score.Score);
        Assert.False(score.Complete);
        Assert.Empty(score.Parts);
        Assert.Equal(["respiratoryRate", "spo2", "oxygenFlow", "systolic", "heartRate", "consciousness", "temperature"], score.Missing);
    }

    [Fact]
    public void Unknown_oxygen_is_missing_and_scale_2_scores_its_lower_bound()
    {
        var score = Score(Adult with { Spo2Scale = 2 }, [.. Well.Where(reading => reading.Sign != VitalSign.OxygenFlow)]);

        Assert.Equal(0, score.Score);
        Assert.Equal(0, score.Parts["spo2"]);
        Assert.Equal(["oxygenFlow"], score.Missing);
    }

    [Theory]
    [InlineData(VitalSign.RespiratoryRate, 5), InlineData(VitalSign.Spo2, 5), InlineData(VitalSign.HeartRate, 5), InlineData(VitalSign.Systolic, 60)]
    [InlineData(VitalSign.Temperature, 720), InlineData(VitalSign.Consciousness, 720), InlineData(VitalSign.OxygenFlow, 720)]
    public void A_value_counts_until_it_is_older_than_its_sign_allows(VitalSign sign, int minutes)
    {
        var oldest = Now - TimeSpan.FromMinutes(minutes);

        Assert.True(Score(Adult, WithTime(sign, oldest)).Complete);
        var late = Score(Adult, WithTime(sign, oldest - TimeSpan.FromMilliseconds(1)));

        Assert.Equal([sign.Info().Name], late.Missing);
        Assert.DoesNotContain(sign.Info().Name, late.Parts.Keys);
    }

    [Fact]
    public void How_long_a_value_counts_is_configurable()
    {
        var options = new AlarmOptions();
        options.Limits.Temperature.FreshFor = TimeSpan.FromHours(4);
        var readings = WithTime(VitalSign.Temperature, Now - TimeSpan.FromHours(5));

        Assert.Equal(["temperature"], Score(Adult, readings, options.ToRules()).Missing);
    }

    [Theory]
    [InlineData(VitalSign.HeartRate), InlineData(VitalSign.RespiratoryRate), InlineData(VitalSign.Spo2), InlineData(VitalSign.Systolic)]
    public void A_sensor_that_is_off_is_missing_and_never_scored(VitalSign sign)
    {
        var score = Score(Adult, With(sign, 0));

        Assert.Equal(0, score.Score);
        Assert.Equal([sign.Info().Name], score.Missing);
    }

    [Theory]
    [InlineData("2010-01-05", true)]
    [InlineData("2010-01-06", false)]
    public void It_is_for_those_of_16_and_older(string born, bool applies)
    {
        var score = Score(Adult with { BirthDate = DateOnly.Parse(born) }, With(VitalSign.HeartRate, 140));

        Assert.Equal(applies ? NewsRisk.LowMedium : NewsRisk.NotApplicable, score.Risk);
        Assert.Equal(applies, score.Complete);
        Assert.Equal(applies ? 3 : null, score.Score);
        Assert.Equal(applies ? 0 : 7, score.Missing.Count);
    }

    [Fact]
    public void It_is_not_for_pregnant_patients()
    {
        var pregnant = Adult with { MedicalHistory = [new("Asthma", Code: "195967001"), new("Pregnancy", Code: "77386006")] };

        Assert.Equal(NewsRisk.NotApplicable, Score(pregnant, Well).Risk);
        Assert.Equal(NewsRisk.None, Score(Adult with { MedicalHistory = [new("Asthma", Code: "195967001")] }, Well).Risk);
    }

    [Theory]
    [InlineData(0, false, nameof(NewsRisk.None)), InlineData(1, false, nameof(NewsRisk.Low)), InlineData(4, false, nameof(NewsRisk.Low)), InlineData(3, true, nameof(NewsRisk.LowMedium))]
    [InlineData(4, true, nameof(NewsRisk.LowMedium)), InlineData(5, false, nameof(NewsRisk.Medium)), InlineData(6, true, nameof(NewsRisk.Medium)), InlineData(7, false, nameof(NewsRisk.High))]
    [InlineData(20, true, nameof(NewsRisk.High))]
    public void The_response_follows_the_score(int score, bool anyThree, string risk) =>
        Assert.Equal(risk, new NewsTotal(true, score, anyThree ? 1 : 0, 0, 0).Risk.ToString());

    [Fact]
    public void Adding_a_missing_part_never_lowers_the_score() =>
        Check.QuickThrowOnFailure(Prop.ForAll(AnyReadings, AnyScale, (readings, scale) =>
        {
            var patient = Adult with { Spo2Scale = scale };
            var before = Score(patient, readings);
            return News2.Parameters.ToArray()
                .Where(sign => before.Missing.Contains(sign.Info().Name))
                .All(sign => Enumerable.Range(0, 4).All(step =>
                {
                    var info = sign.Info();
                    // Replaces what could not be scored, if there is something, by a current value.
                    var value = info.Minimum + 1 + (info.Maximum - info.Minimum - 1) * step / 3;
                    var after = Score(patient, [.. readings.Where(reading => reading.Sign != sign), At(sign, value)]);
                    return after.Score >= (before.Score ?? 0) && after.Missing.Count == before.Missing.Count - 1;
                }));
        }));

    [Fact]
    public void The_order_of_the_readings_does_not_matter_and_parts_add_up() =>
        Check.QuickThrowOnFailure(Prop.ForAll(AnyReadings, readings =>
        {
            var score = Score(Adult, readings);
            var reversed = Score(Adult, [.. readings.Reverse()]);
            return (score.Score ?? 0) == score.Parts.Values.Sum()
                && score.Parts.Count + score.Missing.Count == News2.Parameters.Length
                && score.Complete == (score.Missing.Count == 0)
                && reversed.Parts.OrderBy(part => part.Key).SequenceEqual(score.Parts.OrderBy(part => part.Key));
        }));

    [Fact]
    public void The_total_does_not_allocate()
    {
        var values = new double[MonitorState.SignCount];
        foreach (var reading in Well)
            values[(int)reading.Sign] = reading.Value;
        var patient = Adult with { MedicalHistory = [new("Asthma", Code: "195967001")] };
        var sum = News2.Total(values, patient, Now).MissingParts;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            sum += News2.Total(values, patient, Now).MissingParts;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, sum);
        Assert.Equal(0, allocated);
    }

    /// <summary>Any subset of the signs, each at most once, with any plausible value, current or too old.</summary>
    private static Arbitrary<Reading[]> AnyReadings
    {
        get
        {
            var one =
                from info in Gen.Elements(VitalSigns.All.ToArray())
                from share in Gen.Choose(0, 1000)
                from old in Gen.Elements(false, false, true)
                let value = info.Minimum + (info.Maximum - info.Minimum) * share / 1000
                let time = old ? Now - info.FreshFor - TimeSpan.FromSeconds(1) : Now
                select new Reading(default, info.Sign, time.ToUnixTimeMilliseconds(), info.Sign == VitalSign.Consciousness ? Math.Round(value) : value);
            return one.ArrayOf().Select(readings => readings.DistinctBy(reading => reading.Sign).ToArray()).ToArbitrary();
        }
    }

    private static Arbitrary<int> AnyScale => Gen.Elements(1, 2).ToArbitrary();

    // Monitored continuously: else a heart rate is current until the next set is due.
    private static NewsScore Score(Patient patient, Reading[] readings, AlarmRules? rules = null)
    {
        var monitored = patient with { Monitoring = MonitoringMode.Continuous };
        return Standing.Score(Standing.Of(readings, monitored, rules ?? AlarmRules.Default, Now), monitored, Now);
    }

    [Fact]
    public void Nothing_measured_has_no_score()
    {
        var score = Score(Adult, [At(VitalSign.HeartRate, 0), At(VitalSign.RespiratoryRate, 0), At(VitalSign.Spo2, 0)]);
        Assert.Equal((null, NewsRisk.Unknown), (score.Score, score.Risk));
        Assert.Equal((null, NewsRisk.Unknown), (Score(Adult, []).Score, Score(Adult, []).Risk));
    }

    private static Reading At(VitalSign sign, double value) => new(default, sign, Now.ToUnixTimeMilliseconds(), value);

    private static Reading[] With(VitalSign sign, double value) =>
        [.. Well.Select(reading => reading.Sign == sign ? reading with { Value = value } : reading)];

    private static Reading[] WithTime(VitalSign sign, DateTimeOffset time) =>
        [.. Well.Select(reading => reading.Sign == sign ? reading with { Time = time.ToUnixTimeMilliseconds() } : reading)];
}
