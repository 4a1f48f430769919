namespace HealthDashboard.Accounts;

/// <summary>What an account is for; the names are stored.</summary>
internal static class Roles
{
    public const string Doctor = "Doctor";
    public const string Nurse = "Nurse";
    public const string Admin = "Admin";

    /// <summary>Reads and verifies the audit, and nothing else.</summary>
    public const string Auditor = "Auditor";

    public static readonly string[] All = [Doctor, Nurse, Admin, Auditor];
}
