using System.Globalization;
using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Fhir;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace HealthDashboard.Tests.Unit.Fhir;

/// <summary>Each look at a patient by FHIR is in the audit when the answer is there.</summary>
public sealed class ReadAuditTests : IAsyncLifetime
{
    private static readonly ClaimsPrincipal User = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "somebody"), new Claim(Policies.ScopeClaim, "read")], ApiKeyHandler.SchemeName));

    private FeatureHost host = null!;
    private FhirReads reads = null!;
    private RecordSource records = null!;
    private Patient patient = null!;

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync();
        patient = await FeatureHost.AddPatientAsync(host.Client(FeatureHost.WriteKey));
        records = ActivatorUtilities.CreateInstance<RecordSource>(host.Services);
        reads = ActivatorUtilities.CreateInstance<FhirReads>(
            host.Services, records, ActivatorUtilities.CreateInstance<ObservationSource>(host.Services), ActivatorUtilities.CreateInstance<OtherSources>(host.Services));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_read_is()
    {
        await reads.FindAsync("Patient", patient.Id.ToString(), User, CancellationToken.None);
        await AssertAuditedAsync("read: 1 Patient");
    }

    [Fact]
    public async Task A_search_is_for_each_patient_that_it_found()
    {
        var other = await FeatureHost.AddPatientAsync(host.Client(FeatureHost.WriteKey), "M-2");
        var query = SearchQuery.Read("Condition", new DefaultHttpContext().Request, [new("code", "COPD")]);

        var page = await reads.SearchAsync(query, User, CancellationToken.None);

        Assert.Equal(2, page.Items.Count);
        await AssertAuditedAsync("search: 1 Condition");
        Assert.Contains(await host.ReadAuditAsync(other.Id, 10), entry => entry.Actor == "somebody");
    }

    [Fact]
    public async Task Everything_is()
    {
        await reads.EverythingAsync(patient, null, new TimeSpanOf(long.MinValue, long.MaxValue), 100, null, User, CancellationToken.None);
        await AssertAuditedAsync("everything: 1 Patient, 1 Condition, 1 AllergyIntolerance, 1 Encounter");
    }

    [Fact]
    public async Task What_finds_nobody_is_about_nobody()
    {
        var query = SearchQuery.Read("Patient", new DefaultHttpContext().Request, new Dictionary<string, StringValues> { ["identifier"] = "nobody" });
        await reads.SearchAsync(query, User, CancellationToken.None);
        Assert.DoesNotContain(await host.ReadAuditAsync(null, 100), entry => entry.Actor == "somebody");
    }

    [Fact]
    public async Task What_is_neither_in_somebodys_ward_nor_in_their_care_is_not_given()
    {
        var nurse = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "nina"), new(ClaimTypes.Role, Roles.Nurse), new(AccountWards.Claim, "Elsewhere/Attic")], "cookie"));
        var span = new TimeSpanOf(long.MinValue, long.MaxValue);
        var everybody = SearchQuery.Read("Patient", new DefaultHttpContext().Request, []);
        var last = SearchQuery.Read("Observation", new DefaultHttpContext().Request, []);

        Assert.Equal(403, (await Assert.ThrowsAsync<FhirException>(() => reads.FindAsync("Patient", patient.Id.ToString(), nurse, CancellationToken.None))).Status);
        Assert.Equal(403, (await Assert.ThrowsAsync<FhirException>(() => reads.EverythingAsync(patient, null, span, 100, null, nurse, CancellationToken.None))).Status);
        Assert.Equal(403, (await Assert.ThrowsAsync<FhirException>(() => reads.LastAsync(patient.Id, last, 1, nurse, CancellationToken.None))).Status);
        Assert.Empty((await reads.SearchAsync(everybody, nurse, CancellationToken.None)).Items);
        Assert.Single((await reads.SearchAsync(everybody, User, CancellationToken.None)).Items);
        // Nobody was named by the search that finds nobody of theirs.
        Assert.Equal(["look.refused", "look.refused", "look.refused"], await DoneByAsync("nina"));
    }

    [Theory]
    [InlineData("Condition", "patient", "{0}")]
    [InlineData("Observation", "subject", "Patient/{0}")]
    [InlineData("Flag", "patient", "{0}")]
    [InlineData("Patient", "_id", "{0}")]
    [InlineData("Patient", "identifier", "M-1")]
    public async Task A_search_that_names_somebody_who_may_not_be_seen_finds_nothing_and_is_in_the_audit(string type, string parameter, string value)
    {
        var nurse = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "nina"), new(ClaimTypes.Role, Roles.Nurse), new(AccountWards.Claim, "Elsewhere/Attic")], "cookie"));
        var query = SearchQuery.Read(type, new DefaultHttpContext().Request, [new(parameter, string.Format(CultureInfo.InvariantCulture, value, patient.Id))]);

        Assert.Empty((await reads.SearchAsync(query, nurse, CancellationToken.None)).Items);

        Assert.Equal(["look.refused"], await DoneByAsync("nina"));
    }

    private async Task<string[]> DoneByAsync(string actor) => [.. (await host.ReadAuditAsync(patient.Id, 10)).Where(entry => entry.Actor == actor).Select(entry => entry.Action)];

    private async Task AssertAuditedAsync(string detail)
    {
        var entry = Assert.Single(await host.ReadAuditAsync(patient.Id, 10), entry => entry.Actor == "somebody");
        Assert.Equal(("look.fhir", detail), (entry.Action, entry.Detail));
    }
}
