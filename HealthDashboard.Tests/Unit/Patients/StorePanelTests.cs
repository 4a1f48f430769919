using Bunit;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>Parts of a record's page that a store could not be read for.</summary>
public sealed class StorePanelTests
{
    [Fact]
    public async Task What_a_store_was_unavailable_for_is_shown_by_itself_once_it_is_back()
    {
        var isBroken = true;
        await using var page = new RecordContext(changeAlerts: store => BrokenStore.Of(
            store,
            nameof(IAlertStore.QueryAsync),
            (inner, args) => isBroken ? Task.FromException<IReadOnlyList<Alert>>(new StoreUnavailableException("test", "unavailable")) : inner.QueryAsync((AlertQuery)args[0]!)));
        page.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        var patient = await page.AddAsync("M-1");
        var now = PatientNow.Of(page.Directory.Find(patient.Id)!, [], AlarmRules.Default, "nina", page.Time.GetUtcNow());

        var panel = page.Render<AlertLog>(parameters => parameters.AddCascadingValue(now));
        Assert.Contains("unavailable", panel.Markup, StringComparison.Ordinal);
        page.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("unavailable", panel.Markup, StringComparison.Ordinal);

        isBroken = false;
        page.Time.Advance(TimeSpan.FromSeconds(5));
        panel.WaitForAssertion(() => Assert.DoesNotContain("unavailable", panel.Markup, StringComparison.Ordinal));
    }
}
