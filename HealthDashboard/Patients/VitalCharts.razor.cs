using HealthDashboard.Charts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace HealthDashboard.Patients;

public sealed partial class VitalCharts : IAsyncDisposable
{
    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FollowAtLeastEvery = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource closed = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private ElementReference root;
    private IJSObjectReference? module;
    private IJSObjectReference? charts;
    private DotNetObjectReference<VitalCharts>? self;
    private Task following = Task.CompletedTask;
    private ChartRange? shownRange = ChartRange.First;
    private ChartWindow window;
    private DateTimeOffset askedAt;
    private bool live = true;
    private bool table;
    private string? failure;
    private Dictionary<VitalSign, IReadOnlyList<VitalPoint>> points = [];
    private IReadOnlyList<Reading> last = [];
    private IReadOnlyList<ChartStretch> oxygen = [];
    private IReadOnlyList<ChartStretch> consciousness = [];

    [Inject] private IVitalStore Vitals { get; set; } = default!;

    [Inject] private IAlertStore Alerts { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [CascadingParameter] private PatientNow Now { get; set; } = default!;

    private ObjectId PatientId => Now.Patient.Id;

    private ChartSource Source => new(Vitals, Alerts, Rules);

    private string WindowWords => window.Step == TimeSpan.Zero ? "" :
        $"{Display.Stretch(window.From, window.To, Time)} \u00b7 {Time.LocalTimeZone.Id} \u00b7 one point for {Display.Span(window.Step)}";

    // Whose number it is, where several signs share a chart; nothing while the charts show the past.
    private string NowOf(ChartPanel panel) => !live ? "" : string.Join(" \u00b7 ", panel.Signs
        .Select(sign => Now.Values.FirstOrDefault(value => value.Sign == sign))
        .Where(value => value.State is ValueState.Current or ValueState.Late)
        .Select(value => panel.Signs.Count > 1 ? $"{SignWords.Label(value.Sign)} {value.Text}" : value.Text));

    private bool IsEmpty(ChartPanel panel) => window.Step > TimeSpan.Zero && panel.Signs.All(sign => points.GetValueOrDefault(sign, []).Count == 0);

    // In place of a chart without a line: "No values in this time, last 38.6 at 20:59".
    private string Nothing(ChartPanel panel)
    {
        var before = last.Where(reading => panel.Signs.Contains(reading.Sign)).Select(reading => (reading.Sign, reading.Value, At: DateTimeOffset.FromUnixTimeMilliseconds(reading.Time)))
            .Where(reading => reading.At < window.From).OrderByDescending(reading => reading.At).ToList();
        return before is [{ At: var at }, ..]
            ? $"No values in this time, last {string.Join('/', before.Where(reading => reading.At == at).OrderBy(reading => reading.Sign).Select(reading => Display.Value(reading.Sign.Info().Name, reading.Value)))} at {Display.Minute(at, Time)}"
            : "No values in this time";
    }

    protected override void OnInitialized() => window = ChartWindow.Around(Time.GetUtcNow() - ChartRange.First.Span, Time.GetUtcNow());

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", closed.Token, "./" + Assets["js/chart.js"]);
        var panels = ChartPanel.All.Select(panel => new
        {
            panel.Key,
            Height = panel.Signs.Count > 1 ? 200 : 150,
            Signs = panel.Signs.Select(sign => new { sign.Info().Name, Label = SignWords.Label(sign) }),
        });
        charts = await module.InvokeAsync<IJSObjectReference>("create", closed.Token, root, panels, Assets["lib/apexcharts.min.js"], self);
        await ShowRangeAsync(ChartRange.First);
        following = FollowNowAsync();
    }

