using HealthDashboard.Data.Model;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>The passkeys of accounts, which lie with what else a person signs in with.</summary>
internal sealed partial class UserStore : IUserPasskeyStore<AccountUser>
{
    public Task AddOrUpdatePasskeyAsync(AccountUser user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var (credentials, one) = (Credentials.Of(user.Account), StoredPasskey.Of(passkey));
        return Change(user, (credentials with { Passkeys = [.. (credentials.Passkeys ?? []).Where(before => before.Id != one.Id), one] }).On(user.Account));
    }

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(AccountUser user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. (Credentials.Of(user.Account).Passkeys ?? []).Select(passkey => passkey.ToInfo())]);

    // A few hundred accounts.
    public async Task<AccountUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        (await accounts.AllAsync(cancellationToken)).FirstOrDefault(account => Find(account, credentialId) is not null) is { } account ? new AccountUser(account) : null;

    public Task<UserPasskeyInfo?> FindPasskeyAsync(AccountUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(Find(user.Account, credentialId)?.ToInfo());

    public Task RemovePasskeyAsync(AccountUser user, byte[] credentialId, CancellationToken cancellationToken)
    {
        var (credentials, id) = (Credentials.Of(user.Account), Convert.ToBase64String(credentialId));
        return Change(user, (credentials with { Passkeys = [.. (credentials.Passkeys ?? []).Where(passkey => passkey.Id != id)] }).On(user.Account));
    }

    private static StoredPasskey? Find(Account account, byte[] credentialId)
    {
        var id = Convert.ToBase64String(credentialId);
        return Credentials.Of(account).Passkeys?.FirstOrDefault(passkey => passkey.Id == id);
    }
}
