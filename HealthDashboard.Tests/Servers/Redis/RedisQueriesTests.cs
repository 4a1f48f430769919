using System.Reflection;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Redis;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Redis;

/// <summary>Every command of docs/queries/redis.md shows something on a server that the program has written to.</summary>
public sealed class RedisQueriesTests
{
    private static readonly string Page = Path.Combine(
        typeof(RedisQueriesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TestDirectory").Value!,
        "../docs/queries/redis.md");

    [Fact]
    public async Task Every_command_shows_something()
    {
        Assert.SkipUnless(File.Exists(Page), "The page is not here: run the tests from the source to have it.");
        using var factory = new RedisStoreFactory();
        var store = factory.Open();
        var alert = Alert();
        await store.WriteAsync([Raised(alert), Change(AlertChangeKind.Updated, alert.Next())], [new(alert.PatientId, new byte[] { 1 })]);
        var bus = new RedisLiveBus(factory.Connect(), TimeProvider.System, NullLogger<RedisLiveBus>.Instance);

        var commands = (await File.ReadAllTextAsync(Page)).Split("```redis\n").Skip(1)
            .SelectMany(block => block.Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(command => command
                .Replace("{health}", $"{{{factory.Options.Prefix}}}", StringComparison.Ordinal)
                .Replace("ALERT", $"{alert.Id}", StringComparison.Ordinal)
                .Replace("PATIENT", $"{alert.PatientId}", StringComparison.Ordinal))
            .ToList();
        Assert.True(commands.Count > 15);
        foreach (var command in commands.Select(command => command.Split(' ')))
        {
            if (command[0].EndsWith("SUBSCRIBE", StringComparison.Ordinal))
            {
                await HearsAsync(command[1], async () =>
                {
                    await store.WriteAsync([Raised(Alert())], []);
                    await bus.PublishAsync("north", 1, [new(alert.PatientId, VitalSign.Spo2, 1, 97)], CancellationToken.None);
                });
            }
            else
            {
                Assert.True(ShowsSomething(factory.Execute(command[0], command[1..])), string.Join(' ', command));
            }
        }
    }

    private static bool ShowsSomething(RedisResult result) => !result.IsNull && result.ToString() switch
    {
        "0" or "" => false,
        _ => result.Length != 0,
    };

    private static async Task HearsAsync(string channel, Func<Task> act)
    {
        using var client = await ConnectionMultiplexer.ConnectAsync(Needs.Redis());
        using var heard = new SemaphoreSlim(0);
        await client.GetSubscriber().SubscribeAsync(new RedisChannel(channel, RedisChannel.PatternMode.Auto), (_, _) => heard.Release());
        await act();
        Assert.True(await heard.WaitAsync(TimeSpan.FromSeconds(20)), channel);
    }
}
