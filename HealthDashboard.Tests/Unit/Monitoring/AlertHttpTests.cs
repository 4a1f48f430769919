namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>Tests of what is done about alerts over HTTP: a ward with a care team, and a client that may write.</summary>
public abstract class AlertHttpTests : IAsyncLifetime
{
    private protected AlertWorld world = null!;
    private protected AlertHost host = null!;
    private protected HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync();
        await world.AddTeamAsync();
        host = await AlertHost.StartAsync(world);
        client = host.Client();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
        await world.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
