using System.Security.Claims;

namespace HealthDashboard.Accounts;

/// <summary>When a station that nobody uses covers what it shows.</summary>
internal sealed class IdleLock
{
    public const string Key = "Accounts:IdleLockMinutes";

    // A wall that hangs there to be looked at has nobody who touches it.
    private const string DisplayRole = "Display";

    /// <summary>Minutes without a key, a touch or the mouse; 0 for never. 15 unless configured, never in the demo.</summary>
    public int Minutes { get; set; } = 15;

    /// <summary>After how many minutes this person's pages lock; 0 for never.</summary>
    public int For(ClaimsPrincipal user) => user.IsInRole(DisplayRole) ? 0 : Minutes;

    public static void Add(IServiceCollection services) => services.AddOptions<IdleLock>()
        .Configure<IConfiguration, IHostEnvironment>(static (options, configuration, environment) =>
            options.Minutes = configuration.GetValue(Key, DemoAccounts.AreOn(configuration, environment) ? 0 : options.Minutes))
        .Validate(static options => options.Minutes is >= 0 and <= 720, $"{Key} is not allowed: allowed are 0, for never, to 720.")
        .ValidateOnStart();
}
