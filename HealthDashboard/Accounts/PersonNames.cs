using System.Collections.Frozen;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Accounts;

/// <summary>
/// The name that screens show for an account: of the clinician who signs in with it, else the account's own. Alerts, audit and API keep the
/// account, which never changes; so does a screen while neither store has answered yet, and for what is no account, as a key.
/// </summary>
internal sealed class PersonNames(IAccountStore accounts, ICareTeamStore team, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private FrozenDictionary<string, string> own = FrozenDictionary<string, string>.Empty;
    private FrozenDictionary<string, Clinician> clinicians = FrozenDictionary<string, Clinician>.Empty;

    /// <summary>Who it is.</summary>
    public string Of(string account) =>
        ClinicianOf(account) is { Name: var name } ? name : own.GetValueOrDefault(account, account);

    /// <summary>The clinician who signs in with an account, as of half a minute ago at most while the store is there; null when there is none.</summary>
    public Clinician? ClinicianOf(string account) => clinicians.GetValueOrDefault(account);

    /// <summary>Every account with its name, by name.</summary>
    public IReadOnlyList<(string Account, string Name)> All =>
        [.. own.Keys.Select(account => (account, Of(account))).OrderBy(person => person.Item2, StringComparer.CurrentCultureIgnoreCase)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            await RefreshAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Reads them again; of a store that is unavailable the names stay as they were.</summary>
    internal async Task RefreshAsync(CancellationToken cancel)
    {
        own = await ReadAsync(own, async () =>
            (await accounts.AllAsync(cancel)).Select(account => KeyValuePair.Create(account.UserName, account.DisplayName)));
        clinicians = await ReadAsync(clinicians, async () =>
            from clinician in await team.CliniciansAsync(cancel)
            where clinician.Account is not null
            select KeyValuePair.Create(clinician.Account!, clinician));
    }

    private static async Task<FrozenDictionary<string, T>> ReadAsync<T>(
        FrozenDictionary<string, T> before, Func<Task<IEnumerable<KeyValuePair<string, T>>>> read)
    {
        try
        {
            return (await read()).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        }
        catch (StoreException)
        {
            return before;
        }
    }
}
