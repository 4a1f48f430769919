using System.Globalization;
using HealthDashboard.Faults;
using HealthDashboard.Shared;

namespace HealthDashboard.Demo;

/// <summary>One thing that a script lets happen.</summary>
/// <param name="Line">Its line in the script, from 1.</param>
/// <param name="At">When, from the script's start.</param>
/// <param name="Text">Its line as it was written.</param>
public abstract record ScriptStep(int Line, TimeSpan At, string Text);

/// <summary>A scenario of a patient.</summary>
/// <param name="Line">Its line.</param>
/// <param name="At">When.</param>
/// <param name="Text">Its line as written.</param>
/// <param name="Scenario">What happens.</param>
/// <param name="Bed">In which bed.</param>
internal sealed record ScenarioStep(int Line, TimeSpan At, string Text, Scenario Scenario, string Bed) : ScriptStep(Line, At, Text);

/// <summary>A switch of a store.</summary>
/// <param name="Line">Its line.</param>
/// <param name="At">When.</param>
/// <param name="Text">Its line as written.</param>
/// <param name="Role">The role.</param>
/// <param name="Fault">What is wrong with it from then on.</param>
internal sealed record StoreStep(int Line, TimeSpan At, string Text, string Role, StoreFault Fault) : ScriptStep(Line, At, Text);

/// <summary>A switch of what is around the stores.</summary>
/// <param name="Line">Its line.</param>
/// <param name="At">When.</param>
/// <param name="Text">Its line as written.</param>
/// <param name="Partition">Whether this node is cut off; null when the step is about something else.</param>
/// <param name="Storm">Whether devices send again and again; null when the step is about something else.</param>
/// <param name="Clock">How far the devices' clocks are ahead; null when the step is about something else.</param>
internal sealed record AroundStep(int Line, TimeSpan At, string Text, bool? Partition = null, bool? Storm = null, TimeSpan? Clock = null) : ScriptStep(Line, At, Text);

/// <summary>Everything works again.</summary>
/// <param name="Line">Its line.</param>
/// <param name="At">When.</param>
/// <param name="Text">Its line as written.</param>
internal sealed record RestoreStep(int Line, TimeSpan At, string Text) : ScriptStep(Line, At, Text);

/// <summary>
/// Scenarios and faults on a time line, as text that can be written, kept and sent: one step a line, <c>minute:second what</c>. A line that begins
/// with # is a remark; <c>seed 42</c> says where chance begins, so that a run can be repeated.
/// </summary>
/// <param name="Seed">Where chance begins; 0 unless the script says otherwise.</param>
/// <param name="Steps">The steps in the order of their times.</param>
public sealed record FaultScript(int Seed, IReadOnlyList<ScriptStep> Steps)
{
    /// <summary>The most letters that a script may have: it must fit in a link.</summary>
    public const int MostLetters = 2_000;

    private const string Allowed =
        "a role (patients, vitals, careTeam, analytics, alerts) with unavailable [servers], slow <ms>, fails <percent>, read-only or restored; "
        + "nodes partitioned or joined; devices storm, clock <seconds> or restored; all restored; or a scenario and a bed, as in sepsis I01";

    /// <summary>Reads a script.</summary>
    /// <param name="text">The text.</param>
    /// <param name="servers">How many servers of a role can be made unavailable one by one.</param>
    /// <param name="errors">What is wrong, with the line; the script is null when there is anything.</param>
    public static FaultScript? Parse(string text, Func<string, int> servers, List<string> errors)
    {
        if (text.Length > MostLetters)
        {
            errors.Add($"The script has {text.Length} letters; at most {MostLetters} are allowed.");
            return null;
        }
        var seed = 0;
        List<ScriptStep> steps = [];
        foreach (var (i, line) in text.Split('\n').Index())
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [] || words[0].StartsWith('#'))
                continue;
            if (words is ["seed", var number])
            {
                if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
                    errors.Add($"Line {i + 1}: seed is '{number}'; allowed is a whole number from 0 to {int.MaxValue}.");
                continue;
            }
            if (Read(i + 1, line.Trim(), words, servers, out var error) is { } step)
                steps.Add(step);
            else
                errors.Add($"Line {i + 1}: {error}");
        }
        if (errors.Count == 0 && steps.Count == 0)
            errors.Add("The script has no step: write one a line, as in 0:10 vitals unavailable.");
        return errors.Count > 0 ? null : new FaultScript(seed, [.. steps.OrderBy(step => step.At)]);
    }

    private static ScriptStep? Read(int line, string text, string[] words, Func<string, int> servers, out string error)
    {
        error = $"'{text}' is no step; allowed is {Allowed}.";
        if (!TryTime(words[0], out var at))
        {
            error = $"the time is '{words[0]}'; allowed is minutes:seconds from 0:00 to 59:59.";
            return null;
        }
        switch (words[1..])
        {
            case ["all", "restored"]:
                return new RestoreStep(line, at, text);
            case ["nodes", "partitioned" or "joined"]:
                return new AroundStep(line, at, text, Partition: words[2] == "partitioned");
            case ["devices", "storm"]:
                return new AroundStep(line, at, text, Storm: true);
            case ["devices", "restored"]:
                return new AroundStep(line, at, text, Storm: false, Clock: TimeSpan.Zero);
            case ["devices", "clock", var seconds]:
                if (int.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ahead) && Math.Abs(ahead) <= FaultBoard.FurthestClock.TotalSeconds)
                    return new AroundStep(line, at, text, Clock: TimeSpan.FromSeconds(ahead));
                error = $"clock is '{seconds}'; allowed are whole seconds from {-FaultBoard.FurthestClock.TotalSeconds} to {FaultBoard.FurthestClock.TotalSeconds}.";
                return null;
            case [var role, .. var how] when FaultBoard.Roles.Contains(role):
                if (FaultOf(how) is not { } fault)
                    return null;
                error = $"the amount {fault.Refusal(servers(role))}";
                return fault.Refusal(servers(role)) is null ? new StoreStep(line, at, text, role, fault) : null;
            case [var scenario, var bed] when EnumNames<Scenario>.Values.TryGetValue(scenario, out var found):
                return new ScenarioStep(line, at, text, found, bed);
            default:
                return null;
        }
    }

    private static StoreFault? FaultOf(string[] how) => how switch
    {
        ["restored"] => default(StoreFault),
        ["unavailable"] => new StoreFault(FaultMode.Unavailable),
        ["read-only"] => new StoreFault(FaultMode.ReadOnly),
        [var mode and ("unavailable" or "slow" or "fails"), var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) =>
            new StoreFault(mode switch { "slow" => FaultMode.Slow, "fails" => FaultMode.Fails, _ => FaultMode.Unavailable }, amount),
        _ => null,
    };

    private static bool TryTime(string text, out TimeSpan time)
    {
        time = default;
        if (text.Split(':') is not [var minutes, { Length: 2 } seconds]
            || !int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            || !int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var s) || m > 59 || s > 59)
            return false;
        time = new TimeSpan(0, m, s);
        return true;
    }
}
