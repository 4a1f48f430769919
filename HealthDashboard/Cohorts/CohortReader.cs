using System.Collections.Concurrent;
using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Analytics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Cohorts;

/// <summary>
/// Reads stays from the versions of the records, and of each the sign's roll-ups by the hour. One answer is worked out at a time: each goes
/// through all records once, of which only those that have changed since the stretch began can tell of an admission in it.
/// </summary>
internal sealed class CohortReader(IPatientStore patients, IAnalyticsStore store, AlarmLoadReader load, TimeProvider clock) : IDisposable
{
    /// <summary>So many records are looked at, those that changed last, and so many stays, those that began last.</summary>
    public const int Most = 2_000;

    // Of a record that changed more often the earliest stays are not known.
    private const int MostVersions = 1_000;
    private const int AtOnce = 8;

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The limit, smaller in a test.</summary>
    internal int MostStays { get; init; } = Most;

    /// <summary>The store of the roll-ups and what its answers can be relied on for, for people.</summary>
    public ChosenStore Source => load.Source;

    /// <summary>Works out what is asked for, over the stays that began in the caller's wards.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<CohortReport> ReadAsync(CohortQuery query, ClaimsPrincipal user, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var now = clock.GetUtcNow();
            // Read first: what is read afterwards may have more than it says, never less.
            var asOf = (await store.HourlyAsync(default, query.Sign, now, now, cancel)).AsOf;
            var (records, isCut) = await ChangedAsync(query.From, cancel);
            var stays = await StaysAsync(records, query, AccountWards.Of(user), cancel);
            isCut |= stays.Count > MostStays;
            stays = [.. stays.OrderByDescending(stay => stay.AdmittedAt).ThenByDescending(stay => stay.Now.Id).Take(MostStays)];
            var means = await MeansAsync(stays, query, now, cancel);
            return new(query, asOf, [.. query.Cohorts.Select(cohort => CohortCourse.Of(cohort, means, query.Hours))], isCut);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    // A record says when it changed last; an admission is a change.
    private async Task<(IReadOnlyList<ObjectId> Records, bool IsCut)> ChangedAsync(DateTimeOffset since, CancellationToken cancel)
    {
        var latest = new PriorityQueue<ObjectId, (DateTimeOffset, ObjectId)>();
        var isCut = false;
        await foreach (var record in patients.AllAsync(cancel))
        {
            if (record.ChangedAt is not { } changed || changed < since)
                continue;
            latest.Enqueue(record.Id, (changed, record.Id));
            if (latest.Count > MostStays)
            {
                latest.Dequeue();
                isCut = true;
            }
        }
        return ([.. latest.UnorderedItems.Select(item => item.Element)], isCut);
    }

    private async Task<List<CohortStay>> StaysAsync(IReadOnlyList<ObjectId> records, CohortQuery query, AccountWards wards, CancellationToken cancel)
    {
        var found = new ConcurrentBag<CohortStay>();
        await Parallel.ForEachAsync(records, Parallelism(cancel), async (id, each) =>
        {
            foreach (var stay in CohortStay.Of(await patients.VersionsAsync(id, MostVersions, each)))
            {
                if (stay.AdmittedAt >= query.From && stay.AdmittedAt < query.To && wards.Has(stay.Region, stay.Ward) && query.Cohorts.Any(cohort => cohort.Has(stay)))
                    found.Add(stay);
            }
        });
        return [.. found];
    }

    private async Task<CohortMeans[]> MeansAsync(List<CohortStay> stays, CohortQuery query, DateTimeOffset now, CancellationToken cancel)
    {
        var means = new CohortMeans[stays.Count];
        await Parallel.ForEachAsync(stays.Index(), Parallelism(cancel), async (item, each) =>
        {
            var (index, stay) = item;
            var values = new double?[query.Hours];
            var (first, end) = (stay.FirstHour, Earliest(stay.FirstHour.AddHours(query.Hours), stay.EndedAt, now));
            foreach (var hour in first < end ? (await store.HourlyAsync(stay.Now.Id, query.Sign, first, end, each)).Items : [])
                values[(int)(hour.Hour - first).TotalHours] = hour.Mean;
            means[index] = new(stay, values);
        });
        return means;
    }

    private static DateTimeOffset Earliest(DateTimeOffset end, DateTimeOffset over, DateTimeOffset now) => end < over ? (end < now ? end : now) : over < now ? over : now;

    private static ParallelOptions Parallelism(CancellationToken cancel) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
}
