using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Bench;

/// <summary>
/// The same lines by the same sender to this program and to time-series databases, in turns: readings a second, and processor time of the
/// server for a million of them. A request has 5,000 lines as a gateway collects them, second after second of every patient; each answer is
/// durable. The databases only store; this program also judges every reading and feeds the screens.
/// </summary>
/// <remarks>
/// influxd 1.x of Debian is the raw limit. InfluxDB 2 and QuestDB run where <c>TEST_SERVERS</c> names the program that starts them.
/// <c>BENCH_ROUNDS</c> is the number of rounds, <c>BENCH_REQUESTS</c> that of a round's requests, <c>BENCH_ONLY</c> limits the shapes by the
/// beginning of their names.
/// </remarks>
internal static class RaceBench
{
    private const int Connections = 2;
    private const int LinesPerRequest = 5_000;

    private static readonly string[] Signs = ["heartRate", "spo2", "respiratoryRate", "systolic", "diastolic", "meanPressure", "temperature", "oxygenFlow"];
    private static readonly int Rounds = Number("BENCH_ROUNDS", 3);
    private static readonly int Requests = Number("BENCH_REQUESTS", 100);

    private static readonly Shape[] Shapes =
    [
        new("1,000 patients, 8 signs a line", 1_000, 8),
        new("1,000 patients, 1 sign a line", 1_000, 1),
        new("77 patients, 8 signs a line", 77, 8),
        new("16,000 patients, 8 signs a line", 16_000, 8),
    ];

    public static async Task RunAsync(Table table)
    {
        var only = Environment.GetEnvironmentVariable("BENCH_ONLY") ?? "";
        foreach (var shape in Shapes.Where(shape => shape.Name.StartsWith(only, StringComparison.Ordinal)))
            await RunAsync(table, shape);
    }

    private static async Task RunAsync(Table table, Shape shape)
    {
        await using var app = await AppServer.StartAsync(Hospital.Settings);
        await Hospital.AdmitAsync(app, shape.Patients);
        Console.Error.WriteLine($"  {shape.Patients} patients admitted");
        List<Runner> runners = [new("ours", app.ProcessId, new Uri(app.Address, "api/v2/write?precision=ms"), ("X-Api-Key", Hospital.Key))];
        await using var influx = Environment.GetEnvironmentVariable("BENCH_ALONE") is null ? await ServerProcess.InfluxdAsync() : null;
        if (influx is not null)
            runners.Add(await InfluxAsync(influx));
        await using var peers = Environment.GetEnvironmentVariable("BENCH_ALONE") is null ? await Peers.StartAsync() : null;
        if (peers is not null)
            runners.AddRange([peers.InfluxDb2, peers.QuestDb]);

        // Not counted: code that was never run is compiled, files and series are made.
        var second = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - ((Rounds + 1) * Seconds(shape));
        foreach (var runner in runners)
            await runner.RunAsync(Bodies(shape, second));
        List<Result>[] results = [.. runners.Select(_ => new List<Result>())];
        for (var round = 1; round <= Rounds; round++)
        {
            var bodies = Bodies(shape, second + (round * Seconds(shape)));
            for (var i = 0; i < runners.Count; i++)
                results[i].Add(await runners[i].RunAsync(bodies));
        }
        var raw = results.Length > 1 ? results[1].Average(result => result.Rate) : 0;
        for (var i = 0; i < runners.Count; i++)
        {
            var rates = results[i].Select(result => result.Rate).ToList();
            var (rate, slowest) = (rates.Average(), results[i].Max(result => result.Slowest));
            table.Add(
                $"{runners[i].Name}: {shape.Name}",
                $"{Table.Say(rates.Min())} to {Table.Say(rates.Max())} /s",
                string.Create(CultureInfo.InvariantCulture, $"{results[i].Average(result => result.Cpu):0.00} s of processor a million; slowest answer {slowest.TotalMilliseconds:0} ms; {results[i].Sum(result => result.Refused)} times 503"),
                raw == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{rate / raw:0.00}"));
        }
    }

    private static async Task<Runner> InfluxAsync(ServerProcess influx)
    {
        await influx.CreateDatabaseAsync("bench");
        return new Runner("influxd 1.x", influx.ProcessId, new Uri($"http://127.0.0.1:{influx.Port}/write?db=bench&precision=ms"));
    }

    private static long Seconds(Shape shape) => (long)Math.Ceiling((double)Requests * LinesPerRequest / shape.Patients);

    // Line after line goes through the patients, so that a second of all of them is done before the next one begins.
    private static byte[][] Bodies(Shape shape, long firstSecond)
    {
        var bodies = new byte[Requests][];
        Parallel.For(0, Requests, request =>
        {
            var text = new StringBuilder(LinesPerRequest * 160);
            for (var i = 0; i < LinesPerRequest; i++)
            {
                var line = ((long)request * LinesPerRequest) + i;
                var (second, patient) = (firstSecond + (line / shape.Patients), line % shape.Patients);
                text.Append(CultureInfo.InvariantCulture, $"vitals,mrn=Bench-{patient:0000},device=m{patient} ");
                for (var sign = 0; sign < shape.Signs; sign++)
                    text.Append(CultureInfo.InvariantCulture, $"{(sign == 0 ? "" : ",")}{Signs[sign]}={Value(sign, second + patient)}");
                text.Append(CultureInfo.InvariantCulture, $" {second * 1000}\n");
            }
            bodies[request] = Encoding.UTF8.GetBytes(text.ToString());
        });
        return bodies;
    }

    // Within the limits, and moving as a body does.
    private static double Value(int sign, long at) => sign switch
    {
        5 => 88 + (at * 5 % 9),
        6 => Math.Round(36.6 + (at / 600 % 5 * 0.1), 1),
        7 => 2,
        _ => Hospital.Value(sign, at),
    };

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private sealed record Shape(string Name, int Patients, int Signs);

    private sealed record Result(double Rate, double Cpu, TimeSpan Slowest, int Refused);

    /// <summary>A server in the race.</summary>
    private sealed class Runner(string name, int process, Uri address, (string Name, string Value)? header = null)
    {
        public string Name => name;

        public async Task<Result> RunAsync(byte[][] bodies)
        {
            using var client = new HttpClient();
            if (header is { } sent)
                client.DefaultRequestHeaders.TryAddWithoutValidation(sent.Name, sent.Value);
            var (next, refused) = (-1, 0);
            var slowest = new TimeSpan[Connections];
            long readings = 0;
            var before = Cpu();
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(async () =>
            {
                while (Interlocked.Increment(ref next) is var i && i < bodies.Length)
                {
                    var began = Stopwatch.GetTimestamp();
                    while (!await TryPostAsync(client, bodies[i]))
                    {
                        Interlocked.Increment(ref refused);
                        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
                    }
                    var took = Stopwatch.GetElapsedTime(began);
                    slowest[connection] = took > slowest[connection] ? took : slowest[connection];
                    Interlocked.Add(ref readings, bodies[i].AsSpan().Count((byte)'=') - (2 * LinesPerRequest));
                }
            })));
            var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            // What is durable and not yet judged, folded or compacted is part of the work.
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
            return new Result(readings / took, (Cpu() - before).TotalSeconds / readings * 1e6, slowest.Max(), refused);
        }