    /// <summary>Someone dragged across a chart.</summary>
    /// <param name="from">Milliseconds since 1970 UTC.</param>
    /// <param name="to">Likewise.</param>
    [JSInvokable]
    public Task ZoomAsync(long from, long to)
    {
        var (low, high) = (DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), Time.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds());
        return from >= to || from < low || to > high ? Task.CompletedTask : ShowAsync(DateTimeOffset.FromUnixTimeMilliseconds(from), DateTimeOffset.FromUnixTimeMilliseconds(to));
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await following;
        try
        {
            if (charts is not null)
                await charts.InvokeVoidAsync("close");
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and the charts with it.
        }
        self?.Dispose();
        closed.Dispose();
    }

    /// <summary>Draws the limits and alarms again, after one changed.</summary>
    internal Task ReloadMarksAsync() => charts is null ? Task.CompletedTask : LoadAsync(window, window, withMarks: true);

    private Task ShowRangeAsync(ChartRange range)
    {
        shownRange = range;
        live = true;
        return LoadAsync(LiveWindow(range.Span), null, withMarks: true);
    }

    private Task ShowAsync(DateTimeOffset from, DateTimeOffset to)
    {
        shownRange = null;
        live = false;
        return LoadAsync(ChartWindow.Around(from, to), null, withMarks: true);
    }

    private Task MoveAsync(double part)
    {
        var by = (window.To - window.From) * part;
        return window.To + by >= Time.GetUtcNow() ? FollowAsync() : ShowAsync(window.From + by, window.To + by);
    }

    private Task ScaleAsync(double factor)
    {
        var half = (window.To - window.From) * factor / 2;
        var middle = window.From + ((window.To - window.From) / 2);
        // What would reach into the future ends now, and goes on.
        if (factor > 1 && (live || middle + half >= Time.GetUtcNow()))
        {
            (shownRange, live) = (null, true);
            return LoadAsync(LiveWindow(2 * half), null, withMarks: true);
        }
        return live && factor < 1 ? ShowAsync(window.To - (2 * half), window.To) : ShowAsync(middle - half, middle + half);
    }

    private Task FollowAsync()
    {
        live = true;
        return LoadAsync(LiveWindow(shownRange?.Span ?? window.To - window.From), null, withMarks: true);
    }

    private async Task PrintAsync()
    {
        var before = (shownRange, live, window);
        await ShowRangeAsync(ChartRange.Day);
        if (charts is not null)
            await charts.InvokeVoidAsync("print", closed.Token);
        (shownRange, live) = (before.shownRange, before.live);
        await LoadAsync(before.live ? LiveWindow(before.shownRange?.Span ?? before.window.To - before.window.From) : before.window, null, withMarks: true);
    }

    private ChartWindow LiveWindow(TimeSpan span) => ChartWindow.Around(Time.GetUtcNow() - span, Time.GetUtcNow());

    private async Task FollowNowAsync()
    {
        using var timer = new PeriodicTimer(FollowEvery, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(closed.Token))
            {
                var every = window.Step < FollowAtLeastEvery ? window.Step : FollowAtLeastEvery;
                if (live && Time.GetUtcNow() - askedAt >= every)
                    await InvokeAsync(() => LoadAsync(LiveWindow(window.To - window.From - window.Step), window, withMarks: false));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or JSDisconnectedException or ObjectDisposedException)
        {
            // The page is closed.
        }
    }

    // With the window that is shown already, only what can have changed is asked for and sent.
    private async Task LoadAsync(ChartWindow next, ChartWindow? shown, bool withMarks)
    {
        await turn.WaitAsync(closed.Token);
        try
        {
            var asked = shown is { } before && before.Step == next.Step ? next.Since(askedAt) : next;
            var now = Time.GetUtcNow();
            var loaded = await Source.PointsAsync(PatientId, asked, closed.Token);
            var marks = withMarks ? await Source.MarksAsync(PatientId, next, closed.Token) : null;
            oxygen = await Source.StretchesAsync(PatientId, VitalSign.OxygenFlow, next, closed.Token);
            consciousness = await Source.StretchesAsync(PatientId, VitalSign.Consciousness, next, closed.Token);
            (window, askedAt, failure) = (next, now, null);
            Keep(loaded, asked);
            if (ChartPanel.All.Any(IsEmpty))
                last = await Vitals.LatestAsync(PatientId, closed.Token);
            if (charts is not null)
                await charts.InvokeVoidAsync("show", closed.Token, ChartData.Of(next, asked, loaded, sign => Source.GapOf(sign, next.Step), Time.LocalTimeZone), withMarks ? Limits() : null, marks?.Select(ChartMark.Of));
        }
        catch (StoreException)
        {
            failure = "The store of vital signs is unavailable. The charts go on by themselves once it is back.";
        }
        finally
        {
            turn.Release();
        }
        StateHasChanged();
    }

    private IEnumerable<ChartLimit> Limits() => ChartPanel.All.SelectMany(panel => panel.Signs).SelectMany(sign => ChartLimit.Of(sign, Now.Monitored.Limits[sign]));

    private void Keep(IReadOnlyDictionary<VitalSign, IReadOnlyList<VitalPoint>> loaded, ChartWindow asked) => points = loaded.ToDictionary(
        entry => entry.Key,
        entry => (IReadOnlyList<VitalPoint>)[.. points.GetValueOrDefault(entry.Key, []).Where(point => point.Time >= window.From && point.Time < asked.From), .. entry.Value]);
}
