using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.Alerts;

public sealed partial class InboxPage
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // Teams and who is on call change without an alert.
    private static readonly TimeSpan Anew = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource closed = new();
    private Task loop = Task.CompletedTask;
    private IReadOnlyList<InboxItem> items = [];
    private IReadOnlyList<Alert> escalated = [];
    private DateTimeOffset readAt;
    private string actor = "";
    private string? failure;
    private bool busy;
    private bool unavailable;

    [Inject] private Inbox Inbox { get; set; } = default!;

    [Inject] private AlertFeed Feed { get; set; } = default!;

    [Inject] private AlarmEngine Engine { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private PersonNames People { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        actor = (await SignedIn.GetAuthenticationStateAsync()).User.Actor();
        await ReadAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            loop = FollowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await loop;
        closed.Dispose();
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Every, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closed.Token))
            {
                if (Inbox.Escalated().SequenceEqual(escalated) && Clock.GetUtcNow() - readAt < Anew)
                    continue;
                var before = (items, unavailable);
                await ReadAsync();
                if (unavailable != before.unavailable || !items.SequenceEqual(before.items))
                    await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }

    private async Task ReadAsync()
    {
        (escalated, readAt) = (Inbox.Escalated(), Clock.GetUtcNow());
        try
        {
            items = await Inbox.OfAsync(actor, closed.Token);
            unavailable = false;
        }
        catch (StoreException)
        {
            unavailable = true;
        }
    }

    private Task RespondAsync(Alert alert) => ActAsync(alert, () => Engine.RespondAsync(alert.Id, actor, CancellationToken.None));

    private Task AcknowledgeAsync(Alert alert) => ActAsync(alert, () => Engine.AcknowledgeAsync(alert.Id, actor, null, CancellationToken.None));

    private async Task ActAsync(Alert alert, Func<Task<Alert?>> act)
    {
        (busy, failure) = (true, null);
        try
        {
            if (await act() is null)
                failure = "The alert is no longer there.";
            await ReadAsync();
        }
        catch (StoreException)
        {
            failure = $"Not done for {AlertWords.Now(alert)}: the alert store is unavailable. Try again.";
        }
        finally
        {
            busy = false;
        }
    }
}
