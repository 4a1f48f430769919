using Microsoft.AspNetCore.Authorization;

namespace HealthDashboard.Accounts;

/// <summary>Who may do what. An endpoint, page or hub that names none of these is for nobody.</summary>
internal static class Policies
{
    /// <summary>Everybody with an account, and no key: what is around the pages, and one's own account and session.</summary>
    public const string SignedIn = "SignedIn";

    /// <summary>Who works with patients, and walls: the beds and the alerts.</summary>
    public const string Wall = "Wall";

    /// <summary>Who works with patients: pages, records, vital signs, alerts, analytics.</summary>
    public const string Viewer = "Viewer";

    /// <summary>Doctors and nurses: changing records, teams and limits, acknowledging alerts.</summary>
    public const string Clinician = "Clinician";

    /// <summary>Doctors and nurses, and keys with the scope <c>import</c>: records that another system sends.</summary>
    public const string Exchange = "Exchange";

    /// <summary>As <see cref="Exchange"/>, and administrators: bringing in many records.</summary>
    public const string BulkImport = "BulkImport";

    /// <summary>Administrators, and keys with the scope <c>import</c>: the records of everybody.</summary>
    public const string Export = "Export";

    /// <summary>Administrators: who works here.</summary>
    public const string Staff = "Staff";

    /// <summary>Who works with patients: who is on call.</summary>
    public const string OnCall = "OnCall";

    /// <summary>Doctors and administrators: the presentation.</summary>
    public const string Present = "Present";

    /// <summary>Doctors and administrators: the limits of a ward.</summary>
    public const string WardLimits = "WardLimits";

    /// <summary>Administrators: accounts.</summary>
    public const string Admin = "Admin";

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

    private static readonly string[] WithPatients = [.. Roles.Clinicians, Roles.Admin];

    /// <summary>Every policy that people can meet: the roles that do, the scope of a key that does too, and what it is for.</summary>
    public static readonly IReadOnlyList<(string Name, string[] Roles, string? Scope)> All =
    [
        (SignedIn, Roles.All, null),
        (Wall, [.. WithPatients, Roles.Display], "read"),
        (Viewer, WithPatients, "read"),
        (Clinician, Roles.Clinicians, "write"),
        (Exchange, Roles.Clinicians, "import"),
        (BulkImport, WithPatients, "import"),
        (Export, [Roles.Admin], "import"),
        (Staff, [Roles.Admin], "write"),
        (OnCall, WithPatients, "write"),
        (WardLimits, [Roles.Doctor, Roles.Admin], null),
        (Present, [Roles.Doctor, Roles.Admin], null),
        (Admin, [Roles.Admin], null),
        (Audit, [Roles.Auditor], null),
    ];

    /// <summary>As <see cref="Allow"/>; what is exchanged is of any patient, so whoever does it has the whole hospital.</summary>
    public static AuthorizationPolicy Of(string name, string[] roles, string? scope) => name is Exchange or BulkImport or Export
        ? new AuthorizationPolicyBuilder(Allow(roles, scope)).RequireAssertion(static context => AccountWards.Of(context.User).IsEverywhere).Build()
        : Allow(roles, scope);

    /// <summary>People with one of these roles, and keys with this scope.</summary>
    public static AuthorizationPolicy Allow(string[] roles, string? scope) => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireAssertion(context =>
            roles.Any(context.User.IsInRole) || (scope is not null && context.User.HasClaim(ScopeClaim, scope)))
        .Build();

    /// <summary>For whatever says nothing. Routing's own answers, to an address, method or content type that nothing here has, are no endpoint of ours.</summary>
    public static AuthorizationPolicy Nobody { get; } = new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireAssertion(static context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
        .Build();
}
