using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>What the program does itself on InfluxDB 2.x by the rights of its token, and what it says where one is missing.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class InfluxRightsTests(InfluxStateTests.Server server) : IClassFixture<InfluxStateTests.Server>
{
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private readonly InfluxDbOptions options = InfluxStores.Parse(server.Connection, TimeSpan.FromDays(7));

    [Fact]
    public async Task A_token_that_may_read_and_write_buckets_creates_them_with_their_retention()
    {
        var token = await new InfluxOperator(options).TokenAsync("read", "write");
        await using var store = Open(token);

        await AppendAsync(store);

        Assert.Equal(
            [($"{options.Database}/raw", 169 * 3600), ($"{options.Database}/rollup", 0)],
            (await new InfluxOperator(options).BucketsAsync()).Select(bucket => (bucket.Name, bucket.Seconds)));
        Assert.Contains("InfluxDB v2", await store.ProbeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_token_that_may_not_create_buckets_is_said_to_lack_that_right()
    {
        var token = await new InfluxOperator(options).TokenAsync();
        await using var store = Open(token);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => AppendAsync(store));

        Assert.Equal(
            $"does not give this token the right to read and write the bucket {options.Database}/raw, or if it does not exist, to create it; "
            + $"to read and write the bucket {options.Database}/rollup, or if it does not exist, to create it. "
            + "A token that may read and write buckets creates what is missing.",
            refused.Reason);
    }

    [Theory]
    [InlineData("read rollup, write raw, write rollup", "read the bucket {0}/raw")]
    [InlineData("read raw, write raw, write rollup", "read the bucket {0}/rollup")]
    [InlineData("read raw, write raw", "read and write the bucket {0}/rollup, or if it does not exist, to create it")]
    [InlineData("read rollup", "read and write the bucket {0}/raw, or if it does not exist, to create it; to write the bucket {0}/rollup")]
    public async Task Each_right_that_a_token_lacks_is_named_with_its_bucket(string rights, string lacking)
    {
        await using (var first = Open(options.Token!, options.Organization))
            await AppendAsync(first);
        var token = await new InfluxOperator(options).TokenAsync(rights.Split(", "));
        await using var store = Open(token);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.LatestAsync(Patient));

        Assert.Equal(
            $"does not give this token the right to {lacking.Replace("{0}", options.Database, StringComparison.Ordinal)}. A token that may read and write buckets creates what is missing.",
            refused.Reason);
    }

    [Fact]
    public async Task An_organization_that_is_not_there_or_not_named_among_several_is_a_refusal_of_its_own()
    {
        await using var wrong = Open(options.Token!, "nowhere");
        await RefusedAsync(
            "does not know the organization 'nowhere' that ConnectionStrings:InfluxDb names after ;Org=, or does not show it to this token.",
            () => AppendAsync(wrong));

        await using var second = await new InfluxOperator(options).OrganizationAsync("second");
        await using var unnamed = Open(options.Token!);
        await RefusedAsync("has several organizations. Name the right one: add ;Org=NAME to ConnectionStrings:InfluxDb.", () => AppendAsync(unnamed));
        await using var named = Open(options.Token!, options.Organization);
        await AppendAsync(named);
    }

    [Theory]
    [InlineData(24, 169, null)]
    [InlineData(169, 169, null)]
    [InlineData(1000, 1000, "raw readings are kept for 1000h and not only for 169h")]
    [InlineData(0, 0, "raw readings are kept for good")]
    public async Task A_bucket_is_kept_as_long_as_needed_and_never_shortened(int hours, int then, string? said)
    {
        await new InfluxOperator(options).CreateAsync("raw", hours * 3600);
        await using var store = Open(options.Token!, options.Organization);

        await AppendAsync(store);

        Assert.Equal([then * 3600, 0], (await new InfluxOperator(options).BucketsAsync()).Select(bucket => bucket.Seconds));
        var health = await store.ProbeAsync(CancellationToken.None);
        Assert.Equal(said is not null, health.Contains("kept for", StringComparison.Ordinal));
        Assert.Contains(said ?? "", health);
    }

    [Fact]
    public async Task A_bucket_that_is_kept_too_short_and_may_not_be_changed_is_named_with_both_times()
    {
        var @operator = new InfluxOperator(options);
        await @operator.CreateAsync("raw", 24 * 3600);
        await @operator.CreateAsync("rollup", 0);
        await using var store = Open(await @operator.TokenAsync("read raw", "read rollup", "write rollup"));

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.LatestAsync(Patient));

        Assert.Equal(
            $"keeps the bucket {options.Database}/raw for 24h, 169h are needed (Vitals:RawRetention and an hour), and the token lacks the right to write that bucket, "
            + "with which it would set so.",
            refused.Reason);
    }

    private static async Task RefusedAsync(string reason, Func<Task> call) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<StoreRefusedException>(call)).Reason);

    private static Task AppendAsync(InfluxDbVitalStore store) =>
        store.AppendAsync([new Reading(Patient, VitalSign.HeartRate, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 72)]);

    private InfluxDbVitalStore Open(string token, string? organization = null) => InfluxStores.Over(
        new() { Address = options.Address, Database = options.Database, Token = token, Organization = organization, RawRetention = options.RawRetention },
        TimeProvider.System);
}
