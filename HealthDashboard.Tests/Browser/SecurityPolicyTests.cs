using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Browser;

/// <summary>The security policy stops what is inline, and lets through what our libraries cannot do without.</summary>
[Collection(typeof(BrowserTests))]
public sealed class SecurityPolicyTests(BrowserFixture browser)
{
    [Fact]
    public async Task Charts_with_a_legend_break_no_rule()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server);

        await page.Page.EvaluateAsync("""
            async () => {
                const script = document.createElement("script");
                script.src = "lib/apexcharts.min.js";
                await new Promise((loaded, failed) => { script.onload = loaded; script.onerror = failed; document.head.append(script); });
                const chart = document.body.appendChild(document.createElement("div"));
                const series = ["HR", "RR"].map(name => ({ name, data: [[1, 2], [2, 3]] }));
                await new ApexCharts(chart, { chart: { type: "line" }, legend: { show: true }, series }).render();
            }
            """);

        Assert.NotEqual(0, await page.Page.Locator(".apexcharts-legend-series").CountAsync());
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData("script", "window.ran = true")]
    [InlineData("style", "body { display: none }")]
    public async Task What_is_inline_is_stopped(string element, string text)
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server);

        await page.Page.EvaluateAsync("""
            ([element, text]) => {
                const inline = document.createElement(element);
                inline.textContent = text;
                document.body.append(inline);
            }
            """, new[] { element, text });

        Assert.False(await page.Page.EvaluateAsync<bool>("'ran' in window || getComputedStyle(document.body).display === 'none'"));
        Assert.Contains("Content Security Policy", Assert.Single(page.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_carries_the_headers()
    {
        await using var server = await AppServer.StartAsync();
        foreach (var path in new[] { "", "js/circuit.js", "no-such-page" })
        {
            using var response = await server.Client.GetAsync(path);
            Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        }
    }

    [Theory]
    [InlineData("iframe", "same-origin", "SAMEORIGIN", "frame-ancestors 'self'")]
    [InlineData("iframe", "same-site", "DENY", "frame-ancestors 'none'")]
    [InlineData("iframe", "cross-site", "DENY", "frame-ancestors 'none'")]
    [InlineData("document", "same-origin", "DENY", "frame-ancestors 'none'")]
    public async Task A_page_is_framed_by_this_site_alone(string destination, string site, string options, string policy)
    {
        await using var server = await AppServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "signin");
        request.Headers.Add("Sec-Fetch-Dest", destination);
        request.Headers.Add("Sec-Fetch-Site", site);
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(options, response.Headers.GetValues("X-Frame-Options").Single());
        Assert.Contains(policy, response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}
