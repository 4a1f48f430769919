using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace HealthDashboard.Accounts;

/// <summary>
/// Every connection of a page's circuit and of the alert feed. One whose sign-in has ended is closed, and until then nothing that comes over it
/// is done: an open page asks for no cookie again, so it is looked at here.
/// </summary>
internal sealed class LiveSignIns(SignInCheck check, TimeProvider time) : BackgroundService, IHubFilter
{
    /// <summary>How often each connection is looked at.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, HubCallerContext> open = new(StringComparer.Ordinal);

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        open[context.Context.ConnectionId] = context.Context;
        await next(context);
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        open.TryRemove(context.Context.ConnectionId, out _);
        await next(context, exception);
    }

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (await IsSignedInAsync(invocationContext.Context))
            return await next(invocationContext);
        invocationContext.Context.Abort();
        throw new HubException("Signed out.");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var connection in open.Values)
            {
                if (!await IsSignedInAsync(connection))
                    connection.Abort();
            }
        }
    }

    private async ValueTask<bool> IsSignedInAsync(HubCallerContext connection) => connection.User is { } user && await check.IsSignedInAsync(user);
}
