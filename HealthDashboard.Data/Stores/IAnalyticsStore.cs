using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>Roll-ups for looking back. Eventually consistent: every view says what time it is true for.</summary>
public interface IAnalyticsStore
{
    /// <summary>Writes roll-ups by hour; those that are there are replaced.</summary>
    Task PutAsync(IReadOnlyList<HourlyVital> items, DateTimeOffset asOf, CancellationToken cancel = default);

    /// <summary>Writes roll-ups by ward and day; those that are there are replaced.</summary>
    Task PutAsync(IReadOnlyList<DailyWardVital> items, DateTimeOffset asOf, CancellationToken cancel = default);

    /// <summary>Writes alert counts by ward and day; those that are there are replaced.</summary>
    Task PutAsync(IReadOnlyList<DailyAlerts> items, DateTimeOffset asOf, CancellationToken cancel = default);

    /// <summary>Writes the alarms of beds; those that are there are replaced.</summary>
    Task PutAsync(IReadOnlyList<AlarmLoad> items, DateTimeOffset asOf, CancellationToken cancel = default);

    /// <summary>A patient's sign by hours that begin at <paramref name="from"/> or later and before <paramref name="to"/>, oldest first.</summary>
    Task<AnalyticsView<HourlyVital>> HourlyAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default);

    /// <summary>A ward's sign by day, both days inclusive, oldest first.</summary>
    Task<AnalyticsView<DailyWardVital>> DailyAsync(
        string region, string ward, VitalSign sign, DateOnly from, DateOnly to, CancellationToken cancel = default);

    /// <summary>A ward's alerts by day and priority, both days inclusive, oldest first.</summary>
    Task<AnalyticsView<DailyAlerts>> AlertsAsync(
        string region, string ward, DateOnly from, DateOnly to, CancellationToken cancel = default);

    /// <summary>The alarms of a ward's beds over periods that start from <paramref name="from"/> to <paramref name="to"/>, both inclusive, by start and bed.</summary>
    Task<AnalyticsView<AlarmLoad>> AlarmLoadAsync(
        string region, string ward, LoadPeriod period, DateOnly from, DateOnly to, CancellationToken cancel = default);

    /// <summary>Every ward whose alarms were ever written, by region and ward.</summary>
    Task<IReadOnlyList<WardKey>> AlarmWardsAsync(CancellationToken cancel = default);
}
