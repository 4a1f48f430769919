using HealthDashboard.Data.Model;

namespace HealthDashboard.Accounts;

/// <summary>The accounts that a presenter signs in with. They are made only in Development with Demo:Enabled, and locked anywhere else.</summary>
internal static class DemoAccounts
{
    public const string Password = "demo";

    public static IReadOnlyList<Account> All { get; } =
    [
        new() { UserName = "nurse", DisplayName = "Nina Novak", Role = Roles.Nurse },
        new() { UserName = "charge", DisplayName = "Carl Jensen", Role = Roles.Nurse },
        new() { UserName = "doctor", DisplayName = "Dora Weiss", Role = Roles.Doctor },
        new() { UserName = "admin", DisplayName = "Adam Reed", Role = Roles.Admin },
        new() { UserName = "auditor", DisplayName = "Olga Marsh", Role = Roles.Auditor },
    ];

    /// <summary>Demo:Enabled is true in Development unless it is set; anywhere else there are no demo accounts, whatever it says.</summary>
    public static bool AreOn(IConfiguration configuration, IHostEnvironment environment) =>
        environment.IsDevelopment() && configuration.GetValue("Demo:Enabled", true);
}
