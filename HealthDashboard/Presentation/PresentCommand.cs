using System.CommandLine;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Presentation;

/// <summary>
/// <c>present --auto</c>: goes through the slides without people or a browser, queries everything that is live in them, and holds each figure against its
/// source. Exit codes: 0 all of it is true, 1 something is not.
/// </summary>
internal static class PresentCommand
{
    // A checkout has its settings in the project's folder, and a published program beside itself.
    private static string Home => File.Exists("appsettings.json") ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory;

    public static Task<int> RunAsync(string[] args) => Build(new SlideDeck(Home), Home, TimeProvider.System, Console.Out).Parse(args).InvokeAsync();

    /// <summary>The command; what it says goes to the writer.</summary>
    internal static RootCommand Build(SlideDeck deck, string home, TimeProvider time, TextWriter output)
    {
        var auto = new Option<bool>("--auto") { Description = "Go through all slides by itself.", Required = true };
        var server = new Option<Uri?>("--server") { Description = "A program that runs; without it one is started with a demo and a folder of its own." };
        var account = new Option<string>("--account") { Description = "Who presents: a doctor or an administrator.", DefaultValueFactory = _ => "doctor" };
        var password = new Option<string>("--password") { Description = "The password of the account.", DefaultValueFactory = _ => "demo" };
        var present = new Command("present", "Goes through the presentation and fails when anything that it shows is not true.") { auto, server, account, password };
        present.SetAction(async (parsed, cancel) =>
        {
            var slides = deck.Read();
            var wrong = new List<string>(Claims.Check(slides, deck.MeasuredRows()));
            try
            {
                await using var own = parsed.GetValue(server) is null ? await OwnProgram.StartAsync(home, time, cancel) : null;
                using var run = new DryRun(own?.Address ?? parsed.GetRequiredValue(server)!, time, output);
                await run.SignInAsync(parsed.GetRequiredValue(account), parsed.GetRequiredValue(password), cancel);
                wrong.AddRange(await run.ShowAsync(slides, cancel));
            }
            catch (Exception error) when (HttpFailure.IsUnreachable(error) || error is TimeoutException or InvalidOperationException or OperationCanceledException)
            {
                wrong.Add(error.Message);
            }
            foreach (var problem in wrong)
                output.WriteLine($"NOT TRUE: {problem}");
            output.WriteLine(wrong.Count == 0 ? $"All of it is true: {slides.Count} slides." : $"{wrong.Count} not true.");
            return wrong.Count == 0 ? 0 : 1;
        });
        return new RootCommand("HealthDashboard") { present };
    }
}
