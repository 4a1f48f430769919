using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using HealthDashboard.Accounts;

namespace HealthDashboard.Demo;

/// <summary>
/// <c>replay FILE --mrn MRN</c>: sends a recording to a running server. Exit codes: 0 all of it was taken, 1 the command line or the
/// file is wrong, 2 the server cannot be reached or does not take it, 3 some readings were refused, 130 it was interrupted.
/// </summary>
internal static class ReplayCommand
{
    private const int WrongInput = 1;
    private const int ServerFailed = 2;
    private const int SomeRefused = 3;
    private const int Interrupted = 130;
    private const int FastestSpeed = 1_000_000;

    public static Task<int> RunAsync(string[] args) => Build(TimeProvider.System, Console.Out, Console.Error).Parse(args).InvokeAsync();

    /// <summary>The command; what it says goes to the writers.</summary>
    internal static RootCommand Build(TimeProvider time, TextWriter output, TextWriter errors)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The recording: CSV with the columns minute, HR, RESP, SpO2, ABPSys, NBPSys, ..., or as WFDB's rdsamp -c -v -ps writes it." };
        var mrn = new Option<string>("--mrn") { Description = "The patient's medical record number; a patient is made when nobody has it.", Required = true };
        var speed = new Option<double>("--speed") { Description = "How much faster than life; 60 is a minute a second, 0 as fast as possible.", DefaultValueFactory = _ => 60, CustomParser = ReadSpeed };
        var server = new Option<Uri>("--server") { Description = "The server.", DefaultValueFactory = _ => new Uri("http://localhost:5080"), CustomParser = ReadServer };
        var key = new Option<string>("--key") { Description = "The API key.", DefaultValueFactory = _ => "demo-key" };
        var region = new Option<string>("--region") { Description = "The region of a patient that is made.", DefaultValueFactory = _ => "Centre" };
        var ward = new Option<string>("--ward") { Description = "The ward of a patient that is made.", DefaultValueFactory = _ => "Replay" };
        var start = new Option<DateTimeOffset?>("--start") { Description = "The time of the first row; without it the last row is at the replay's end.", CustomParser = ReadTime };
        var dry = new Option<bool>("--dry-run") { Description = "Only read the file and say what is in it." };
        var replay = new Command("replay", "Sends a recording of bedside numerics to a running server.") { file, mrn, speed, server, key, region, ward, start, dry };
        replay.SetAction((parsed, cancel) =>
        {
            var options = new ReplayOptions
            {
                Mrn = parsed.GetRequiredValue(mrn),
                Speed = parsed.GetValue(speed),
                Region = parsed.GetRequiredValue(region),
                Ward = parsed.GetRequiredValue(ward),
                Start = parsed.GetValue(start),
            };
            return RunAsync(
                parsed.GetRequiredValue(file), options, parsed.GetRequiredValue(server), parsed.GetRequiredValue(key), parsed.GetValue(dry), time, output, errors, cancel);
        });
        return new RootCommand("HealthDashboard") { replay };
    }

    private static async Task<int> RunAsync(
        FileInfo file, ReplayOptions options, Uri server, string key, bool dry, TimeProvider time, TextWriter output, TextWriter errors, CancellationToken cancel)
    {
        var progress = new ReplayProgress(output, ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected, time);
        try
        {
            using var text = file.OpenText();
            var recording = Recording.Read(text);
            output.WriteLine($"{recording.Rows} rows over {recording.Length:d\\.hh\\:mm}: {recording.Values.Count} readings, {recording.SensorOff} of them sensor off, {recording.Blank} blank.");
            output.WriteLine(recording.Columns);
            if (dry)
                return 0;
            using var http = new HttpClient { BaseAddress = new Uri(server, server.AbsolutePath.TrimEnd('/') + "/") };
            http.DefaultRequestHeaders.Add(ApiKeyHandler.HeaderName, key);
            var summary = await new Replayer(new ReplayClient(http, time, progress.Tell), options, time, progress).RunAsync(recording, cancel);
            output.WriteLine($"Accepted {summary.Accepted} ({summary.SensorOff} sensor off), rejected {summary.Rejected}, blank {recording.Blank}.");
            if (summary.FirstReason is { } reason)
                errors.WriteLine($"The first rejected reading: {reason}");
            return summary.Rejected == 0 ? 0 : SomeRefused;
        }
        catch (Exception error) when (error is RecordingException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"{file.Name}: {error.Message}");
            return WrongInput;
        }
        catch (ReplayException error)
        {
            progress.End();
            errors.WriteLine(error.Message);
            return ServerFailed;
        }
        catch (OperationCanceledException)
        {
            progress.End();
            errors.WriteLine("Interrupted. What was sent is stored; the same command sends the rest again.");
            return Interrupted;
        }
    }

    private static double ReadSpeed(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var speed) && speed is >= 0 and <= FastestSpeed)
            return speed;
        result.AddError($"--speed is '{text}'; allowed is a number from 0 to {FastestSpeed}.");
        return 0;
    }

    private static Uri? ReadServer(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "http" or "https")
            return server;
        result.AddError($"--server is '{text}'; allowed is an address such as http://localhost:5080.");
        return null;
    }

    private static DateTimeOffset? ReadTime(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        result.AddError($"--start is '{text}'; allowed is a time such as 2026-01-31T08:00:00Z.");
        return null;
    }
}
