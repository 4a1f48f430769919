using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What every store of analytics does.</summary>
public abstract class AnalyticsStoreContract(StoreFactory<IAnalyticsStore> factory) : IDisposable
{
    private static readonly DateTimeOffset Hour = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Day = new(2026, 3, 1);
    private readonly IAnalyticsStore store = factory.Open();
    private readonly ObjectId patient = Id();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task A_view_that_was_never_written_is_as_of_no_time()
    {
        var view = await HourlyAsync();
        Assert.Null(view.AsOf);
        Assert.Empty(view.Items);
    }

    [Fact]
    public async Task Hours_come_back_oldest_first_for_their_patient_and_sign()
    {
        HourlyVital[] items =
        [
            Vital(Hour.AddHours(1)), Vital(Hour), Vital(Hour) with { Sign = VitalSign.Spo2 }, Vital(Hour) with { PatientId = Id() },
        ];
        await store.PutAsync(items, Noon);
        var view = await HourlyAsync();
        Assert.Equal(Noon, view.AsOf);
        Assert.Equal([items[1], items[0]], view.Items);
    }

    [Fact]
    public async Task The_first_hour_is_included_and_the_last_is_not()
    {
        await store.PutAsync([.. Enumerable.Range(0, 4).Select(n => Vital(Hour.AddHours(n)))], Noon);
        var view = await store.HourlyAsync(patient, VitalSign.HeartRate, Hour.AddHours(1), Hour.AddHours(3));
        Assert.Equal([Hour.AddHours(1), Hour.AddHours(2)], view.Items.Select(i => i.Hour));
        Assert.Empty((await store.HourlyAsync(patient, VitalSign.HeartRate, Hour, Hour)).Items);
    }

    [Fact]
    public async Task Writing_again_replaces_and_never_counts_twice()
    {
        await store.PutAsync([Vital(Hour)], Noon);
        await store.PutAsync([Vital(Hour)], Noon);
        await store.PutAsync([Vital(Hour) with { Count = 61, Max = 99.5 }], Noon.AddMinutes(1));
        Assert.Equal([Vital(Hour) with { Count = 61, Max = 99.5 }], (await HourlyAsync()).Items);

        // Smaller values replace too, also when both are true for the same time.
        await store.PutAsync([Vital(Hour) with { Count = 1, Min = 1, Max = 2, Mean = 1.5 }], Noon.AddMinutes(1));
        Assert.Equal([Vital(Hour) with { Count = 1, Min = 1, Max = 2, Mean = 1.5 }], (await HourlyAsync()).Items);

        await store.PutAsync([Daily("ICU", Day)], Noon);
        await store.PutAsync([Daily("ICU", Day) with { Patients = 8 }], Noon);
        Assert.Equal([Daily("ICU", Day) with { Patients = 8 }], (await DailyAsync("ICU", Day, Day)).Items);

        await store.PutAsync([Alerts("ICU", Day)], Noon);
        await store.PutAsync([Alerts("ICU", Day) with { Acknowledged = 5 }], Noon);
        Assert.Equal([Alerts("ICU", Day) with { Acknowledged = 5 }], (await AlertsAsync("ICU", Day, Day)).Items);
    }

    [Fact]
    public async Task Days_are_inclusive_and_wards_are_kept_apart()
    {
        await store.PutAsync([.. Enumerable.Range(-1, 4).Reverse().Select(n => Daily("ICÜ", Day.AddDays(n)))], Noon);
        await store.PutAsync([Daily("Ward 2", Day), Daily("ICÜ", Day) with { Region = "south" }, Daily("ICÜ", Day) with { Sign = VitalSign.Spo2 }], Noon);
        var view = await DailyAsync("ICÜ", Day, Day.AddDays(1));
        Assert.Equal([Daily("ICÜ", Day), Daily("ICÜ", Day.AddDays(1))], view.Items);
        Assert.Empty((await DailyAsync("icü", Day, Day)).Items);
    }

    [Fact]
    public async Task Alerts_come_back_by_day_and_priority()
    {
        DailyAlerts[] items =
        [
            Alerts("ICU", Day.AddDays(1)), Alerts("ICU", Day) with { Priority = AlertPriority.High },
            Alerts("ICU", Day) with { Priority = AlertPriority.Low, Acknowledged = 0, MedianResponseSeconds = null, LongestResponseSeconds = null },
            Alerts("Ward 2", Day), Alerts("ICU", Day.AddDays(2)),
        ];
        await store.PutAsync(items, Noon);
        Assert.Equal([items[2], items[1], items[0]], (await AlertsAsync("ICU", Day, Day.AddDays(1))).Items);
    }

    [Fact]
    public async Task Each_view_has_its_own_time_which_never_goes_back()
    {
        await store.PutAsync([Vital(Hour)], Noon);
        await store.PutAsync(Array.Empty<HourlyVital>(), Noon.AddMinutes(5));
        await store.PutAsync([Vital(Hour)], Noon.AddMinutes(2));
        await store.PutAsync([Daily("ICU", Day)], Noon.AddHours(1));
        Assert.Equal(Noon.AddMinutes(5), (await HourlyAsync()).AsOf);
        Assert.Equal(Noon.AddHours(1), (await DailyAsync("ICU", Day, Day)).AsOf);
        Assert.Null((await AlertsAsync("ICU", Day, Day)).AsOf);
    }

