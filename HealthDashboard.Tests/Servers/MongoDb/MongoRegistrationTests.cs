using HealthDashboard.Data;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>Chosen by configuration alone, started without the server, and back by itself.</summary>
public sealed class MongoRegistrationTests : IDisposable
{
    private const string NotValid = "ConnectionStrings:MongoDb is not valid: it is mongodb://[user:password@]host[:port][,...][/database][?options]; "
        + "'@', ':', '/' and '%' in a user or a password are written %40, %3A, %2F and %25.";

    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Without_its_server_it_starts_says_so_and_comes_back_by_itself()
    {
        var data = new MiniData();
        string address;
        await using (var gone = new ScriptedMongo(new MiniMongod(data)))
            address = gone.Address;
        using var host = Host(("ConnectionStrings:MongoDb", $"mongodb://{address}/?replicaSet=rs0&serverSelectionTimeoutMS=500"));
        await host.StartAsync();
        var patients = host.Services.GetRequiredService<IPatientStore>();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => patients.FindByMrnAsync("M1"));
        var unavailable = await HealthAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, unavailable.Status);
        Assert.Contains("Unavailable since", unavailable.Description, StringComparison.Ordinal);

        await using var server = new ScriptedMongo(new MiniMongod(data), port: int.Parse(address.Split(':')[1]));
        await Eventually.HoldsAsync(async () => (await HealthAsync(host)).Status == HealthStatus.Healthy, "the server");
        var added = (await patients.AddAsync([Samples.Patient("M1")]))[0];
        Assert.Equal(added.Id, (await patients.FindByMrnAsync("M1"))!.Id);
        Assert.Empty(await host.Services.GetRequiredService<IAuditStore>().EntriesAsync());
        Assert.Contains("byWard", server.Commands("createIndexes").SelectMany(command => command["indexes"].AsBsonArray).Select(index => index["name"].AsString));
    }

    [Theory]
    [InlineData(null, "ConnectionStrings:MongoDb is missing: it is mongodb://host[:port][,...][/database][?options], or mongodb+srv://host[/database][?options].")]
    [InlineData("mongodb://u:s3cret@h/?w=1", "ConnectionStrings:MongoDb has w, which must be majority or left out.")]
    [InlineData("mongodb://u:s3cret@h/?tsl=true", "ConnectionStrings:MongoDb has tsl, which the driver does not know.")]
    [InlineData("mongodb://h/?tlsCAFile=/nowhere", "ConnectionStrings:MongoDb has a tlsCAFile that is not there or has no certificate.")]
    [InlineData("mongodb://h,i/?directConnection=true", "ConnectionStrings:MongoDb is not valid: Direct connect cannot be used with multiple host names.")]
    [InlineData("mongodb://u:s3/cret@h", NotValid)]
    [InlineData("mongo://h", NotValid)]
    public async Task A_wrong_address_stops_the_start_in_one_line(string? address, string line)
    {
        using var host = Host(("ConnectionStrings:MongoDb", address));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal([line], error.Failures);
    }

    [Fact]
    public async Task Hosts_that_only_DNS_knows_are_looked_up_later_and_stop_no_start()
    {
        using var host = Host(("ConnectionStrings:MongoDb", "mongodb+srv://cluster.example.invalid/health"));
        await host.StartAsync();
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => host.Services.GetRequiredService<IPatientStore>().FindByMrnAsync("M1"));
        Assert.Contains("its hosts", error.Message, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> HealthAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "patients")).Entries["patients"];

    private IHost Host(params (string Key, string? Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("Stores:Patients", "MongoDb")).Append(("Data:Directory", directory.Path)).Select(s => KeyValuePair.Create(s.Item1, s.Item2)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStores(builder.Configuration);
        return builder.Build();
    }
}
