using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace HealthDashboard.Review;

/// <summary>Looks back at one alert: every sign around it, and what people say it was.</summary>
public sealed partial class ReviewPage : IAsyncDisposable
{
    private static readonly int[] Choices = [5, 15, 60];

    private static readonly (AlertVerdict Verdict, string Meaning)[] Verdicts =
    [
        (AlertVerdict.TrueAlarm, "The patient was as the alert said, and it mattered."),
        (AlertVerdict.FalseAlarm, "The value was right, but nobody was needed."),
        (AlertVerdict.Artefact, "The value was wrong: movement, a sensor that was off, a cable."),
    ];

    private readonly CancellationTokenSource closed = new();
    private ClaimsPrincipal user = new();
    private string actor = "";
    private string? shown;
    private int minutes = Choices[0];
    private Alert? alert;
    private AlertPast? past;
    private ObjectId? earlier;
    private ObjectId? later;
    private IReadOnlyList<AlertReview> reviews = [];
    private AlertVerdict? verdict;
    private string? comment;
    private IReadOnlyList<string> errors = [];
    private string? saved;
    private string? failure;
    private bool isMissing;
    private bool busy;
    private IJSObjectReference? script;
    private IJSObjectReference? keys;

    [Inject] private ReviewDesk Desk { get; set; } = default!;

    [Inject] private ReviewReader Reader { get; set; } = default!;

    [Inject] private IAlertStore Alerts { get; set; } = default!;

    [Inject] private PatientAccess Access { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private PersonNames People { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    /// <summary>The alert.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>How many minutes before and after are shown: 5, 15 or 60.</summary>
    [SupplyParameterFromQuery(Name = "minutes")] public string? Minutes { get; set; }

    private DateTimeOffset From => alert!.RaisedAt.AddMinutes(-minutes);

    private DateTimeOffset To => alert!.RaisedAt.AddMinutes(minutes);

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        closed.Dispose();
        try
        {
            if (keys is not null)
                await keys.InvokeVoidAsync("stop");
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and the listener with it.
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (shown == $"{Id} {Minutes}")
            return;
        shown = $"{Id} {Minutes}";
        minutes = int.TryParse(Minutes, out var given) && Choices.Contains(given) ? given : Choices[0];
        user = (await SignedIn.GetAuthenticationStateAsync()).User;
        actor = user.Actor();
        (alert, past, reviews, errors, saved, failure, isMissing) = (null, null, [], [], null, null, false);
        try
        {
            await LoadAsync(closed.Token);
        }
        catch (StoreException)
        {
            failure = "A store is unavailable. Open the page again in a moment.";
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        try
        {
            script = await Js.InvokeAsync<IJSObjectReference>("import", "./js/review.js");
            keys = await script.InvokeAsync<IJSObjectReference>("keys");
        }
        catch (JSDisconnectedException)
        {
            // The page is closed.
        }
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        if (!ObjectId.TryParse(Id, out var id) || await Alerts.FindAsync(id, cancel) is not { } found)
        {
            isMissing = true;
            return;
        }
        var patient = found.Group is null ? found.PatientId : (ObjectId?)null;
        if (!await Desk.MaySeeAsync(user, found, cancel))
        {
            await Audit.WriteAsync(user, "look.refused", patient);
            Navigation.NavigateTo(patient is not null && Access.BreakGlassIsOn ? $"/patients/{patient}/break-glass?returnUrl={Uri.EscapeDataString(AddressOf(id))}" : "/denied");
            return;
        }
        if (patient is not null)
            await Audit.LookAsync(user, "look.alertReview", patient);
        alert = found;
        past = await Reader.ReadAsync(found, From, To, cancel);
        ShowReviews(past.History);
        var mine = reviews.FirstOrDefault(review => review.By == actor);
        (verdict, comment) = (mine?.Verdict, mine?.Comment);
        (earlier, later) = await Reader.NeighboursAsync(found, past.Patient, user, cancel);
    }

    private async Task SaveAsync()
    {
        saved = null;
        if (verdict is not { } chosen)
        {
            errors = ["Choose what it was."];
            return;
        }
        if (busy || alert is null || !(await Authorization.AuthorizeAsync(user, Policies.Clinician)).Succeeded)
            return;
        (busy, errors) = (true, []);
        try
        {
            // The page may close at once: what was asked for is still done, hence no cancellation.
            await Audit.EnsureAsync();
            var (after, isRefused) = await Desk.ReviewAsync(alert.Id, user, chosen, comment, CancellationToken.None);
            if (after is null)
            {
                errors = [isRefused ? "Not saved: the record is not yours to open any more." : "The alert is no longer there."];
                return;
            }
            alert = after;
            ShowReviews(await Alerts.HistoryAsync(after.Id, CancellationToken.None));
            saved = "Saved";
        }
        catch (StoreException error)
        {
            errors = [error is AuditUnavailableException ? "Not saved: the audit is unavailable. Try again." : "Not saved: the alert store is unavailable. Try again."];
        }
        finally
        {
            busy = false;
        }
    }

    private void ShowReviews(IEnumerable<AlertChange> history) => reviews = ReviewDesk.Of(history);

    private bool IsAbout(VitalSign sign) => alert!.Sign == sign.Info().Name;

    private string AddressOf(ObjectId id) => AddressOf(id, minutes);

    private static string AddressOf(ObjectId id, int minutes) => minutes == Choices[0] ? $"/alerts/{id}/review" : $"/alerts/{id}/review?minutes={minutes}";
}
