using System.Diagnostics;

namespace HealthDashboard.Presentation;

/// <summary>This program once more, with a demo, on a free port and over a folder that is deleted afterwards.</summary>
internal sealed class OwnProgram : IAsyncDisposable
{
    private const string Mark = "Now listening on: ";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly string data = Directory.CreateTempSubdirectory("present-").FullName;
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;

    private OwnProgram(string home)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "HealthDashboard.dll") },
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Data__Directory"] = data;
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        // Read, so that the pipe does not fill.
        process.ErrorDataReceived += (_, _) => { };
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The program ended before it listened."));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => listening.Task.Result;

    /// <summary>Starts it, and waits until it listens.</summary>
    public static async Task<OwnProgram> StartAsync(string home, TimeProvider time, CancellationToken cancel)
    {
        var program = new OwnProgram(home);
        try
        {
            program.process.Start();
            program.process.BeginOutputReadLine();
            program.process.BeginErrorReadLine();
            await program.listening.Task.WaitAsync(StartLimit, time, cancel);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process.Dispose();
        Directory.Delete(data, recursive: true);
    }

    private void Read(string? line)
    {
        if (line?.IndexOf(Mark, StringComparison.Ordinal) is int at and >= 0)
            listening.TrySetResult(new Uri(line[(at + Mark.Length)..].Trim()));
    }
}
