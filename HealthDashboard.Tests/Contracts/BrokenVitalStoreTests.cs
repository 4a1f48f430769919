using System.Collections.Concurrent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Contracts;

/// <summary>A contract that no broken store fails is worth nothing: each of these must fail the facts that are about its fault.</summary>
public class BrokenVitalStoreTests
{
    [Theory]
    [InlineData(nameof(VitalStoreContract.A_late_reading_shows_in_readings_and_charts), Fault.LosesLateReadings)]
    [InlineData(nameof(VitalStoreContract.Readings_come_back_in_time_order_whatever_order_they_arrive_in), Fault.LosesLateReadings)]
    [InlineData(nameof(VitalStoreContract.A_repeat_replaces_the_value_and_counts_once), Fault.CountsRepeatsTwice)]
    [InlineData(nameof(VitalStoreContract.Sensor_off_is_kept_as_received_and_never_drawn), Fault.DropsSensorOff)]
    [InlineData(nameof(VitalStoreContract.What_was_appended_is_there_after_closing), Fault.ForgetsOnClosing)]
    [InlineData(nameof(VitalStoreContract.History_beyond_the_raw_retention_is_in_charts_alone), Fault.ImportsAnHourOnce)]
    [InlineData(nameof(VitalStoreContract.Appends_at_the_same_time_are_all_kept_and_seen_at_once), Fault.AnswersBeforeStoring)]
    public async Task A_broken_store_fails(string fact, Fault fault)
    {
        Assert.Null(await RunAsync(fact, Fault.None));
        Assert.NotNull(await RunAsync(fact, fault));
    }

    /// <summary>Runs one fact of the contract; null when it passes.</summary>
    private static async Task<Exception?> RunAsync(string fact, Fault fault)
    {
        await using var contract = new BrokenContract(fault);
        await contract.InitializeAsync();
        return await Record.ExceptionAsync(() => (Task)typeof(VitalStoreContract).GetMethod(fact)!.Invoke(contract, null)!);
    }

    public enum Fault
    {
        None,
        LosesLateReadings,
        CountsRepeatsTwice,
        DropsSensorOff,
        ForgetsOnClosing,
        AnswersBeforeStoring,
        ImportsAnHourOnce,
    }

    private sealed class BrokenContract(Fault fault) : VitalStoreContract
    {
        private readonly List<TempDirectory> directories = [];

        protected override Task<IVitalStore> OpenAsync()
        {
            if (directories.Count == 0 || fault == Fault.ForgetsOnClosing)
                directories.Add(new TempDirectory());
            var sound = new SqliteVitalStore(
                new SqliteVitalOptions { Directory = directories[^1].Path }, new ManualTime(Now), NullLogger<SqliteVitalStore>.Instance);
            return Task.FromResult<IVitalStore>(new BrokenStore(sound, fault));
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            directories.ForEach(directory => directory.Dispose());
        }
    }

    private sealed class BrokenStore(SqliteVitalStore inner, Fault fault) : IVitalStore, IAsyncDisposable
    {
        private readonly ConcurrentDictionary<(ObjectId, VitalSign), long> latest = new();
        private readonly ConcurrentBag<Task> unfinished = [];
        private readonly ConcurrentDictionary<long, long> importedHours = new();

        public Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default)
        {
            switch (fault)
            {
                case Fault.LosesLateReadings:
                    return inner.AppendAsync([.. readings.Where(reading => Advance(reading) < reading.Time)], cancel);
                case Fault.CountsRepeatsTwice:
                    return inner.AppendAsync([.. readings.Select(reading => reading with { Time = reading.Time + (Advance(reading) == reading.Time ? 1 : 0) })], cancel);
                case Fault.DropsSensorOff:
                    return inner.AppendAsync([.. readings.Where(reading => !reading.IsSensorOff)], cancel);
                case Fault.AnswersBeforeStoring:
                    unfinished.Add(inner.AppendAsync(readings, cancel));
                    return Task.CompletedTask;
                default:
                    return inner.AppendAsync(readings, cancel);
            }
        }

        public Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default) =>
            inner.ImportAsync(patientId, sign, fault == Fault.ImportsAnHourOnce ? [.. samples.Where(sample => ImportHour(sample.Time, samples[0].Time))] : samples, cancel);

        public Task<IReadOnlyList<VitalPoint>> ChartAsync(
            ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default) =>
            inner.ChartAsync(patientId, sign, from, to, points, cancel);

        public Task<IReadOnlyList<Sample>> ReadAsync(
            ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default) =>
            inner.ReadAsync(patientId, sign, from, to, cancel);

        public Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default) =>
            inner.LatestAsync(patientId, cancel);

        public async ValueTask DisposeAsync()
        {
            // A fact may have ended by what it waits for: the appends that were cancelled or refused.
            await Task.WhenAll(unfinished).ContinueWith(_ => { }, TaskScheduler.Default);
            await inner.DisposeAsync();
        }

        // Whether no import before the one that begins with this sample had the hour.
        private bool ImportHour(long time, long first) => importedHours.GetOrAdd(time / 3_600_000, first) == first;

        // The latest time before this reading.
        private long Advance(Reading reading)
        {
            var before = latest.GetValueOrDefault((reading.PatientId, reading.Sign), -1);
            latest[(reading.PatientId, reading.Sign)] = Math.Max(before, reading.Time);
            return before;
        }
    }
}
