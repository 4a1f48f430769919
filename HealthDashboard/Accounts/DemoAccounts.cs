using HealthDashboard.Data.Model;

namespace HealthDashboard.Accounts;

/// <summary>The accounts that a presenter signs in with. They are made only in Development with Demo:Enabled, and locked anywhere else.</summary>
internal static class DemoAccounts
{
    public const string Password = "demo";

    private const string Everywhere = AccountWards.Everywhere;

    /// <summary>The resident is of no ward: whom they open that is not in their care, they open by breaking the glass.</summary>
    public static IReadOnlyList<Account> All { get; } =
    [
        new() { UserName = "nurse", DisplayName = "Nina Novak", Role = Roles.Nurse, Wards = Everywhere },
        new() { UserName = "charge", DisplayName = "Carl Jensen", Role = Roles.ChargeNurse, Wards = Everywhere },
        new() { UserName = "doctor", DisplayName = "Dora Weiss", Role = Roles.Doctor, Wards = Everywhere },
        new() { UserName = "resident", DisplayName = "Rafael Moser", Role = Roles.Doctor },
        new() { UserName = "admin", DisplayName = "Adam Reed", Role = Roles.Admin, Wards = Everywhere },
        new() { UserName = "auditor", DisplayName = "Olga Marsh", Role = Roles.Auditor },
        new() { UserName = "display", DisplayName = "Wall display", Role = Roles.Display, Wards = Everywhere },
    ];

    /// <summary>Demo:Enabled is true in Development unless it is set; anywhere else there are no demo accounts, whatever it says.</summary>
    public static bool AreOn(IConfiguration configuration, IHostEnvironment environment) =>
        environment.IsDevelopment() && configuration.GetValue("Demo:Enabled", true);
}
