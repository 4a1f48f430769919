using HealthDashboard.Data.Model;

namespace HealthDashboard.Accounts;

/// <summary>An account in the hands of ASP.NET Core Identity, which changes its users before it stores them.</summary>
internal sealed class AccountUser(Account account)
{
    /// <summary>The account as it is stored or about to be.</summary>
    public Account Account { get; set; } = account;
}
