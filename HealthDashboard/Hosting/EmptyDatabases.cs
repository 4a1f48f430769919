using HealthDashboard.Data.Stores;

namespace HealthDashboard.Hosting;

/// <summary>
/// Finds databases of no bytes beside others that have some: what a broken disk, a bad copy or a wrong command leaves. To open one would
/// make a new, empty database of it, as if there had never been a patient.
/// </summary>
internal static class EmptyDatabases
{
    private static readonly (string Role, string File)[] OfRoles =
        [("Patients", "patients.db"), ("Patients", "audit.db"), ("Vitals", "vitals.db"), ("CareTeam", "careteam.db"), ("Analytics", "analytics.db"), ("Alerts", "alerts.db")];

    /// <summary>What the console says of each; empty when all is well.</summary>
    public static IReadOnlyList<string> Find(StoreOptions stores)
    {
        var files = OfRoles.Where(one => !stores.OnServers.Contains(one.Role)).Select(one => new FileInfo(Path.Combine(stores.DataDirectory, one.File))).Where(file => file.Exists).ToList();
        // The first commits of a new database are in its log alone.
        var empty = files.Where(file => file.Length == 0 && !(new FileInfo(file.FullName + "-wal") is { Exists: true, Length: > 0 })).ToList();
        return empty.Count == files.Count ? [] :
        [
            .. empty.Select(file =>
                $"The database {file.FullName} is empty (0 bytes) beside others that are not: something has emptied it. Restore it with 'HealthDashboard restore', or remove the file to begin anew without what was in it."),
        ];
    }
}
