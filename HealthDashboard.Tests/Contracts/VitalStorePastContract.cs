using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Contracts;

/// <content>The values of a past moment.</content>
public abstract partial class VitalStoreContract
{
    [Fact]
    public async Task The_values_of_a_moment_are_the_last_up_to_then()
    {
        await Store.AppendAsync([Hr(-4000, 60), Hr(0, 70), Hr(10, 71), Hr(20, 72)]);
        await Store.AppendAsync([Hr(5, 75), Hr(10, 81)]);

        Assert.Equal([At(0, 70)], await AtAsync(4.999, 60));
        Assert.Equal([At(5, 75)], await AtAsync(5, 60));
        Assert.Equal([At(10, 81)], await AtAsync(19.999, 60));
        Assert.Equal([At(20, 72)], await AtAsync(3000, 3600));
        Assert.Equal([At(-4000, 60)], await AtAsync(-1, 7200));
    }

    [Fact]
    public async Task A_moment_has_no_value_from_before_the_look_back_or_of_somebody_else()
    {
        await Store.AppendAsync([Hr(0, 70)]);

        Assert.Equal([At(0, 70)], await AtAsync(60, 60));
        Assert.Empty(await AtAsync(61, 60));
        Assert.Empty(await AtAsync(-1, 60));
        Assert.Empty(await Store.LatestAtAsync(Other, Time(1), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_moment_has_each_sign_and_a_sensor_that_was_off()
    {
        await Store.AppendAsync([Hr(0, 70), new Reading(Patient, VitalSign.Spo2, Time(1).ToUnixTimeMilliseconds(), 0)]);

        Assert.Equal(
            [(VitalSign.HeartRate, 70), (VitalSign.Spo2, 0)],
            (await Store.LatestAtAsync(Patient, Time(2), TimeSpan.FromMinutes(1))).Select(reading => (reading.Sign, reading.Value)));
    }

    private async Task<IEnumerable<Sample>> AtAsync(double seconds, double back) =>
        (await Store.LatestAtAsync(Patient, Now.AddSeconds(seconds), TimeSpan.FromSeconds(back))).Select(reading => new Sample(reading.Time, reading.Value));
}
