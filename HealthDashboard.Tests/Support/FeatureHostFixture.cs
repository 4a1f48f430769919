namespace HealthDashboard.Tests.Support;

/// <summary>One host for all tests of a class.</summary>
public sealed class FeatureHostFixture : IAsyncLifetime
{
    internal FeatureHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await FeatureHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
