namespace HealthDashboard.Accounts;

/// <summary>What an account is for; the names are stored. A device has no account but a key with the scope <c>ingest</c>.</summary>
internal static class Roles
{
    public const string Doctor = "Doctor";
    public const string Nurse = "Nurse";
    public const string ChargeNurse = "ChargeNurse";
    public const string Admin = "Admin";

    /// <summary>Reads and verifies the audit, and nothing else.</summary>
    public const string Auditor = "Auditor";

    /// <summary>A wall on a ward: looks at the beds and alerts of its wards, and never expires.</summary>
    public const string Display = "Display";

    public static readonly string[] All = [Doctor, Nurse, ChargeNurse, Admin, Auditor, Display];

    /// <summary>Those who care for patients.</summary>
    public static readonly string[] Clinicians = [Doctor, Nurse, ChargeNurse];

    /// <summary>The role as people read it.</summary>
    public static string Words(string role) => role == ChargeNurse ? "Charge nurse" : role;
}
