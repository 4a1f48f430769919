using System.Globalization;
using System.Text.Json;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Neo4j;

/// <summary>
/// Sees that the server is one that this program can talk to, and that its graph has the constraints, and makes those that are missing: at the
/// first write, and again from time to time, because a graph may be replaced or emptied while this program runs. Several nodes may
/// do so at once. Making one may take longer than a call, so it goes on when the call that began it has been given up.
/// </summary>
internal sealed class CareTeamSetup(Neo4jClient client, TimeProvider time)
{
    /// <summary>Earlier ones have no Query API, or one with other answers.</summary>
    public static readonly Version OldestVersion = new(5, 25);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MakeWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenVersions = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private Task making = Task.CompletedTask;
    private DateTimeOffset? made;
    private volatile bool known;

    /// <summary>Asks for the server's version, until it was once new enough.</summary>
    /// <exception cref="StoreRefusedException">It is too old.</exception>
    /// <exception cref="StoreUnavailableException">It does not answer.</exception>
    public async ValueTask CheckVersionAsync(CancellationToken cancel)
    {
        if (known)
            return;
        if (await client.VersionAsync(cancel) is { } version && IsTooOld(version))
        {
            throw new StoreRefusedException(Neo4jClient.Store, $"is Neo4j {version}: {OldestVersion} or later is needed.") { RetryAfter = BetweenVersions };
        }
        known = true;
    }

    /// <summary>Makes what is missing.</summary>
    /// <param name="anew">Looks in any case; otherwise what was there a minute ago is taken to be there.</param>
    /// <param name="cancel">Ends the wait for it.</param>
    /// <exception cref="StoreUnavailableException">It cannot be made, or not now.</exception>
    public async ValueTask MakeSchemaAsync(bool anew, CancellationToken cancel)
    {
        await CheckVersionAsync(cancel);
        Task task;
        lock (gate)
        {
            if (!anew && time.GetUtcNow() - made < LookEvery)
                return;
            if (making.IsCompleted)
                making = Task.Run(MakeAsync, CancellationToken.None);
            task = making;
        }
        await task.WaitAsync(cancel);
    }

    private static bool IsTooOld(string version)
    {
        // 5.26.1, 5.27-aura, 2025.10.1
        var parts = version.Split('.', '-', '+');
        return parts.Length > 1 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && new Version(major, minor) < OldestVersion;
    }

    private async Task MakeAsync()
    {
        var there = await RunAsync(CareTeamSchema.Look, writes: false, LookWithin);
        foreach (var constraint in CareTeamSchema.Constraints.Where(constraint => !there.Any(constraint.Is)))
            await MakeAsync(constraint);
        lock (gate)
            made = time.GetUtcNow();
    }

    private async Task MakeAsync(CareTeamSchema.Constraint constraint)
    {
        try
        {
            await RunAsync(constraint.Statement, writes: true, MakeWithin);
        }
        catch (StoreException error) when (Neo4jErrors.IsThere(error))
        {
            // Another node has made it meanwhile.
        }
        catch (StoreException error) when (Neo4jErrors.IsOfSchema(error))
        {
            throw new StoreRefusedException(
                Neo4jClient.Store,
                $"cannot have the constraint {constraint.Name}: another constraint or index is in its place, or several nodes {constraint.Label} have the same "
                + $"{string.Join(", ", constraint.Properties)}.",
                error);
        }
    }

    private async Task<IReadOnlyList<JsonElement>> RunAsync(string statement, bool writes, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within, time);
        try
        {
            return await client.RunAnywhereAsync(statement, writes, limit.Token);
        }
        catch (OperationCanceledException error)
        {
            throw new StoreUnavailableException(Neo4jClient.Store, "does not answer what constraints it has, or does not make one that is missing.", error);
        }
    }
}
