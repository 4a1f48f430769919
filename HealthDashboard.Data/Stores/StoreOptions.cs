namespace HealthDashboard.Data.Stores;

/// <summary>What the stores were configured with.</summary>
public sealed class StoreOptions
{
    /// <summary>The full path of the directory where embedded stores keep their files: <c>Data:Directory</c>, by default <c>./data</c>.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>
    /// <c>Stores:AnswerWithin</c>, in seconds, 0.1 to 60: how long a page or an endpoint waits for a server before it says that the store is
    /// unavailable. By default 2.
    /// </summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The roles, for example <c>Patients</c>, whose store is not embedded, so that it can be unavailable while this program runs.</summary>
    public ISet<string> OnServers { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The store of each role, for example <c>Patients</c>; roles without regard to case.</summary>
    public IDictionary<string, ChosenStore> Chosen { get; } = new Dictionary<string, ChosenStore>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>The store of a role, for people.</summary>
/// <param name="Server">Its name.</param>
/// <param name="Consistency">What a write that was acknowledged, and a read, can be relied on for.</param>
public sealed record ChosenStore(string Server, string Consistency);
