namespace HealthDashboard.Tests.Support;

/// <summary>What a test needs from the machine. Without it the test skips and says why.</summary>
internal static class Needs
{
    /// <summary>With TEST_NO_SKIP=1, as in CI, what Debian provides must be there: its absence fails the test.</summary>
    private static readonly bool NoSkip = Environment.GetEnvironmentVariable("TEST_NO_SKIP") == "1";

    /// <summary>The path of Chromium.</summary>
    public static string Chromium() => File.Exists("/usr/bin/chromium")
        ? "/usr/bin/chromium"
        : throw Absent("Chromium is not installed (Debian: apt-get install chromium).");

    /// <summary>The address of a Redis server that the tests may fill and empty, as host:port.</summary>
    public static string Redis() => Variable("TEST_REDIS", "a Redis server");

    /// <summary>The base address of an InfluxDB server that the tests may fill and empty.</summary>
    public static string InfluxDb() => Variable("TEST_INFLUXDB", "an InfluxDB server");

    private static string Variable(string name, string what) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw Absent($"{name} does not name {what}. ./test.sh starts one.");

    private static InvalidOperationException Absent(string reason)
    {
        if (NoSkip)
            Assert.Fail(reason);
        Assert.Skip(reason);
        return new InvalidOperationException(reason);
    }
}
