using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Accounts;

public sealed partial class AccountList
{
    private IReadOnlyList<Account> all = [];
    private string[] errors = [];
    private bool unavailable;

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "add")]
    private NewAccount Input { get; set; } = null!;

    [Inject]
    private AccountAdmin Admin { get; set; } = null!;

    [Inject]
    private IAccountStore Store { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new NewAccount();
        try
        {
            all = await Store.AllAsync(Context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            unavailable = true;
        }
    }

    private static string StateOf(Account account) => account.IsLocked() ? "locked" : "open";

    private async Task AddAsync()
    {
        errors = await Admin.AddAsync(Context.User, Input.UserName ?? "", Input.DisplayName ?? "", Input.Role ?? "", Input.Password ?? "");
        var isInvited = string.IsNullOrEmpty(Input.Password);
        Input.Password = null;
        if (errors.Length == 0)
            Navigation.NavigateTo(isInvited && await Store.FindByNameAsync(Input.UserName!.Trim()) is { } added ? $"/accounts/{added.Id}" : "/accounts");
    }

    internal sealed class NewAccount
    {
        public string? UserName { get; set; }

        public string? DisplayName { get; set; }

        public string? Role { get; set; } = Roles.Nurse;

        public string? Password { get; set; }
    }
}
