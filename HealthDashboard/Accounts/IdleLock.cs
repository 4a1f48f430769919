using System.Security.Claims;

namespace HealthDashboard.Accounts;

/// <summary>When a station that nobody uses covers what it shows.</summary>
internal sealed class IdleLock
{
    public const string Key = "Accounts:IdleLockMinutes";

    /// <summary>Minutes without a key, a touch or the mouse; 0 for never. 15 unless configured, never in the demo.</summary>
    public int Minutes { get; set; } = 15;

    /// <summary>After how many minutes this person's pages lock; 0 for never, as for a wall, which nobody touches.</summary>
    public int For(ClaimsPrincipal user) => user.IsInRole(Roles.Display) ? 0 : Minutes;

    public static void Add(IServiceCollection services) => services.AddOptions<IdleLock>()
        .Configure<IConfiguration, IHostEnvironment>(static (options, configuration, environment) =>
            options.Minutes = configuration.GetValue(Key, DemoAccounts.AreOn(configuration, environment) ? 0 : options.Minutes))
        .Validate(static options => options.Minutes is >= 0 and <= 720, $"{Key} is not allowed: allowed are 0, for never, to 720.")
        .ValidateOnStart();
}
