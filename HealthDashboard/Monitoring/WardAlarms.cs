using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Alerts that concern a whole ward: many feeds that fall silent at once (H1), and devices that send for somebody who is not admitted (S4).
/// Looked at every second from what is known of the patients; what stands is in the store alone, so it is there after a restart, and
/// between nodes the store decides.
/// </summary>
internal sealed partial class WardAlarms(
    AlarmEngine engine,
    MonitorSet monitors,
    PatientDirectory patients,
    HeldSilences held,
    StrayDevices strays,
    AlertFeed feed,
    AlertWriter writer,
    AlarmRules rules,
    TimeProvider time,
    ILogger<WardAlarms> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StrayGone = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await engine.Ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await LookAsync();
            }
#pragma warning disable CA1031 // A failure now must not end these alarms for good; the patients' own go on by themselves.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailed(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Raises, holds and ends what the time asks for.</summary>
    internal async Task LookAsync()
    {
        var now = time.GetUtcNow();
        var open = feed.Snapshot().Open.Where(alert => alert.Group is not null && alert.Sequence > 0).ToList();
        var wards = WardFeeds.Of(patients.All, monitors, rules, now);
        await LookAtFeedsAsync(wards, open, now);
        await LookAtStraysAsync(wards, open, now);
    }

    private async Task LookAtFeedsAsync(WardFeeds wards, List<Alert> open, DateTimeOffset now)
    {
        var holding = new HashSet<ObjectId>();
        foreach (var ward in wards.All.Union(open.Where(alert => alert.Sign == Alert.FeedSign).Select(alert => WardGroup.Of(alert)!)).Where(wards.IsWatched))
        {
            var feeds = wards.Of(ward);
            var alert = Find(open, ward, Alert.FeedSign);
            if (alert is null && CommonCause.Begins(feeds, now.ToUnixTimeMilliseconds()))
                alert = await RaiseAsync(ward, Alert.FeedSign, AlertPriority.Medium, TextOf(ward, feeds, now), now);
            if (alert is null)
                continue;
            var since = alert.RaisedAt.ToUnixTimeMilliseconds();
            if (CommonCause.GoesOn(feeds, since))
                holding.UnionWith(feeds.Where(entry => CommonCause.IsOf(entry, since)).Select(entry => entry.PatientId));
            else
                await WriteAsync(WardAlert.End(alert, now));
        }
        foreach (var released in held.Replace(holding))
            monitors.EvaluateSoon(released);
    }

    private async Task LookAtStraysAsync(WardFeeds wards, List<Alert> open, DateTimeOffset now)
    {
        foreach (var alert in open.Where(alert => alert.Sign.StartsWith(Alert.DeviceSign, StringComparison.Ordinal)))
        {
            var ward = WardGroup.Of(alert)!;
            if (wards.IsWatched(ward))
                strays.Expect(new StrayDevice(ward, alert.Sign[Alert.DeviceSign.Length..]), now);
        }
        foreach (var (stray, last) in strays.All)
        {
            var sign = Alert.DeviceSign + stray.Device;
            var alert = Find(open, stray.Ward, sign);
            if (now - last.LastSeen > StrayGone || patients.Find(last.PatientId)?.Patient.Status == PatientStatus.Admitted)
            {
                // Looked at again until the end is recorded.
                if (alert is null || await WriteAsync(WardAlert.End(alert, now)) is not null)
                    strays.Forget(stray);
            }
            else if (alert is null && last.PatientId != default)
            {
                var bed = last.Bed is null ? "" : $" of bed {last.Bed}";
                await RaiseAsync(stray.Ward, sign, AlertPriority.Low, $"* {stray.Device} sends for a patient{bed} who is not admitted", now);
            }
        }
    }

    private static Alert? Find(List<Alert> open, WardGroup ward, string sign) => open.Find(alert => alert.Group == ward.Name && alert.Sign == sign);

    private static string TextOf(WardGroup ward, IReadOnlyList<Feed> feeds, DateTimeOffset now) =>
        $"** No data from {feeds.Count(entry => CommonCause.IsOf(entry, now.ToUnixTimeMilliseconds()))} beds of {ward.Ward}";

    private Task<Alert?> RaiseAsync(WardGroup ward, string sign, AlertPriority priority, string text, DateTimeOffset now) =>
        WriteAsync(WardAlert.Raise(ward, sign, priority, text, now));

    // Refused: it stands already, from another node or from a moment ago. Not stored: nothing is held back for it, and the next look tries again.
    private async Task<Alert?> WriteAsync(AlertChange change)
    {
        try
        {
            var outcome = await writer.WriteAsync(change.Alert.PatientId, change);
            return outcome.Taken ? outcome.Change.Alert : outcome.Current;
        }
        catch (StoreUnavailableException)
        {
            return null; // The writer reports it.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The alarms of wards could not be evaluated; they are tried again")]
    private partial void LogFailed(Exception error);
}