        private async Task<bool> TryPostAsync(HttpClient client, byte[] body)
        {
            using var content = new ByteArrayContent(body);
            using var answer = await client.PostAsync(address, content);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                return false;
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"{name}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return true;
        }

        private TimeSpan Cpu()
        {
            using var running = Process.GetProcessById(process);
            return running.TotalProcessorTime;
        }
    }

    /// <summary>InfluxDB 2 and QuestDB.</summary>
    private sealed class Peers(string program, string directory) : IAsyncDisposable
    {
        public Runner InfluxDb2 { get; private set; } = null!;

        public Runner QuestDb { get; private set; } = null!;

        public static async Task<Peers?> StartAsync()
        {
            if (Environment.GetEnvironmentVariable("TEST_SERVERS") is not { Length: > 0 } program)
                return null;
            var peers = new Peers(program, Directory.CreateTempSubdirectory("bench-").FullName);
            await peers.RunAsync("up", "influxdb2", "questdb");
            using var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(peers.Folder, "state.json")));
            var (influx, quest) = (state.RootElement.GetProperty("influxdb2"), state.RootElement.GetProperty("questdb"));
            peers.InfluxDb2 = new Runner(
                "InfluxDB 2", influx.GetProperty("pid").GetInt32(), AddressOf(influx, "api/v2/write?org=test&bucket=test&precision=ms"), ("Authorization", $"Token {influx.GetProperty("token").GetString()}"));
            peers.QuestDb = new Runner("QuestDB", quest.GetProperty("pid").GetInt32(), AddressOf(quest, "write?precision=ms"));
            return peers;
        }

        public async ValueTask DisposeAsync()
        {
            await RunAsync("down");
            Directory.Delete(Folder, recursive: true);
        }

        private string Folder => directory;

        private static Uri AddressOf(JsonElement server, string path) => new($"http://127.0.0.1:{server.GetProperty("port").GetInt32()}/{path}");

        private async Task RunAsync(string command, params string[] names)
        {
            using var process = Process.Start(new ProcessStartInfo(program, [command, directory, .. names]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} {command} ended with {process.ExitCode}.");
        }
    }
}
