using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>
/// Sees to it, before the first request, that somebody can sign in and that nobody can with a demo password outside a demo. While the
/// accounts are unavailable nobody can sign in at all; once they are back it is done within a second.
/// </summary>
internal sealed class FirstAccounts(
    IAccountStore accounts,
    Audit audit,
    IServiceScopeFactory scopes,
    IPasswordHasher<AccountUser> hasher,
    IConfiguration configuration,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<FirstAccounts> logger) : StartWork(time, logger)
{
    private const string Section = "Accounts:Admin";

    /// <exception cref="OptionsValidationException">The first administrator is configured wrongly.</exception>
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        var demo = DemoAccounts.AreOn(configuration, environment);
        foreach (var account in DemoAccounts.All)
        {
            try
            {
                await (demo ? OpenAsync(account, cancel) : CloseAsync(account, cancel));
            }
            catch (DamagedRecordException)
            {
                // Nobody comes in by it, and the store has reported it.
            }
        }
        if (demo)
            Log.LogInformation("Demo accounts: {Names}; password: {Password}", string.Join(", ", DemoAccounts.All.Select(a => a.UserName)), DemoAccounts.Password);

        var all = await accounts.AllAsync(cancel);
        if (all.Any(a => a.Role == Roles.Admin && !a.IsLocked()))
            return;
        try
        {
            await AddAdminAsync(cancel);
        }
        catch (DamagedRecordException)
        {
            // The administrator is there, and can come in once the account is mended.
        }
    }

    private async Task OpenAsync(Account demo, CancellationToken cancel)
    {
        var account = await accounts.FindByNameAsync(demo.UserName, cancel);
        if (account is null)
        {
            var hash = hasher.HashPassword(new AccountUser(demo), DemoAccounts.Password);
            await accounts.AddAsync(demo.SignedOut() with { Id = ObjectId.New(Time), PasswordHash = hash }, cancel);
        }
        else if (account.IsLocked())
        {
            await accounts.ReplaceAsync(account.Unlocked(), cancel);
        }
    }

    private async Task CloseAsync(Account demo, CancellationToken cancel)
    {
        var account = await accounts.FindByNameAsync(demo.UserName, cancel);
        if (account is null || account.IsLocked()
            || hasher.VerifyHashedPassword(new AccountUser(account), account.PasswordHash, DemoAccounts.Password) == PasswordVerificationResult.Failed)
            return;
        await accounts.ReplaceAsync(account.Locked(), cancel);
        Log.LogWarning("The demo account {Name} is locked: this is not a demo", account.UserName);
    }

    private async Task AddAdminAsync(CancellationToken cancel)
    {
        var (name, password) = (configuration[$"{Section}:UserName"], configuration[$"{Section}:Password"]);
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(password))
        {
            Log.LogWarning("There is no administrator yet. Set Accounts__Admin__UserName and Accounts__Admin__Password and start again");
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AccountUser>>();
        var result = await users.CreateAsync(new AccountUser(new Account { UserName = name, DisplayName = name, Role = Roles.Admin }), password);
        if (!result.Succeeded)
            throw new OptionsValidationException(Section, typeof(Account), result.Errors.Select(e => $"{Section}: {e.Description}"));
        await audit.WriteAsync(new AuditEntry(Time.GetUtcNow(), AlertChange.SystemActor, "account.add", Detail: $"first administrator {name}"));
    }
}
