using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

public sealed partial class AccountPage
{
    private AccountUser? user;
    private string[] errors = [];
    private bool unavailable;
    private string? setUp;
    private IReadOnlyList<string> recovery = [];
    private IReadOnlyList<Grant> open = [];

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [SupplyParameterFromForm]
    private Form Input { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "end-session")]
    private string? EndId { get; set; }

    [SupplyParameterFromForm(FormName = "passkey-remove")]
    private string? PasskeyId { get; set; }

    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    [Inject]
    private OwnAccount Own { get; set; } = null!;

    [Inject]
    private Sessions Book { get; set; } = null!;

    [Inject]
    private SecondFactor Second { get; set; } = null!;

    [Inject]
    private IOptions<IdleLock> Lock { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private int IdleMinutes => Lock.Value.For(Context.User);

    private string DoneWords => Done switch
    {
        "password" => "The password is changed, and your other sessions have ended.",
        "passkey" => "The passkey is created: sign in with it next time.",
        "passkey-remove" => "The passkey is removed.",
        "session" => "The session has ended.",
        "second" => "The second factor is off.",
        "pin" => "The PIN is as you set it.",
        _ => "Done.",
    };

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Form();
        // The form that was sent must be on the page that takes it.
        setUp = Input.SetUp;
        try
        {
            user = await Own.FindAsync(Context);
            open = user is null ? [] : await Book.OfAsync(user.Account.Id);
        }
        catch (StoreUnavailableException)
        {
            unavailable = true;
        }
    }

    private async Task ChangePasswordAsync() =>
        Finish("password", await Own.ChangePasswordAsync(Context, Input.Current ?? "", Input.Next ?? "", Input.Again ?? ""));

    private async Task SetPinAsync() => Finish("pin", await Own.SetPinAsync(Context, Input.Current ?? "", Input.Pin?.Trim() ?? ""));

    private void BeginSecondFactor() => setUp = Second.Begin(user!.Account);

    private async Task ConfirmSecondFactorAsync() =>
        (errors, recovery) = await Own.TurnOnSecondFactorAsync(Context, Input.Current ?? "", Input.SetUp ?? "", Input.Code ?? "");

    private async Task RemoveSecondFactorAsync() => Finish("second", await Own.TurnOffSecondFactorAsync(Context, Input.Current ?? "", Input.Code ?? ""));

    private async Task RemovePasskeyAsync() => Finish("passkey-remove", await Own.ChangeAsync(Context, Input.Current ?? "", "account.passkey.remove", (_, before) =>
        before with { Passkeys = [.. (before.Passkeys ?? []).Where(passkey => passkey.Id != PasskeyId)] }));

    private async Task EndSessionAsync() => Finish("session", await Own.EndSessionAsync(Context, EndId ?? ""));

    private void Finish(string done, string[] wrong)
    {
        errors = wrong;
        if (wrong.Length == 0)
            Navigation.NavigateTo($"/account?done={done}");
    }

    internal sealed class Form
    {
        public string? Current { get; set; }

        public string? Next { get; set; }

        public string? Again { get; set; }

        public string? Pin { get; set; }

        public string? SetUp { get; set; }

        public string? Code { get; set; }
    }
}
