namespace HealthDashboard.Accounts;

/// <summary>Who may do what. An endpoint that names none of these is for <see cref="Viewer"/>.</summary>
internal static class Policies
{
    /// <summary>Anyone signed in, and keys with the scope <c>read</c>.</summary>
    public const string Viewer = "Viewer";

    /// <summary>Doctors and nurses, and keys with the scope <c>write</c>.</summary>
    public const string Clinician = "Clinician";

    /// <summary>Administrators, and keys with the scope <c>write</c>: who works here.</summary>
    public const string Staff = "Staff";

    /// <summary>Everybody who signs in, and keys with the scope <c>write</c>: who is on call.</summary>
    public const string OnCall = "OnCall";

    /// <summary>Administrators of accounts.</summary>
    public const string Admin = "Admin";

    /// <summary>Everybody who signs in, and no key: one's own account and session.</summary>
    public const string Person = "Person";

    /// <summary>Auditors: who did what.</summary>
    public const string Audit = "Audit";

    /// <summary>Keys with the scope <c>ingest</c>.</summary>
    public const string Ingest = "Ingest";

    /// <summary>Keys with the scope <c>import</c>.</summary>
    public const string Import = "Import";

    /// <summary>Keys with the scope <c>metrics</c>.</summary>
    public const string Metrics = "Metrics";

    /// <summary>The type of the claim that carries one scope of a key.</summary>
    public const string ScopeClaim = "scope";
}
