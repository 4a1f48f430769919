using HealthDashboard.Data.Model;
using HealthDashboard.Data.Redis;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Redis;

/// <summary>Whatever is asked, Redis finds what the embedded store finds, also when it must look in several steps.</summary>
public sealed class RedisQueryTests
{
    private readonly Random random = new(20261122);
    private readonly ObjectId[] patients = [.. Enumerable.Range(0, 6).Select(_ => Id())];
    private readonly List<(long Redis, long Sqlite)> numbers = [(0, 0)];

    [Theory]
    [InlineData(2_000)]
    [InlineData(100)]
    [InlineData(7)]
    public async Task Every_query_finds_what_the_embedded_store_finds(int lookAt)
    {
        using var factory = new RedisStoreFactory();
        using var embedded = new SqliteStoreFactory<IAlertStore>(
            AlertSchema.Open, database => new SqliteAlertStore(database, NullLogger<SqliteAlertStore>.Instance));
        var redis = new RedisAlertStore(factory.Connect(), NullLogger<RedisAlertStore>.Instance) { LookAt = lookAt };
        var sqlite = embedded.Open();
        await FillAsync(redis, sqlite);

        var found = 0;
        for (var i = 0; i < 300; i++)
        {
            var (ofRedis, ofSqlite) = Query();
            var expected = await sqlite.QueryAsync(ofSqlite);
            Assert.Equal(expected.Select(alert => alert.Id), (await redis.QueryAsync(ofRedis)).Select(alert => alert.Id));
            found += expected.Count;
        }
        Assert.True(found > 300);
    }

    private async Task FillAsync(IAlertStore redis, IAlertStore sqlite)
    {
        var open = new List<Alert>();
        for (var i = 0; i < 400; i++)
        {
            AlertChange change;
            if (open.Count > 20 || (open.Count > 0 && random.Next(2) == 0))
            {
                var at = random.Next(open.Count);
                var next = random.Next(3) switch
                {
                    0 => open[at].Ended(),
                    1 => open[at].Next(a => a with { Response = AlertResponse.Acknowledged }),
                    _ => open[at].Next(a => a with { Priority = AlertPriority.High }),
                };
                open[at] = next;
                if (!next.IsOpen)
                    open.RemoveAt(at);
                change = Change(AlertChangeKind.Updated, next);
            }
            else
            {
                var alert = Alert(patients[random.Next(patients.Length)], $"sign{i}") with
                {
                    Kind = (AlertKind)random.Next(3),
                    Priority = (AlertPriority)random.Next(1, 4),
                    RaisedAt = Noon.AddMinutes(random.Next(100)),
                };
                open.Add(alert);
                change = Raised(alert);
            }
            numbers.Add(((await redis.WriteAsync([change], []))[0].Change.Sequence, (await sqlite.WriteAsync([change], []))[0].Change.Sequence));
        }
    }

    private (AlertQuery Redis, AlertQuery Sqlite) Query()
    {
        bool Sometimes() => random.Next(3) == 0;
        var from = Noon.AddMinutes(random.Next(100));
        var query = new AlertQuery
        {
            OpenOnly = Sometimes(),
            PatientIds = Sometimes() ? [.. patients.Where(_ => Sometimes()), Id()] : null,
            AtLeast = Sometimes() ? (AlertPriority)random.Next(1, 4) : null,
            Kind = Sometimes() ? (AlertKind)random.Next(3) : null,
            Response = Sometimes() ? (AlertResponse)random.Next(2) : null,
            From = Sometimes() ? from : null,
            To = Sometimes() ? from.AddMinutes(random.Next(60)) : null,
            Limit = Sometimes() ? random.Next(1, 20) : 1_000,
            NewestRaisedFirst = Sometimes(),
        };
        var (since, before) = (numbers[random.Next(numbers.Count)], numbers[random.Next(numbers.Count)]);
        var (useSince, useBefore) = (Sometimes(), Sometimes());
        return (
            query with { Since = useSince ? since.Redis : null, Before = useBefore ? before.Redis : null },
            query with { Since = useSince ? since.Sqlite : null, Before = useBefore ? before.Sqlite : null });
    }
}