    [Fact]
    public async Task The_loads_of_beds_come_back_by_start_and_bed_and_those_of_days_and_months_are_kept_apart()
    {
        AlarmLoad[] items =
        [
            Load("B2", Day.AddDays(1)), Load("", Day), Load("B1", Day), Load("B1", Day) with { Period = LoadPeriod.Month }, Load("B1", Day.AddDays(2)),
            Load("B1", Day) with { Ward = "Ward 2" }, Load("B1", Day.AddDays(-1)),
        ];
        await store.PutAsync(items, Noon);
        var view = await store.AlarmLoadAsync("north", "ICU", LoadPeriod.Day, Day, Day.AddDays(1));
        Assert.Equal(Noon, view.AsOf);
        Assert.Equal([Show(items[1]), Show(items[2]), Show(items[0])], view.Items.Select(Show));
        Assert.Equal([Show(items[3])], (await store.AlarmLoadAsync("north", "ICU", LoadPeriod.Month, Day, Day)).Items.Select(Show));
        Assert.Equal([new("north", "ICU"), new WardKey("north", "Ward 2")], await store.AlarmWardsAsync());
    }

    [Fact]
    public async Task A_load_that_is_written_again_replaces_also_where_it_is_less()
    {
        var large = Load("B1", Day) with { Tally = Enumerable.Range(0, 20_000).Select(i => (byte)i).ToArray() };
        await store.PutAsync([large, .. Enumerable.Range(0, 30).Select(n => Load($"C{n:00}", Day))], Noon);
        Assert.Equal(Show(large), Show((await store.AlarmLoadAsync("north", "ICU", LoadPeriod.Day, Day, Day)).Items[0]));
        await store.PutAsync([large with { Raised = 1, Tally = new byte[] { 7 } }], Noon);
        var view = await store.AlarmLoadAsync("north", "ICU", LoadPeriod.Day, Day, Day);
        Assert.Equal((31, "north ICU B1 Day 2026-03-01 1 07"), (view.Items.Count, Show(view.Items[0])));
    }

    [Fact]
    public async Task A_year_of_loads_that_crosses_new_year_comes_back_whole()
    {
        var first = new DateOnly(2025, 12, 30);
        await store.PutAsync([.. Enumerable.Range(0, 4).Select(n => Load("B1", first.AddDays(n)))], Noon);
        Assert.Equal(4, (await store.AlarmLoadAsync("north", "ICU", LoadPeriod.Day, first, first.AddDays(3))).Items.Count);
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        var other = factory.Open();
        await RaceAsync(8, async n =>
        {
            await (n % 2 == 0 ? store : other).PutAsync([.. Enumerable.Range(0, 50).Select(h => Vital(Hour.AddHours((50 * n) + h)))], Noon.AddMinutes(n));
            return n;
        });
        var view = await store.HourlyAsync(patient, VitalSign.HeartRate, Hour, Hour.AddHours(400));
        Assert.Equal(400, view.Items.Count);
        Assert.Equal(Noon.AddMinutes(7), view.AsOf);
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        await store.PutAsync([Vital(Hour)], Noon);
        var again = factory.Reopen();
        var view = await again.HourlyAsync(patient, VitalSign.HeartRate, Hour, Hour.AddHours(1));
        Assert.Equal((Noon, Vital(Hour)), (view.AsOf, Assert.Single(view.Items)));
    }

    [Fact]
    public async Task A_cancelled_call_writes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync([Vital(Hour)], Noon, new CancellationToken(true)));
        Assert.Null((await HourlyAsync()).AsOf);
    }

    private HourlyVital Vital(DateTimeOffset hour) => new(patient, VitalSign.HeartRate, hour, 59.25, 88, 71.333333333333329, 3600);

    private static DailyWardVital Daily(string ward, DateOnly day) => new("north", ward, VitalSign.HeartRate, day, 40, 140, 75.5, 1_000_000_000_000, 7);

    private static DailyAlerts Alerts(string ward, DateOnly day) => new("north", ward, day, AlertPriority.Medium, 9, 4, 31.5, 299);

    private static AlarmLoad Load(string bed, DateOnly start) => new("north", "ICU", bed, LoadPeriod.Day, start, 3, new byte[] { 1, 0, 255 });

    private static string Show(AlarmLoad load) =>
        $"{load.Region} {load.Ward} {load.Bed} {load.Period} {load.Start:yyyy-MM-dd} {load.Raised} {Convert.ToHexString(load.Tally.Span)}";

    private Task<AnalyticsView<HourlyVital>> HourlyAsync() => store.HourlyAsync(patient, VitalSign.HeartRate, Hour.AddDays(-1), Hour.AddDays(1));

    private Task<AnalyticsView<DailyWardVital>> DailyAsync(string ward, DateOnly from, DateOnly to) =>
        store.DailyAsync("north", ward, VitalSign.HeartRate, from, to);

    private Task<AnalyticsView<DailyAlerts>> AlertsAsync(string ward, DateOnly from, DateOnly to) => store.AlertsAsync("north", ward, from, to);
}
