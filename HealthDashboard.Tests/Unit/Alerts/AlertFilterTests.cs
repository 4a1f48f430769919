using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Alerts;

public sealed class AlertFilterTests
{
    private static readonly Patient Patient = new() { Mrn = "1", Region = "North", Ward = "ICU & CCU", GivenName = "Jan", FamilyName = "Novak" };

    [Fact]
    public void A_filter_survives_the_address_it_is_kept_in()
    {
        var filter = new AlertFilter("North", "ICU & CCU", AlertPriority.Medium, AlertKind.Technical);

        Assert.Equal(filter, AlertFilter.FromUri("http://hospital/alerts" + filter.ToQuery()));
        Assert.Equal("", new AlertFilter().ToQuery());
    }

    [Theory]
    [InlineData("?priority=urgent&kind=7")]
    [InlineData("?region=&ward=")]
    [InlineData("?other=1")]
    public void What_it_does_not_understand_does_not_restrict(string query) =>
        Assert.Equal(new AlertFilter(), AlertFilter.FromUri("http://hospital/alerts" + query));

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData("North", null, null, true)]
    [InlineData("South", null, null, false)]
    [InlineData("North", "Surgery", null, false)]
    [InlineData(null, null, AlertPriority.Medium, true)]
    [InlineData(null, null, AlertPriority.High, false)]
    public void It_lets_through_what_fits(string? region, string? ward, AlertPriority? atLeast, bool passes) =>
        Assert.Equal(passes, new AlertFilter(region, ward, atLeast).Passes(AlertViewTests.New(AlertPriority.Medium), Patient));

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("North", null, true)]
    [InlineData("North", "ICU/HDU", true)]
    [InlineData(null, "ICU/HDU", true)]
    [InlineData("South", null, false)]
    [InlineData("North", "HDUX", false)]
    public void An_alert_on_a_ward_passes_by_its_own_ward(string? region, string? ward, bool passes) =>
        Assert.Equal(passes, new AlertFilter(region, ward).Passes(AlertViewTests.New(AlertPriority.Medium) with { Group = "North/ICU/HDU" }, null));

    [Fact]
    public void An_alert_of_an_unknown_patient_is_never_hidden_by_a_ward() =>
        Assert.True(new AlertFilter("South", "Surgery").Passes(AlertViewTests.New(AlertPriority.Low), null));
}
