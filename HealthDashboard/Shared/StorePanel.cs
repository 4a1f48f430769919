using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Shared;

/// <summary>
/// A part of a page that shows what a store has. While the store is unavailable the part says so, and reads again every 5 s until it has what
/// it shows.
/// </summary>
public abstract class StorePanel : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource closed = new();
    private Task retrying = Task.CompletedTask;
    private Task following = Task.CompletedTask;

    /// <summary>Now, for what is shown with its age.</summary>
    [Inject] protected TimeProvider Clock { get; set; } = default!;

    /// <summary>Whether the last attempt to read failed.</summary>
    protected bool Unavailable { get; private set; }

    /// <summary>How often what is shown is read again by itself; null for never.</summary>
    protected virtual TimeSpan? ReadEvery => null;

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && ReadEvery is { } every)
            following = FollowAsync(every);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await retrying;
        await following;
        closed.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads what is shown.</summary>
    /// <param name="cancel">Ends the call when the page is closed.</param>
    /// <exception cref="StoreException">It cannot be read now.</exception>
    protected abstract Task ReadAsync(CancellationToken cancel);

    /// <summary>Reads now; where that fails, again until it does not.</summary>
    protected async Task LoadAsync()
    {
        await TryAsync();
        // A page that is only rendered once has nobody to show it to later.
        if (Unavailable && RendererInfo.IsInteractive && retrying.IsCompleted)
            retrying = RetryAsync();
    }

    private async Task TryAsync()
    {
        try
        {
            await ReadAsync(closed.Token);
            Unavailable = false;
        }
        catch (StoreException)
        {
            Unavailable = true;
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The page is closed.
        }
    }

    private async Task FollowAsync(TimeSpan every)
    {
        using var timer = new PeriodicTimer(every, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closed.Token))
            {
                await InvokeAsync(async () =>
                {
                    await LoadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }

    private async Task RetryAsync()
    {
        using var timer = new PeriodicTimer(RetryAfter, Clock);
        try
        {
            while (Unavailable && await timer.WaitForNextTickAsync(closed.Token))
                await InvokeAsync(TryAsync);
            await InvokeAsync(StateHasChanged);
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }
}
