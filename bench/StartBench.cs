using System.Diagnostics;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;

namespace HealthDashboard.Bench;

/// <summary>
/// From the command of the README to the first painted page, with everything built: the first start makes the demo hospital, the
/// second finds it. The raw limit is the program alone, without the build that <c>dotnet run</c> checks first.
/// </summary>
internal static class StartBench
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // When the first text stood on the screen, by this machine's clock.
    private const string FirstPaint = """
        () => new Promise(done => new PerformanceObserver(list => {
            for (const paint of list.getEntriesByName("first-contentful-paint")) done(performance.timeOrigin + paint.startTime);
        }).observe({ type: "paint", buffered: true }))
        """;

    public static async Task RunAsync(Table table)
    {
        await using var browser = await Browser.StartAsync();
        if (browser is null)
        {
            table.Add("start", "not measured: Chromium is not installed");
            return;
        }
        var directory = Directory.CreateTempSubdirectory("bench-");
        try
        {
            string[] run = ["run", "--project", AppServer.AppDirectory, "--no-launch-profile"];
            await PaintAsync(browser, run, directory.CreateSubdirectory("warm").FullName);
            var data = directory.CreateSubdirectory("data").FullName;
            var first = await PaintAsync(browser, run, data);
            table.Add("first start to the first painted page", $"{Table.Say(first)} s");
            var second = await PaintAsync(browser, run, data);
            var alone = await PaintAsync(browser, [Path.Combine(AppContext.BaseDirectory, "HealthDashboard.dll")], data);
            table.Add("second start to the first painted page", second, alone, "s", "the program without dotnet run");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<double> PaintAsync(Browser browser, string[] arguments, string data)
    {
        var address = $"http://127.0.0.1:{Loopback.FreePort()}/";
        var page = await browser.NewPageAsync();
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = AppServer.AppDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ASPNETCORE_URLS"] = address, ["Data__Directory"] = data },
        };
        var (began, beganAt) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow());
        using var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        try
        {
            while (!await Loopback.AnswersAsync(new Uri(address).Port))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(began) > Limit)
                    throw new InvalidOperationException("The program did not listen.");
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }
            await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Commit });
            var painted = await page.EvaluateAsync<double>(FirstPaint);
            return (painted - (beganAt - DateTimeOffset.UnixEpoch).TotalMilliseconds) / 1000;
        }
        finally
        {
            await page.CloseAsync();
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }
}
