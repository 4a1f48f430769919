using HealthDashboard.Demo;
using HealthDashboard.Operations;
using HealthDashboard.Presentation;

namespace HealthDashboard.Shell;

/// <summary>What the program does besides running, by its first argument.</summary>
internal static class Commands
{
    /// <summary>Runs the command that is named.</summary>
    /// <returns>The exit code; null when none is named.</returns>
    public static async Task<int?> RunAsync(string[] args) => args switch
    {
        ["replay", ..] => await ReplayCommand.RunAsync(args),
        ["present", ..] => await PresentCommand.RunAsync(args),
        ["backup" or "restore", ..] => await BackupCommand.RunAsync(args),
        _ => null,
    };
}
