using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Stores;
using HealthDashboard.Presentation;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Access;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Presentation;

/// <summary>The sample queries over the embedded stores.</summary>
public sealed class LivePartsTests
{
    [Fact]
    public async Task Each_query_answers_with_counts_and_no_names()
    {
        await using var host = await FeatureHost.StartAsync();
        await FeatureHost.AddPatientAsync(await host.SignedInAsync("doctor"));
        var parts = ActivatorUtilities.CreateInstance<LiveParts>(host.Services, new LegLatency(host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()));
        foreach (var name in LiveParts.Names)
        {
            var found = await parts.QueryAsync(name, TestContext.Current.CancellationToken);
            Assert.True(found.Answered, $"{name}: {found.State}");
            Assert.All(found.Rows, row => Assert.Equal(found.Columns.Count, row.Count));
            Assert.DoesNotContain("Quist", JsonSerializer.Serialize(found), StringComparison.Ordinal);
        }
        var patients = await parts.QueryAsync("patients", TestContext.Current.CancellationToken);
        Assert.Equal(["North", "1", "1"], Assert.Single(patients.Rows));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_unavailable_in_words()
    {
        await using var host = await FeatureHost.StartAsync();
        var parts = ActivatorUtilities.CreateInstance<LiveParts>(
            host.Services, new LegLatency(host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()),
            BrokenStore.Of(host.Services.GetRequiredService<IAlertStore>(), nameof(IAlertStore.ReadOpenAsync), (_, _) => throw new StoreUnavailableException("Alerts", "no answer")));
        var found = await parts.QueryAsync("alerts", TestContext.Current.CancellationToken);
        Assert.False(found.Answered);
        Assert.Contains("unavailable", found.State, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_known_is_not_found()
    {
        await using var app = new WholeApp();
        var doctor = await app.ClientAsync("Doctor");
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync("/api/presentation/live/nothing", TestContext.Current.CancellationToken)).StatusCode);
        Assert.NotNull(await doctor.GetFromJsonAsync<LiveResult>("/api/presentation/live/patients", TestContext.Current.CancellationToken));
    }
}
