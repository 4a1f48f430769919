using System.Diagnostics;
using System.Reflection;

namespace HealthDashboard.Tests.Faults;

public sealed class TimeLimitTests
{
    [Fact]
    public void Every_test_is_one_with_a_time_limit()
    {
        var others = typeof(TimeLimitTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static))
            .Where(method => method.GetCustomAttribute<Xunit.FactAttribute>() is not (null or FactAttribute or TheoryAttribute));
        Assert.Empty(others);
    }

    [Fact]
    public async Task A_test_that_hangs_fails_by_itself_and_the_others_still_run()
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[typeof(TimeLimitTests).Assembly.Location, "-class", typeof(HangingTests).FullName!, "-noLogo", "-noColor"])
            start.ArgumentList.Add(argument);
        start.Environment["TEST_TIME_LIMIT"] = "1";
        start.Environment[HangingTests.Switch] = "1";
        using var run = Process.Start(start)!;
        var told = await run.StandardOutput.ReadToEndAsync(cancel);
        await run.WaitForExitAsync(cancel);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"{nameof(HangingTests.A_fact_that_hangs)} [FAIL]", told);
        Assert.Contains($"{nameof(HangingTests.A_theory_that_hangs)}(value: 1) [FAIL]", told);
        Assert.Contains("execution timed out after 1000 milliseconds", told);
        Assert.Contains("Total: 3, Errors: 0, Failed: 2", told);
    }
}

/// <summary>These hang where <see cref="TimeLimitTests"/> runs them; otherwise they end at once.</summary>
public sealed class HangingTests
{
    internal const string Switch = "TEST_HANG";

    [Fact]
    public Task A_fact_that_hangs() => HangAsync();

    [Theory]
    [InlineData(1)]
    public Task A_theory_that_hangs(int value)
    {
        Assert.Equal(1, value);
        return HangAsync();
    }

    [Fact]
    public async Task A_fact_that_does_not_hang() => await Task.Yield();

    private static Task HangAsync() =>
        Environment.GetEnvironmentVariable(Switch) is null ? Task.CompletedTask : new TaskCompletionSource().Task;
}
