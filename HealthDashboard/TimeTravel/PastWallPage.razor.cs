using System.Security.Claims;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Scopes;
using HealthDashboard.Shared;
using HealthDashboard.Wall;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace HealthDashboard.TimeTravel;

public sealed partial class PastWallPage
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // While a day is not over, its marks are read again after so long.
    private static readonly TimeSpan MarksStand = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource closed = new();
    private ClaimsPrincipal user = new();
    private WallFilter filter = new();
    private ScreenScope followed = ScreenScope.Hospital;
    private DateTimeOffset at;
    private string? wrong;
    private PastMoment? moment;
    private TimeProvider then = TimeProvider.System;
    private IReadOnlyList<BedTile> shown = [];
    private IReadOnlyList<Alert> alerts = [];
    private DayMarks marks = new(default, default, ScreenScope.Hospital, default, []);
    private bool isAll;
    private string? nothingMore;
    private bool loading;
    private bool playing;
    private int speed = 10;
    private Task playback = Task.CompletedTask;
    private DotNetObjectReference<PastWallPage>? self;
    private IJSObjectReference? script;
    private IJSObjectReference? keys;

    [Inject] private PastWall Past { get; set; } = default!;

    [Inject] private PastAlertTimes Times { get; set; } = default!;

    [Inject] private ScreenScopes Scopes { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>The moment; null for an hour ago.</summary>
    [Parameter] public string? Time { get; set; }

    /// <summary>What the screen follows, handed from the page as first sent to the living one; null for the whole hospital.</summary>
    [PersistentState] public string? Followed { get; set; }

    /// <summary>The moment of the page as first sent, so that the living one shows the same where the address names none.</summary>
    [PersistentState] public DateTimeOffset? First { get; set; }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        user = (await SignedIn.GetAuthenticationStateAsync()).User;
        filter = WallFilter.FromUri(Navigation.Uri);
        Followed ??= ScopeCookie.Read(Http);
        followed = await Scopes.FindAsync(Followed, user, before: null, closed.Token);
        if (Time is null)
            at = First ??= PastAddress.WholeSecond(Clock.GetUtcNow().AddHours(-1));
        else
            wrong = PastTime.Read(Time, Clock, out at, ahead: TimeSpan.FromSeconds(1));
        if (wrong is null)
            await LoadAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || wrong is not null)
            return;
        self = DotNetObjectReference.Create(this);
        try
        {
            script = await Js.InvokeAsync<IJSObjectReference>("import", "./js/time-travel.js");
            keys = await script.InvokeAsync<IJSObjectReference>("keys", self);
            await ShowAddressAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is closed.
        }
    }

    /// <summary>A key: what js/time-travel.js says it stands for.</summary>
    [JSInvokable]
    public Task KeyAsync(string does) => InvokeAsync(async () =>
    {
        await (does switch
        {
            "play" => PlayOrPauseAsync(),
            "next" => ToAlertAsync(true),
            "previous" => ToAlertAsync(false),
            _ => int.TryParse(does, out var seconds) && Math.Abs(seconds) <= 3600 ? GoAsync(at.AddSeconds(seconds)) : Task.CompletedTask,
        });
        StateHasChanged();
    });

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await playback;
        try
        {
            if (keys is not null)
                await keys.InvokeVoidAsync("stop");
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and the listener with it.
        }
        self?.Dispose();
        closed.Dispose();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancel)
    {
        DateTimeOffset wanted;
        ScreenScope scope;
        PastMoment read;
        IReadOnlyList<BedTile> tiles;
        DayMarks raised;
        // What was chosen meanwhile is read next; of several moments only the last is shown.
        do
        {
            (wanted, scope) = (at, Scope);
            var has = Within(scope);
            (read, tiles) = await Past.DrawAsync(wanted, user, patient => has?.Invoke(patient.Region, patient.Ward, patient.Id) != false, cancel);
            raised = await MarksAsync(wanted, scope, cancel);
        }
        while (wanted != at || scope != Scope);
        // All at once: whatever fails leaves what is shown, with its own time.
        (moment, marks, then) = (read, raised, new PastClock(Clock, wanted));
        Show(tiles, scope);
    }

    private Task FollowAsync(ScreenScope scope)
    {
        followed = scope;
        return LoadAsync();
    }

    private async Task<DayMarks> MarksAsync(DateTimeOffset time, ScreenScope scope, CancellationToken cancel)
    {
        var now = Clock.GetUtcNow();
        if (time >= marks.From && time < marks.To && scope == marks.Scope && (marks.ReadAt >= marks.To || now - marks.ReadAt < MarksStand))
            return marks;
        var date = TimeZoneInfo.ConvertTime(time, Clock.LocalTimeZone).Date;
        var (from, to) = (Clock.LocalTimeZone.FirstAt(date), Clock.LocalTimeZone.FirstAt(date.AddDays(1)));
        return new(from, to, scope, now, await Times.RaisedAsync(from, to, user, Within(scope), cancel));
    }

    // A moment that is chosen while another is read is read next (ReadAsync).
    private async Task GoAsync(DateTimeOffset to)
    {
        var now = Clock.GetUtcNow();
        at = to > now ? now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)) : to < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : to;
        nothingMore = null;
        if (to > now)
            playing = false;
        if (loading)
            return;
        loading = true;
        try
        {
            await LoadAsync();
        }
        finally
        {
            loading = false;
        }
        await ShowAddressAsync();
    }

    private async Task ToAlertAsync(bool isForward)
    {
        playing = false;
        try
        {
            if (await Times.NextAsync(at, isForward, user, Within(Scope), closed.Token) is { } next)
                await GoAsync(next);
            else
                nothingMore = $"No alert of medium or high priority was raised {(isForward ? "after" : "in the month before")} this moment.";
        }
        catch (Data.Stores.StoreException)
        {
            nothingMore = "The store of alerts is unavailable. Try again in a moment.";
        }
    }

    private Task PlayOrPauseAsync()
    {
        playing = !playing;
        if (playing && playback.IsCompleted)
            playback = PlayAsync();
        return ShowAddressAsync();
    }

    private async Task PlayAsync()
    {
        using var timer = new PeriodicTimer(Tick, Clock);
        try
        {
            while (playing && await timer.WaitForNextTickAsync(closed.Token))
            {
                await InvokeAsync(async () =>
                {
                    if (!playing)
                        return;
                    await GoAsync(at.AddSeconds(speed));
                    StateHasChanged();
                });
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or JSDisconnectedException)
        {
            // The page is closed.
        }
    }

    // The address is that of the moment whenever it stands: what is copied from it is a link to just this.
    private async Task ShowAddressAsync()
    {
        if (!playing && script is not null)
            await script.InvokeVoidAsync("show", closed.Token, PastAddress.Of(at) + filter.ToQuery(), Title);
    }

    private string Title => $"{PastWords.Moment(ShownAt, Clock)} - not live";

    // The moment that stands on the page; while nothing does, the one that is being read.
    private DateTimeOffset ShownAt => moment?.At ?? at;

    // A ward in the address is chosen for this page, whatever the screen follows.
    private ScreenScope Scope => filter is { Region: null, Ward: null } ? followed : ScreenScope.Hospital;

    // As on the wall of now.
    private IEnumerable<IGrouping<(string? Region, string? Name), BedTile>> Wards =>
        shown.GroupBy(tile => filter.ByAcuity ? default : (tile.Region, tile.Ward));

    // Which places and patients the page shows; null for all.
    private Func<string, string, ObjectId?, bool>? Within(ScreenScope scope) => scope.IsHospital && filter is { Region: null, Ward: null }
        ? null
        : (region, ward, patient) => (filter.Region ?? region) == region && (filter.Ward ?? ward) == ward && scope.Has(region, ward, patient);

    private void Show(IReadOnlyList<BedTile> tiles, ScreenScope scope)
    {
        var has = Within(scope);
        isAll = has is null && filter.AtLeast is null;
        shown = filter.Apply(new WallFrame(tiles, filter.ByAcuity ? new AcuityOrder().Sort(tiles, ShownAt) : tiles, null));
        var here = shown.Select(tile => tile.PatientId).ToHashSet();
        alerts =
        [
            .. (moment?.Alerts ?? []).Where(alert => WardGroup.Of(alert) is { } ward ? has?.Invoke(ward.Region, ward.Ward, null) != false : here.Contains(alert.PatientId))
                .OrderBy(alert => alert.Response).ThenByDescending(alert => alert.Condition == AlertCondition.Active)
                .ThenByDescending(alert => alert.Priority).ThenByDescending(alert => alert.RaisedAt),
        ];
    }

    // The marks of a day: for which scope they were read, and when.
    private sealed record DayMarks(DateTimeOffset From, DateTimeOffset To, ScreenScope Scope, DateTimeOffset ReadAt, IReadOnlyList<Alert> Alerts);
}
