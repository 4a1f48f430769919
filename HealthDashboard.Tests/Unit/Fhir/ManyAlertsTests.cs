using System.Security.Claims;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Fhir;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Unit.Fhir;

/// <summary>Somebody with years of alerts gets all of them, each once.</summary>
public sealed class ManyAlertsTests : IAsyncLifetime
{
    private const int Alerts = 2_500;

    // As many in one moment as no page ends with.
    private const int AtOneMoment = 7;
    private static readonly ClaimsPrincipal Program = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "somebody"), new Claim(Policies.ScopeClaim, "import")], ApiKeyHandler.SchemeName));

    private readonly List<Alert> written = [];
    private FeatureHost host = null!;
    private Patient patient = null!;

    private IAlertStore Store => host.Services.GetRequiredService<IAlertStore>();

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync(services => services.AddFhir());
        patient = await FeatureHost.AddPatientAsync(host.Client(FeatureHost.WriteKey));
        // Within a millisecond the greater id is not always the later one, as when two nodes write.
        written.AddRange(Enumerable.Range(0, Alerts).Select(n => Alert(patient.Id) with { RaisedAt = Noon.AddMinutes(n / AtOneMoment).AddTicks(n * 7919 % 10), Condition = AlertCondition.Ended, EndedAt = Noon }));
        foreach (var part in written.Append(Alert()).Chunk(500))
            Assert.All(await Store.WriteAsync([.. part.Select(Raised)], []), outcome => Assert.True(outcome.Taken));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData(500)]
    [InlineData(333)]
    public async Task Everything_has_each_once_page_by_page_although_some_change_meanwhile(int count)
    {
        List<string> got = [];
        string? cursor = null;
        do
        {
            var page = await host.Services.GetRequiredService<FhirReads>().EverythingAsync(patient, new HashSet<string> { "Patient", "Flag" }, new(long.MinValue, long.MaxValue), count, cursor, Program, CancellationToken.None);
            Assert.InRange(page.Items.Count, 1, count);
            got.AddRange(page.Items.OfType<global::Hl7.Fhir.Model.Flag>().Select(flag => flag.Id!));
            cursor = page.Next;
            // One that has not come yet and one that has.
            foreach (var at in (int[])[got.Count, Alerts - got.Count - 1])
                await ChangeAsync(Math.Clamp(at, 0, Alerts - 1));
        }
        while (cursor is not null);

        AssertAllOnce(got);
    }

    [Fact]
    public async Task An_export_has_each_once()
    {
        var jobs = host.Services.GetRequiredService<BulkJobs>();
        var job = jobs.Export(Program, ["Flag"], null);
        await Eventually.HoldsAsync(() => job.IsOver, "the export");

        Assert.Equal((BulkState.Done, null), (job.State, job.Error));
        // The other patient's is nobody's record here.
        AssertAllOnce(File.ReadLines(Path.Combine(job.Folder, "Flag.ndjson")).Select(line => JsonElement.Parse(line).GetProperty("id").GetString()!));
    }

    [Theory]
    [InlineData("fx")]
    [InlineData("f1.2")]
    [InlineData("f999999999999999999.0123456789abcdef01234567")]
    [InlineData("rx")]
    [InlineData("r")]
    [InlineData("zabc")]
    public async Task A_cursor_that_is_none_is_refused(string cursor) =>
        Assert.Equal(400, (await Assert.ThrowsAsync<FhirException>(() => host.Services.GetRequiredService<FhirReads>().EverythingAsync(patient, null, new(long.MinValue, long.MaxValue), 10, cursor, Program, CancellationToken.None))).Status);

    private async Task ChangeAsync(int at)
    {
        written[at] = written[at].Next(alert => alert with { Count = alert.Count + 1 });
        Assert.All(await Store.WriteAsync([Change(AlertChangeKind.Acknowledged, written[at])], []), outcome => Assert.True(outcome.Taken));
    }

    private void AssertAllOnce(IEnumerable<string> got) => Assert.Equal(written.Select(alert => alert.Id.ToString()).Order(StringComparer.Ordinal), got.Order(StringComparer.Ordinal));
}
