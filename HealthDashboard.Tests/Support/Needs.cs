namespace HealthDashboard.Tests.Support;

/// <summary>What a test needs from the machine. Without it the test skips and says why.</summary>
internal static class Needs
{
    /// <summary>With TEST_NO_SKIP=1, as in CI, what Debian provides must be there: its absence fails the test.</summary>
    private static readonly bool NoSkip = Environment.GetEnvironmentVariable("TEST_NO_SKIP") == "1";

    /// <summary>The path of Chromium; of the one without a window if it is installed, which uses a third of the processor time.</summary>
    public static string Chromium() => Program("chromium-headless-shell") ?? Program("chromium")
        ?? throw Absent("Chromium is not installed (Debian: apt-get install chromium-headless-shell).");

    /// <summary>The address of a Redis server that the tests may fill and empty, as host:port.</summary>
    public static string Redis() => Variable("TEST_REDIS", "a Redis server");

    /// <summary>A redis-server that a test starts and stops itself.</summary>
    public static string RedisServer() => Program("redis-server") ?? throw Absent("redis-server is not installed (Debian: apt-get install redis-server).");

    /// <summary>The base address of an InfluxDB server that the tests may fill and empty.</summary>
    public static string InfluxDb() => Variable("TEST_INFLUXDB", "an InfluxDB server");

    /// <summary>InfluxDB's program, for tests that stop and start it.</summary>
    public static string Influxd() => File.Exists("/usr/bin/influxd")
        ? "/usr/bin/influxd"
        : throw Absent("influxd is not installed (Debian: apt-get install influxdb).");

    /// <summary>The shell of InfluxDB 1.x.</summary>
    public static string InfluxShell() => Program("influx") ?? throw Absent("The influx shell is not installed (Debian: apt-get install influxdb-client).");

    /// <summary>The program of Prometheus.</summary>
    public static string Prometheus() => Program("prometheus") ?? throw Absent("Prometheus is not installed (Debian: apt-get install prometheus).");

    /// <summary>Node.js, and the folder of the scripts that it runs.</summary>
    public static void Node(string scripts)
    {
        if (!Directory.Exists(scripts))
            throw Absent($"{scripts} is not here: run the tests from the source to have these.");
        if (Program("node") is null)
            throw Absent("Node.js is not installed (Debian: apt-get install nodejs npm).");
    }

    /// <summary>The address of a MongoDB server that the tests may fill and empty, as a connection string.</summary>
    public static string MongoDb() => Elsewhere("TEST_MONGODB", "a MongoDB server");

    /// <summary>The address of a Neo4j server that the tests may fill and empty, as a base address with user and password.</summary>
    public static string Neo4j() => Elsewhere("TEST_NEO4J", "a Neo4j server");

    /// <summary>The address of a Cassandra cluster that the tests may fill and empty, as contact points.</summary>
    public static string Cassandra() => Elsewhere("TEST_CASSANDRA", "a Cassandra cluster");

    /// <summary>The address of a cluster of three Cassandra nodes that asks for passwords, as contact points.</summary>
    public static string Cassandra3() => Elsewhere("TEST_CASSANDRA3", "a cluster of three Cassandra nodes");

    /// <summary>The address of an InfluxDB 2.x server whose token may create buckets, as a base address with token and organisation.</summary>
    public static string InfluxDb2() => Elsewhere("TEST_INFLUXDB2", "an InfluxDB 2.x server");

    /// <summary>The program that starts database servers of a test's own; see <see cref="RealServers"/>.</summary>
    public static string Servers() => Elsewhere("TEST_SERVERS", "a program that starts database servers");

    /// <summary>The program of Telegraf, a gateway that feeds InfluxDB.</summary>
    public static string Telegraf()
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Servers(), ["path", "telegraf"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var folder = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return File.Exists(Path.Combine(folder, "telegraf")) ? Path.Combine(folder, "telegraf") : throw Absent("The program of TEST_SERVERS has no telegraf.");
    }

    // Debian has no package of these, so that they are absent is a failure only where the run says that it has them.
    private static string Elsewhere(string name, string what)
    {
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            return value;
        if (Environment.GetEnvironmentVariable("TEST_ALL_SERVERS") == "1")
            Assert.Fail($"{name} does not name {what}.");
        Assert.Skip($"{name} does not name {what}.");
        throw new InvalidOperationException();
    }

    private static string? Program(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

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
