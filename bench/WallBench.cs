using System.Globalization;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;

namespace HealthDashboard.Bench;

/// <summary>What open walls of 77 beds cost the server, whose readings come once a second.</summary>
internal static class WallBench
{
    private const int Beds = 77;
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(Table table)
    {
        await using var browser = await Browser.StartAsync();
        if (browser is null)
        {
            table.Add("walls", "not measured: Chromium is not installed");
            return;
        }
        // The server's collector lets garbage lie while there is memory, which would be taken for the walls'.
        await using var server = await AppServer.StartAsync(new Dictionary<string, string>(Hospital.Settings)
        {
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_GCgen0size"] = "1000000",
        });
        var hospital = await Hospital.AdmitAsync(server, Beds);
        using var stop = new CancellationTokenSource();
        var live = hospital.LiveAsync(stop.Token);
        var context = await browser.SignInAsync(server.Address, "nurse");
        long bytes = 0;
        var open = 0;
        var before = await MeasureAsync(server);
        table.Add("no wall: server CPU, memory", $"{Table.Say(before.Cpu)} %, {Table.Say(before.Megabytes)} MB");
        foreach (var walls in new[] { 1, 10, 50 })
        {
            for (; open < walls; open++)
            {
                var page = await context.NewPageAsync();
                var network = await context.NewCDPSessionAsync(page);
                network.Event("Network.webSocketFrameReceived").OnEvent += (_, frame) =>
                    Interlocked.Add(ref bytes, frame!.Value.GetProperty("response").GetProperty("payloadData").GetString()!.Length * 3 / 4);
                await network.SendAsync("Network.enable");
                await page.GotoAsync("", new() { WaitUntil = WaitUntilState.DOMContentLoaded, Timeout = 120_000 });
                await page.Locator("html[data-circuit=up]").WaitForAsync(new() { State = WaitForSelectorState.Attached, Timeout = 120_000 });
                // What comes is taken in and confirmed, and not painted: fifty screens on one machine would measure the browser.
                await page.EvaluateAsync("document.documentElement.style.display = 'none'");
            }
            await Task.Delay(Settle, TimeProvider.System);
            Interlocked.Exchange(ref bytes, 0);
            var now = await MeasureAsync(server);
            var rate = Interlocked.Read(ref bytes) / Measured.TotalSeconds;
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"{walls} walls of {Beds} beds: CPU, sent, memory a wall"),
                $"{Table.Say(now.Cpu)} %, {Table.Say(rate / 1024)} KiB/s, {Table.Say((now.Megabytes - before.Megabytes) / walls)} MB",
                $"CPU of one core; {Table.Say(rate / 1024 / walls)} KiB/s a wall");
        }
        await stop.CancelAsync();
        await live;
        await context.CloseAsync();
    }

    private static async Task<(double Cpu, double Megabytes)> MeasureAsync(AppServer server)
    {
        var before = Ticks(server.ProcessId);
        await Task.Delay(Measured, TimeProvider.System);
        var cpu = (Ticks(server.ProcessId) - before) / TicksPerSecond / Measured.TotalSeconds * 100;
        var resident = File.ReadLines($"/proc/{server.ProcessId}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return (cpu, long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0);
    }

    // The 14th and 15th field of proc(5)'s stat: time in user mode and in the kernel. The name in the second may have blanks.
    private static long Ticks(int process)
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}
