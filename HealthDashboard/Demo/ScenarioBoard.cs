using System.Collections.Immutable;
using System.Text.Json;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>
/// The scenarios under way. Kept in a small file, so that a program that is killed in the middle of one goes on with it.
/// </summary>
internal sealed partial class ScenarioBoard
{
    /// <summary>When a scenario that nobody ends begins to recover by itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly string file;
    private readonly TimeProvider time;
    private readonly ILogger<ScenarioBoard> log;
    private readonly Lock gate = new();
    private ImmutableList<RunningScenario> running;

    public ScenarioBoard(IConfiguration configuration, TimeProvider time, ILogger<ScenarioBoard> log)
    {
        file = Path.Combine(configuration["Data:Directory"] ?? "./data", "scenarios.json");
        (this.time, this.log) = (time, log);
        running = Load();
    }

    /// <summary>What is under way, recoveries too, the latest last; a new list after each change.</summary>
    public IReadOnlyList<RunningScenario> Running => Volatile.Read(ref running);

    /// <summary>Starts a scenario for a patient; what ran before recovers. <see cref="Scenario.Recovery"/> only lets it recover.</summary>
    /// <param name="patientId">The patient.</param>
    /// <param name="scenario">What to let happen.</param>
    /// <param name="speed">How much faster than life; above 0.</param>
    public void Start(ObjectId patientId, Scenario scenario, double speed)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            running = running.ConvertAll(other => other.PatientId == patientId && other.EndedAt > now ? other with { EndedAt = now } : other)
                .RemoveAll(other => other.IsOver(now));
            if (scenario != Scenario.Recovery)
                running = running.Add(new RunningScenario(patientId, scenario, now, speed, now + Longest));
            Save();
        }
    }

    /// <summary>Lets a patient recover.</summary>
    /// <returns>Whether there was something to recover from.</returns>
    public bool End(ObjectId patientId)
    {
        var now = time.GetUtcNow();
        if (!Running.Any(scenario => scenario.PatientId == patientId && scenario.EndedAt > now))
            return false;
        Start(patientId, Scenario.Recovery, 1);
        return true;
    }

    /// <summary>What the scenarios do to a patient at a time.</summary>
    public Disturbance At(ObjectId patientId, DateTimeOffset at)
    {
        Disturbance wrong = default;
        foreach (var scenario in Volatile.Read(ref running))
        {
            if (scenario.PatientId == patientId)
                wrong = wrong.With(scenario.At(at));
        }
        return wrong;
    }

    /// <summary>Forgets what is over.</summary>
    public void Tidy()
    {
        var now = time.GetUtcNow();
        if (!Running.Any(scenario => scenario.IsOver(now)))
            return;
        lock (gate)
        {
            running = running.RemoveAll(scenario => scenario.IsOver(now));
            Save();
        }
    }

    private ImmutableList<RunningScenario> Load()
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<ImmutableList<RunningScenario>>(File.ReadAllBytes(file)) ?? [] : [];
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            LogUnreadable(error);
            return [];
        }
    }

    private void Save()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            var draft = file + ".new";
            File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(running));
            File.Move(draft, file, overwrite: true);
        }
        catch (IOException error)
        {
            // They run all the same, only not over a restart.
            LogNotKept(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scenarios that ran before cannot be read and are over")]
    private partial void LogUnreadable(Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The running scenarios could not be kept for a restart")]
    private partial void LogNotKept(Exception error);
}
