using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Accounts;

public sealed partial class SignIn
{
    private string? error;
    private string? ticket;

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery]
    private string? Failed { get; set; }

    [SupplyParameterFromForm(FormName = "signin")]
    private Credentials Input { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "demo")]
    private string? DemoName { get; set; }

    [Inject]
    private SignIns Accounts { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IConfiguration Configuration { get; set; } = null!;

    [Inject]
    private IHostEnvironment Environment { get; set; } = null!;

    private bool DemoIsOn => DemoAccounts.AreOn(Configuration, Environment);

    protected override void OnInitialized()
    {
        Input ??= new Credentials();
        // The form that was sent must be on the page that takes it.
        ticket = Ticket;
        if (Failed is not null && HttpMethods.IsGet(Context.Request.Method))
            error = "You are not signed in: there is no open account of the name that was given. Ask an administrator.";
        if (HttpMethods.IsGet(Context.Request.Method) && Context.User.Identity is { IsAuthenticated: true })
            GoOn();
    }

    [SupplyParameterFromForm(FormName = "code")]
    private string? Ticket { get; set; }

    [SupplyParameterFromForm(FormName = "code")]
    private string? Code { get; set; }

    private Task SignInAsync() => SignInAsync(Input.UserName, Input.Password);

    private async Task SendCodeAsync()
    {
        if (await TryAsync(() => Accounts.SignInAsync(Ticket ?? "", Code ?? "", Context)) == SignInOutcome.SignedIn)
            GoOn();
        error = "The code is not right, or was used before, or the password was given more than five minutes ago. After five wrong ones nothing is accepted for five minutes.";
    }

    private Task SignInToDemoAsync() =>
        DemoIsOn && DemoAccounts.All.Any(a => a.UserName == DemoName) ? SignInAsync(DemoName, DemoAccounts.Password) : Task.CompletedTask;

    private async Task SignInAsync(string? userName, string? password)
    {
        Input.Password = null;
        var outcome = await TryAsync(() => Accounts.SignInAsync(userName ?? "", password ?? "", Input.Code ?? "", Context));
        if (outcome == SignInOutcome.CodeNeeded)
        {
            ticket = await Accounts.TicketAsync(userName ?? "");
            return;
        }
        error = outcome switch
        {
            null => "The store of accounts is unavailable. Nobody can sign in until it is back; try again.",
            SignInOutcome.Refused => "The user name or the password is not right, or the account is locked. After five wrong ones nothing is accepted for five minutes; an administrator can help.",
            _ => null,
        };
        if (error is null)
            GoOn();
    }

    private async Task<SignInOutcome?> TryAsync(Func<Task<SignInOutcome>> signIn)
    {
        try
        {
            return await signIn();
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    // Only to a page of our own: a link from elsewhere must not choose where a fresh sign-in leads.
    private void GoOn() =>
        Navigation.NavigateTo(ReturnUrl is ['/', ..] && RedirectHttpResult.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/");

    internal sealed class Credentials
    {
        public string? UserName { get; set; }

        public string? Password { get; set; }

        public string? Code { get; set; }
    }
}
