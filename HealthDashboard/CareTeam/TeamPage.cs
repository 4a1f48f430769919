using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Scopes;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.CareTeam;

/// <summary>A page about the teams of the ward that the screen follows, which is read again by itself and after each change.</summary>
public abstract class TeamPage : StorePanel
{
    private object? looked;

    /// <summary>The choice with which the page began, handed from the page as first sent to the living one; null for the whole hospital.</summary>
    [PersistentState]
    public string? Followed { get; set; }

    /// <summary>What is shown.</summary>
    protected ScreenScope Scope { get; private set; } = ScreenScope.Hospital;

    /// <summary>What is shown, in words.</summary>
    protected string Place => Scope.IsMine ? "My patients" : Scope.Wards.FirstOrDefault()?.Ward ?? "Whole hospital";

    /// <summary>Who looks.</summary>
    protected ClaimsPrincipal User { get; private set; } = new();

    /// <summary>Whether somebody may change teams, as far as the page shows it. What a button does is decided once more when it is pressed.</summary>
    protected bool MayAct { get; private set; }

    /// <summary>Why the last deed was not done; empty when it was.</summary>
    protected IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>What was done last; null when nothing was.</summary>
    protected string? Done { get; private set; }

    /// <summary>Whether something is being done.</summary>
    protected bool Busy { get; private set; }

    /// <inheritdoc/>
    protected override TimeSpan? ReadEvery => TimeSpan.FromSeconds(30);

    [Inject]
    private protected PatientDirectory Directory { get; set; } = default!;

    [Inject]
    private protected CareTeamDesk Desk { get; set; } = default!;

    [Inject]
    private ScreenScopes Scopes { get; set; } = default!;

    [Inject]
    private Audit Audit { get; set; } = default!;

    [Inject]
    private IAuthorizationService Authorization { get; set; } = default!;

    [Inject]
    private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [CascadingParameter]
    private HttpContext? Http { get; set; }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Followed ??= ScopeCookie.Read(Http);
        User = (await SignedIn.GetAuthenticationStateAsync()).User;
        Scope = await Scopes.FindAsync(Followed, User, before: null, CancellationToken.None);
        MayAct = await MayAsync();
        await LoadAsync();
    }

    /// <summary>Shows something else.</summary>
    protected async Task FollowAsync(ScreenScope scope)
    {
        if (scope == Scope)
            return;
        Scope = scope;
        await LoadAsync();
    }

    /// <summary>Writes down that somebody looks, once for each ward and person in the middle.</summary>
    /// <exception cref="StoreException">It cannot be written down: show nothing.</exception>
    private protected async Task LookAsync(string action, ObjectId? patient)
    {
        if (Equals(looked, (Scope, patient)))
            return;
        await Audit.LookAsync(User, action, patient);
        looked = (Scope, patient);
    }

    /// <summary>Does something that changes teams, says what came of it, and reads again.</summary>
    /// <param name="done">What was done, for people; null when it changes nothing, and then nothing is read again.</param>
    /// <param name="act">Does it, and returns what is wrong.</param>
    private protected async Task<bool> ActAsync(string? done, Func<ClaimsPrincipal, Task<IReadOnlyList<string>>> act)
    {
        if (Busy || !await MayAsync())
            return false;
        (Busy, Done, Problems) = (true, null, []);
        try
        {
            Problems = await act((await SignedIn.GetAuthenticationStateAsync()).User);
            if (Problems.Count == 0)
                Done = done;
            if (done is not null)
                await LoadAsync();
        }
        catch (ConflictException)
        {
            Problems = ["Not saved: the clinician has left."];
        }
        catch (AuditUnavailableException)
        {
            Problems = [AuditUnavailableException.NotSaved];
        }
        catch (StoreException)
        {
            Problems = ["Not saved: the store of care teams is unavailable. Try again."];
        }
        finally
        {
            Busy = false;
        }
        return Problems.Count == 0;
    }

    /// <summary>Says what is wrong before anything was done; nothing for an empty list.</summary>
    protected void Say(params IReadOnlyList<string> problems) => (Problems, Done) = (problems, null);

    private async Task<bool> MayAsync() =>
        (await Authorization.AuthorizeAsync((await SignedIn.GetAuthenticationStateAsync()).User, Policies.Clinician)).Succeeded;
}
