using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Contracts;

/// <summary>History that is brought in.</summary>
public abstract partial class VitalStoreContract
{
    [Fact]
    public async Task An_import_twice_is_an_import_once()
    {
        var samples = Day(Now.AddDays(-1), 1).ToArray();
        await Store.ImportAsync(Patient, VitalSign.HeartRate, samples);
        await Store.ImportAsync(Patient, VitalSign.HeartRate, samples);

        Assert.Equal(samples, await Store.ReadAsync(Patient, VitalSign.HeartRate, Now.AddDays(-1), Now));
        var chart = await Store.ChartAsync(Patient, VitalSign.HeartRate, Now.AddDays(-1), Now, 24);
        Assert.Equal(samples.Length, chart.Sum(point => point.Count));
        Assert.Equal(samples[^1].Value, Assert.Single(await Store.LatestAsync(Patient)).Value);
    }

    [Fact]
    public async Task An_import_goes_together_with_what_is_there()
    {
        await Store.AppendAsync([Hr(5, 50), Hr(10, 51), Hr(20, 52)]);
        await Store.ImportAsync(Patient, VitalSign.HeartRate, [At(0, 90), At(10, 91), At(15, 92)]);
        await Store.AppendAsync([Hr(15, 53)]);

        Assert.Equal([At(0, 90), At(5, 50), At(10, 91), At(15, 53), At(20, 52)], await AllAsync());
        Assert.Equal([Hr(20, 52)], await Store.LatestAsync(Patient));
        await ReopenAsync();
        Assert.Equal([At(0, 90), At(5, 50), At(10, 91), At(15, 53), At(20, 52)], await AllAsync());
    }

    [Fact]
    public async Task History_beyond_the_raw_retention_is_in_charts_alone()
    {
        // Before what any store keeps raw, and on a full hour. A value every ten seconds.
        var past = Now.AddDays(-4000);
        Sample[] Minutes(int from, int until, double value) =>
            [.. Enumerable.Range(6 * from, 6 * (until - from)).Select(i => new Sample(past.AddSeconds(10 * i).ToUnixTimeMilliseconds(), value))];

        // As a long file comes in several requests, one of them twice.
        await Store.ImportAsync(Patient, VitalSign.HeartRate, Minutes(0, 25, 60));
        await Store.ImportAsync(Patient, VitalSign.HeartRate, Minutes(25, 90, 70));
        await Store.ImportAsync(Patient, VitalSign.HeartRate, Minutes(0, 25, 60));
        await Store.ImportAsync(Patient, VitalSign.HeartRate, Minutes(30, 32, 80));
        await Store.ImportAsync(Patient, VitalSign.HeartRate, Minutes(40, 41, 0));
        await ReopenAsync();

        foreach (var days in new[] { 0.125, 1, 10, 300 })
        {
            var chart = await Store.ChartAsync(Patient, VitalSign.HeartRate, past.AddHours(-1), past.AddDays(days), 300);
            Assert.Equal((540L, 60.0, 80.0), (chart.Sum(point => point.Count), chart.Min(point => point.Min), chart.Max(point => point.Max)));
            Assert.Equal((150 * 60.0) + (378 * 70.0) + (12 * 80.0), chart.Sum(point => point.Mean * point.Count), 1e-6);
        }
        Assert.Empty(await Store.ReadAsync(Patient, VitalSign.HeartRate, past.AddDays(-1), past.AddDays(1)));
    }
}
