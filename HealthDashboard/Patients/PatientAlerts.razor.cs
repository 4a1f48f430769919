using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Patients;

public sealed partial class PatientAlerts : IAsyncDisposable
{
    private readonly AlertView view = new();
    private readonly CancellationTokenSource closed = new();
    private AlertWatch? watch;
    private Task loop = Task.CompletedTask;
    private IReadOnlyList<Alert> open = [];

    [Inject] private AlertFeed Feed { get; set; } = default!;

    [Inject] private IServiceProvider Services { get; set; } = default!;

    [CascadingParameter] private PatientNow Now { get; set; } = default!;

    /// <summary>Called when one was raised, changed or ended.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    /// <summary>Whether what is shown is up to date.</summary>
    internal bool IsAlive => watch is { IsLost: false };

    protected override void OnInitialized()
    {
        view.Reset(Feed.Snapshot());
        Refresh();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender || closed.IsCancellationRequested)
            return;
        watch = ActivatorUtilities.CreateInstance<AlertWatch>(Services);
        loop = watch.RunAsync(view, UpdateAsync, closed.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await loop;
        closed.Dispose();
    }

    private Task UpdateAsync(Action change) => InvokeAsync(async () =>
    {
        var wasLost = watch?.IsLost;
        change();
        // Most of what the feed says is about other patients.
        if (!Refresh() && watch?.IsLost == wasLost)
            return;
        StateHasChanged();
        await Changed.InvokeAsync();
    });

    private bool Refresh()
    {
        var before = open;
        open = [.. view.Open.Where(alert => alert.PatientId == Now.Patient.Id)];
        return !open.SequenceEqual(before, ReferenceEqualityComparer.Instance);
    }
}
