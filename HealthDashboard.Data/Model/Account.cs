namespace HealthDashboard.Data.Model;

/// <summary>Someone who may sign in.</summary>
public sealed record Account
{
    /// <summary>The account's key.</summary>
    public ObjectId Id { get; init; }

    /// <summary>The name to sign in with, compared without case; 1 to 64 characters.</summary>
    public required string UserName { get; init; }

    /// <summary>The name that others see.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What the account may do: <c>Doctor</c>, <c>Nurse</c>, <c>ChargeNurse</c>, <c>Admin</c>, <c>Auditor</c> or <c>Display</c>.</summary>
    public required string Role { get; init; }

    /// <summary>
    /// The wards whose patients it is for, each as region/ward with the names escaped as in an address, with a space between them; <c>*</c> for
    /// the whole hospital, empty for none. Accounts of before have the whole hospital.
    /// </summary>
    public string Wards { get; init; } = "";

    /// <summary>The password's hash, as ASP.NET Core Identity writes it.</summary>
    public string PasswordHash { get; init; } = "";

    /// <summary>Changes when all sessions of the account must end.</summary>
    public string SecurityStamp { get; init; } = "";

    /// <summary>What else the person signs in with, as the web app writes it; no more than 100,000 characters, empty when nothing.</summary>
    public string Credentials { get; init; } = "";

    /// <summary>Until when signing in is refused: for ever when an administrator locked it; null when it is not.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>1 when created, one more with each change.</summary>
    public long Version { get; init; }
}
