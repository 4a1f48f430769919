using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Accounts;

public sealed partial class AccountEdit
{
    private Account? account;
    private string[] errors = [];
    private bool unavailable;
    private string? link;
    private IReadOnlyList<Grant> open = [];

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "change")]
    private Change Input { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "wards")]
    private string? Wards { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    private string? Password { get; set; }

    [SupplyParameterFromForm(FormName = "end-session")]
    private string? EndId { get; set; }

    [Inject]
    private Sessions Book { get; set; } = null!;

    [Inject]
    private AccountAdmin Admin { get; set; } = null!;

    [Inject]
    private IAccountStore Store { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        try
        {
            await LoadAsync();
        }
        catch (StoreUnavailableException)
        {
            unavailable = true;
        }
    }

    // The page renders while a read is pending, so the account is set last, once everything that is shown with it is there.
    private async Task LoadAsync()
    {
        var found = ObjectId.TryParse(Id, out var id) ? await Store.FindAsync(id, Context.RequestAborted) : null;
        if (found is null)
        {
            Context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        open = await Book.OfAsync(found.Id);
        Input ??= new Change { DisplayName = found.DisplayName, Role = found.Role };
        account = found;
    }

    private async Task ChangeAsync() => Finish(await Admin.ChangeAsync(Context.User, account!.Id, Input.DisplayName ?? "", Input.Role ?? ""));

    private async Task SetWardsAsync() => Finish(await Admin.SetWardsAsync(Context.User, account!.Id, Wards ?? ""));

    private async Task ResetPasswordAsync() => Finish(await Admin.ResetPasswordAsync(Context.User, account!.Id, Password ?? ""));

    private async Task InviteAsync() => link = Navigation.ToAbsoluteUri(await Admin.InviteAsync(Context.User, account!)).ToString();

    private async Task EndSessionAsync() => Finish(await Admin.EndSessionAsync(Context.User, account!, EndId ?? ""));

    private async Task ResetSecondFactorAsync() => Finish(await Admin.ResetSecondFactorAsync(Context.User, account!.Id));

    private async Task ToggleLockAsync()
    {
        var one = account!;
        Finish(await (one.IsLocked() ? Admin.UnlockAsync(Context.User, one.Id) : Admin.LockAsync(Context.User, one.Id)));
    }

    private void Finish(string[] wrong)
    {
        errors = wrong;
        if (wrong.Length == 0)
            Navigation.NavigateTo("/accounts");
    }

    internal sealed class Change
    {
        public string? DisplayName { get; set; }

        public string? Role { get; set; }
    }
}
