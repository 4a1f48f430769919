namespace HealthDashboard.Access;

/// <summary>The actions of the audit in words.</summary>
internal static class ActionWords
{
    /// <summary>What the page offers to filter by: everything of one kind.</summary>
    public static readonly IReadOnlyList<(string Action, string Words)> Kinds =
    [
        ("look", "Looked at something"), ("export", "Downloaded something"), ("patient", "Records changed"), ("limits", "Alarm limits changed"), ("careTeam", "Care team changed"),
        ("alert", "Alerts acted on"), ("glass", "Broke the glass"), ("account", "Accounts and sign-in"), ("clinician", "Clinicians changed"), ("onCall", "On call changed"),
        ("call", "Other changes"), ("audit", "Audit verified"),
    ];

    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["look.patient"] = "opened the record",
        ["look.patients"] = "looked at the list of patients",
        ["look.vitals"] = "looked at vital signs over time",
        ["look.latestVitals"] = "looked at the latest vital signs",
        ["look.news2"] = "looked at the NEWS2 score",
        ["look.patientVersions"] = "looked at the versions of the record",
        ["look.notes"] = "looked at notes",
        ["look.careTeam"] = "looked at the care team",
        ["look.contacts"] = "looked at contacts",
        ["look.fhir"] = "looked at the record by FHIR",
        ["look.refused"] = "was refused the record",
        ["look.wall"] = "opened the wall",
        ["look.alerts"] = "looked at alerts",
        ["look.inbox"] = "looked at the alerts escalated to them",
        ["look.alertHistory"] = "looked at the history of alerts",
        ["look.audit"] = "looked at the audit",
        ["export.fhir"] = "downloaded the record by FHIR",
        ["account.wards"] = "set the wards of an account",
        ["export.audit"] = "downloaded the audit",
        ["export.alerts"] = "downloaded the history of alerts",
        ["audit.verify"] = "verified the audit",
        ["patient.create"] = "created the record",
        ["patient.update"] = "changed the record",
        ["patient.delete"] = "deleted the record",
        ["patient.admit"] = "admitted the patient",
        ["patient.move"] = "moved the patient",
        ["patient.discharge"] = "discharged the patient",
        ["patient.standby"] = "set or ended standby of the bed",
        ["patient.restore"] = "restored an earlier version of the record",
        ["patient.note"] = "wrote a note",
        ["patient.observations"] = "charted observations",
        ["limits.update"] = "set alarm limits",
        ["careTeam.assign"] = "assigned a clinician",
        ["careTeam.unassign"] = "ended an assignment",
        ["alert.acknowledge"] = "acknowledged an alert",
        ["alert.silence"] = "silenced an alert",
        ["alert.respond"] = "said to be on the way to an alert",
        ["alert.escalate"] = "asked for help with an alert",
        ["glass.break"] = "broke the glass",
        ["glass.end"] = "ended the access by break the glass",
        ["glass.seen"] = "has seen that somebody broke the glass",
        ["account.signin"] = "signed in",
        ["account.signin.refused"] = "was refused at sign-in",
        ["account.signin.locked"] = "was refused at sign-in: locked",
        ["account.signout"] = "signed out",
        ["account.add"] = "added an account",
        ["account.change"] = "changed an account",
        ["account.password"] = "set a password",
        ["account.lock"] = "locked an account",
        ["account.unlock"] = "unlocked an account",
    };

    /// <summary>The action in words; as it is where there are none.</summary>
    public static string Of(string action) => Known.GetValueOrDefault(action, action);
}
