using Bunit;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using HealthDashboard.Operations;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Operations;

/// <summary>The cards of the system page in each of their states.</summary>
public sealed class SystemCardsTests
{
    private static readonly ChosenStore Server = new("Test server", "majority writes");

    [Theory]
    [InlineData(HealthStatus.Healthy, "up", "badge-ok")]
    [InlineData(HealthStatus.Degraded, "degraded", "badge-warn")]
    [InlineData(HealthStatus.Unhealthy, "unavailable", "badge-danger")]
    public async Task A_store_says_its_role_server_state_consistency_latency_and_what_waits_for_it(HealthStatus status, string word, string badge)
    {
        await using var page = new BunitContext();
        var card = page.Render<StoreCard>(set => set
            .Add(c => c.State, new StoreState("vitals", status, "12 readings", TimeSpan.FromMilliseconds(3.25)))
            .Add(c => c.Chosen, Server)
            .Add(c => c.Latency, [1.0, 20.0, 3.25])
            .Add(c => c.Spool, "7 readings"));
        Assert.Equal("Vital signs", card.Find("h3").TextContent);
        Assert.Equal(word, card.Find($".badge.{badge}").TextContent);
        Assert.Equal("Test server, 12 readings", card.Find(".store-detail").TextContent.Trim());
        Assert.Contains("majority writes", card.Markup, StringComparison.Ordinal);
        Assert.Contains("7 readings", card.Markup, StringComparison.Ordinal);
        Assert.Contains("3.3 ms", card.Markup, StringComparison.Ordinal);
        Assert.Contains("at most 20", card.Markup, StringComparison.Ordinal);
        Assert.Equal("M57 14.3L58 1L59 12.7", card.Find("path").GetAttribute("d"));
    }

    [Fact]
    public async Task A_server_that_says_its_own_name_is_not_named_twice()
    {
        await using var page = new BunitContext();
        var card = page.Render<StoreCard>(set => set
            .Add(c => c.State, new StoreState("alerts", HealthStatus.Healthy, "Test server 7.1", TimeSpan.Zero))
            .Add(c => c.Chosen, Server));
        Assert.Equal("Test server 7.1", card.Find(".store-detail").TextContent.Trim());
        Assert.Empty(card.FindAll("svg"));
    }

    [Fact]
    public async Task The_nodes_show_which_regions_each_evaluates_what_was_taken_over_and_what_nobody_does()
    {
        await using var page = new BunitContext();
        var time = new ManualTime();
        page.Services.AddSingleton<TimeProvider>(time);
        page.Services.AddSingleton(new ClockWatch(time, NullLogger<ClockWatch>.Instance));
        var nodes = page.Render<NodesPanel>(set => set
            .Add(n => n.Nodes, [new NodeBeat("one:1", true, ["North"], ["South"]), new NodeBeat("two:2", false, null, [])])
            .Add(n => n.Regions, ["East", "North", "South"]));
        Assert.Equal(["\u2013", "watches", "took over"], nodes.FindAll("[data-node='one:1'] td:not(:nth-child(2))").Select(cell => cell.TextContent));
        Assert.Contains("no alarms", nodes.Find("[data-node='two:2']").TextContent, StringComparison.Ordinal);
        Assert.Equal(["nobody", "1 node", "1 node"], nodes.FindAll("tfoot td span").Select(cell => cell.TextContent));
    }
}
