using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>
/// A busy server may acknowledge readings of the past, and for a moment leave their part of its disk out of what it answers. Nobody looks
/// there again, so they are acknowledged only once they are in the roll-ups.
/// </summary>
public sealed class InfluxUnseenTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_767_600_000_000);
    private static readonly DateTimeOffset Past = Now.AddDays(-30);
    private static readonly Reading Late = new(ObjectId.Parse("0123456789abcdef01234567"), VitalSign.HeartRate, Past.ToUnixTimeMilliseconds(), 72);

    [Fact]
    public async Task A_late_reading_that_the_server_does_not_count_is_not_acknowledged()
    {
        using var server = new FakeInflux((_, _) => null);
        await using var store = InfluxStores.Over(FakeInflux.Options, new ManualTime(Now), server);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync([Late]));
        Assert.Contains("does not give readings that it has just stored", error.Message);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ImportAsync(Late.PatientId, Late.Sign, [new Sample(Late.Time, 72)]));
    }

    [Fact]
    public async Task One_of_which_the_server_does_not_give_the_minute_is_not_acknowledged_and_replaces_nothing_wider()
    {
        var group = $$"""{"name":"vitals","tags":{"patient":"{{Late.PatientId}}","sign":"heartRate"},"columns":["time","count"],"values":[[{{Late.Time}},1]]}""";
        using var server = new FakeInflux((_, body) =>
            body.Contains("count(value)") ? FakeInflux.Json($$"""{"results":[{"statement_id":0,"series":[{{group}}]}]}""") : null);
        await using var store = InfluxStores.Over(FakeInflux.Options, new ManualTime(Now), server);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync([Late]));

        Assert.Contains("does not give roll-ups that it has just stored", error.Message);
        Assert.Contains(server.Requests, request => request.Body.StartsWith("vitals_1m", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Requests, request => request.Body.StartsWith("vitals_10m", StringComparison.Ordinal));
    }
}
