using System.Security.Claims;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Faults;

namespace HealthDashboard.Demo;

/// <summary>A script under way, or the last that was.</summary>
/// <param name="Script">The script.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Done">How many of its steps have run.</param>
/// <param name="Failure">Why it stopped before its end; null while it runs and when it came to its end.</param>
public sealed record ScriptRun(FaultScript Script, DateTimeOffset StartedAt, int Done, string? Failure)
{
    /// <summary>Whether a step is still to come.</summary>
    public bool IsRunning => Failure is null && Done < Script.Steps.Count;
}

/// <summary>Lets the steps of a script happen, each at its time. One script at a time.</summary>
internal sealed class ScriptRunner(
    FaultBoard board, FaultControl control, ScenarioBoard scenarios, DemoRecords records, PatientDirectory directory, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private CancellationTokenSource stop = new();
    private ScriptRun? run;

    /// <summary>The script that runs, or ran last; null when none did.</summary>
    public ScriptRun? Run => Volatile.Read(ref run);

    /// <summary>Starts a script; what ran before stops.</summary>
    /// <returns>What keeps it from starting, in words; null when it runs.</returns>
    public string? Start(FaultScript script, ClaimsPrincipal user)
    {
        if (script.Steps.OfType<ScenarioStep>().FirstOrDefault(step => PatientIn(step.Bed) is null) is { } wrong)
            return $"Line {wrong.Line}: the bed is '{wrong.Bed}'; allowed is the bed of a patient of the demo hospital.";
        lock (gate)
        {
            stop.Cancel();
            stop.Dispose();
            stop = new CancellationTokenSource();
            board.Seed(script.Seed);
            control.KeepsCounting = true;
            control.Count();
            run = new ScriptRun(script, time.GetUtcNow(), 0, null);
            _ = RunAsync(run, user, stop.Token);
        }
        return null;
    }

    /// <summary>Stops the script that runs; what it has switched stays as it is.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stop.Cancel();
            if (run is { IsRunning: true })
                run = run with { Failure = "It was stopped." };
            control.KeepsCounting = false;
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task RunAsync(ScriptRun own, ClaimsPrincipal user, CancellationToken cancel)
    {
        try
        {
            foreach (var step in own.Script.Steps)
            {
                if (own.StartedAt + step.At - time.GetUtcNow() is { Ticks: > 0 } wait)
                    await Task.Delay(wait, time, cancel);
                cancel.ThrowIfCancellationRequested();
                await ApplyAsync(step, user);
                own = own with { Done = own.Done + 1 };
                Show(own, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // It was stopped, or another began.
        }
#pragma warning disable CA1031 // Whoever watches must see why the script went no further.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Show(own with { Failure = error.Message }, cancel);
        }
    }

    private void Show(ScriptRun own, CancellationToken cancel)
    {
        lock (gate)
        {
            if (cancel.IsCancellationRequested)
                return;
            run = own;
            control.KeepsCounting = own.IsRunning;
        }
    }

    private Task ApplyAsync(ScriptStep step, ClaimsPrincipal user)
    {
        switch (step)
        {
            case ScenarioStep scenario:
                if (PatientIn(scenario.Bed) is { } patient)
                    scenarios.Start(patient, scenario.Scenario, ScenarioCourse.DefaultSpeed);
                return Task.CompletedTask;
            case StoreStep store:
                return control.SetAsync(user, store.Role, store.Fault);
            case AroundStep around:
                return AroundAsync(around, user);
            default:
                return control.RestoreAsync(user);
        }
    }

    private async Task AroundAsync(AroundStep step, ClaimsPrincipal user)
    {
        if (step.Partition is { } cut)
            await control.SetPartitionAsync(user, cut);
        if (step.Storm is { } storm)
            await control.SetStormAsync(user, storm);
        if (step.Clock is { } ahead)
            await control.SetClockAsync(user, ahead);
    }

    private ObjectId? PatientIn(string bed) => records.Plan
        .Select(demo => directory.Find(demo.Patient.Id)?.Patient)
        .FirstOrDefault(patient => patient is { Status: PatientStatus.Admitted } && string.Equals(patient.Bed, bed, StringComparison.OrdinalIgnoreCase))?.Id;
}
