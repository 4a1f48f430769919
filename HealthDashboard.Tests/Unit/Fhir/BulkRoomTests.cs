using System.Globalization;
using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Fhir;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Fhir;

/// <summary>The files of exports stay for a stated time and within a bound, whatever happens to the program.</summary>
public sealed class BulkRoomTests : IAsyncLifetime
{
    private const int Most = 1024 * 1024;
    private static readonly (string, string)[] Settings = [("Fhir:KeepBulkHours", "6"), ("Fhir:MaxBulkBytes", Most.ToString(CultureInfo.InvariantCulture))];
    private static readonly ClaimsPrincipal Program = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "somebody"), new Claim(Policies.ScopeClaim, "import")], ApiKeyHandler.SchemeName));

    private FeatureHost host = null!;

    private BulkJobs Jobs => host.Services.GetRequiredService<BulkJobs>();

    private string Folder => Path.Combine(host.Services.GetRequiredService<IOptions<HealthDashboard.Data.Stores.StoreOptions>>().Value.DataDirectory, "bulk");

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync(services => services.AddFhir(), Settings);
        await FeatureHost.AddPatientAsync(host.Client(FeatureHost.WriteKey));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task An_export_is_there_until_it_expires()
    {
        var job = await ExportAsync();
        Assert.Equal(host.Time.GetUtcNow().AddHours(6), Jobs.Expires(job));

        host.Time.Advance(TimeSpan.FromHours(6) - TimeSpan.FromSeconds(1));
        Assert.Same(job, Jobs.Find(job.Id, Program));
        Assert.NotEmpty(Directory.GetFiles(job.Folder));

        host.Time.Advance(TimeSpan.FromMinutes(10));
        await Eventually.HoldsAsync(() => Jobs.Find(job.Id, Program) is null && !Directory.Exists(job.Folder), "the end of its files");
    }

    [Fact]
    public async Task Where_there_is_no_room_an_export_is_refused_until_another_is_removed_or_expires()
    {
        var first = await ExportAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        var second = await ExportAsync();
        Enlarge(first, Most / 2);
        Enlarge(second, Most / 2);

        var refused = Assert.Throws<FhirException>(() => Jobs.Export(Program, ["Patient"], null));
        Assert.Equal(507, refused.Status);
        Assert.Contains("until 2026-01-05T14:00:00Z, when the oldest expires", refused.Message, StringComparison.Ordinal);

        // The moment itself, before the next time that all are looked through.
        host.Time.Advance(Jobs.Expires(first) - host.Time.GetUtcNow());
        await ExportAsync();
        Assert.False(Directory.Exists(first.Folder));

        Enlarge(second, Most);
        Assert.Throws<FhirException>(() => Jobs.Export(Program, ["Patient"], null));
        Jobs.Remove(second);
        await ExportAsync();
    }

    [Fact]
    public async Task Where_there_is_no_room_an_import_is_refused_before_or_on_its_way_and_leaves_nothing()
    {
        var export = await ExportAsync();
        var folders = Directory.GetDirectories(Folder);
        Enlarge(export, Most - 1024);
        Assert.Equal(507, (await Assert.ThrowsAsync<FhirException>(() => ImportAsync(4096))).Status);
        Assert.Equal(folders, Directory.GetDirectories(Folder));

        Enlarge(export, Most);
        Assert.Equal(507, (await Assert.ThrowsAsync<FhirException>(() => ImportAsync(1))).Status);
        Assert.Equal(folders, Directory.GetDirectories(Folder));

        Jobs.Remove(export);
        var job = await ImportAsync(4096);
        await Eventually.HoldsAsync(() => job.IsOver, "the import");
    }

    [Fact]
    public async Task An_export_that_finds_no_room_on_its_way_fails_and_leaves_nothing()
    {
        Enlarge(await ExportAsync(), Most - 100);

        var job = Jobs.Export(Program, ["Patient"], null);
        await Eventually.HoldsAsync(() => job.IsOver, "the export");

        Assert.Equal(BulkState.Failed, job.State);
        Assert.Contains("bytes", job.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(job.Folder));
    }

    [Fact]
    public async Task What_a_process_that_was_killed_has_left_is_removed_at_the_next_start()
    {
        var left = await ExportAsync();
        var half = Directory.CreateDirectory(Path.Combine(Folder, "0123456789abcdef")).FullName;
        await File.WriteAllTextAsync(Path.Combine(half, "Patient.ndjson"), "{\"resourceType\":\"Pat");

        await host.StartAgainAsync("Development", Settings);

        await Eventually.HoldsAsync(() => !Directory.Exists(half) && !Directory.Exists(left.Folder), "the end of what was left");
        await ExportAsync();
    }

    [Fact]
    public async Task The_audit_has_from_where_it_was_begun()
    {
        Caller.Current = new Caller("192.0.2.7");
        var job = await ExportAsync();

        Assert.Equal("192.0.2.7", Assert.Single(await host.ReadAuditAsync(null, 50), entry => entry.Action == "export.fhir").From);
        // Also what goes on after a restart.
        Assert.Equal("192.0.2.7", job.Mark(0, 0, 0).Address);
    }

    private async Task<BulkJob> ExportAsync()
    {
        var job = Jobs.Export(Program, ["Patient"], null);
        await Eventually.HoldsAsync(() => job.IsOver, "the export");
        Assert.Equal((BulkState.Done, null), (job.State, job.Error));
        return job;
    }

    // Lines without anything on them.
    private Task<BulkJob> ImportAsync(int bytes) =>
        Jobs.ImportAsync(Program, BulkKind.Ndjson, "upload", [() => new MemoryStream(System.Text.Encoding.ASCII.GetBytes(new string('\n', bytes)))], CancellationToken.None);

    // As if it were of many patients.
    private static void Enlarge(BulkJob job, long bytes)
    {
        using var file = File.OpenWrite(Path.Combine(job.Folder, "Patient.ndjson"));
        file.SetLength(bytes);
    }
}
