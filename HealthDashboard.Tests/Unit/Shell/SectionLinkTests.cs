using Bunit;
using HealthDashboard.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Shell;

/// <summary>Which entry of the main navigation is the current one.</summary>
public sealed class SectionLinkTests
{
    [Theory]
    [InlineData("care-team", true)]
    [InlineData("care-team/questions/cover", true)]
    [InlineData("handover", true)]
    [InlineData("handover/sbar?patients=1", true)]
    [InlineData("on-call#top", true)]
    [InlineData("handovers", false)]
    [InlineData("", false)]
    public async Task It_is_current_on_every_page_of_its_section(string address, bool isCurrent)
    {
        await using var page = new BunitContext();
        page.Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var link = page.Render<SectionLink>(parameters => parameters
            .Add(one => one.Pages, ["handover", "on-call"])
            .AddUnmatched("href", "/care-team"));
        Assert.Equal(isCurrent, link.Find("a").HasAttribute("aria-current"));
    }
}
