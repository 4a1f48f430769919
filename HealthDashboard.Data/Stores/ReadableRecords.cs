using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>For those who only look or watch: of a damaged record what can be read, each lost field with its stand-in.</summary>
public static class ReadableRecords
{
    /// <summary>Finds a record; null when there is none.</summary>
    /// <exception cref="DamagedRecordException">Too little of it can be read.</exception>
    public static Task<Patient?> FindReadableAsync(this IPatientStore store, ObjectId id, CancellationToken cancel) =>
        ReadableAsync(() => store.FindAsync(id, cancel));

    /// <summary>Finds a record by its MRN; null when there is none.</summary>
    /// <exception cref="DamagedRecordException">Too little of it can be read.</exception>
    public static Task<Patient?> FindReadableByMrnAsync(this IPatientStore store, string mrn, CancellationToken cancel) =>
        ReadableAsync(() => store.FindByMrnAsync(mrn, cancel));

    /// <summary>The limits set for a scope; null when none were ever set.</summary>
    /// <exception cref="DamagedRecordException">Too little of them can be read.</exception>
    public static Task<AlarmLimits?> FindReadableLimitsAsync(this IPatientStore store, LimitScope scope, CancellationToken cancel) =>
        ReadableAsync(() => store.FindLimitsAsync(scope, cancel));

    /// <summary>As <see cref="FindReadableLimitsAsync"/>; null also when nothing of them can be read, so that they keep nobody from being watched.</summary>
    public static async Task<AlarmLimits?> FindUsableLimitsAsync(this IPatientStore store, LimitScope scope, CancellationToken cancel)
    {
        try
        {
            return await store.FindReadableLimitsAsync(scope, cancel);
        }
        catch (DamagedRecordException)
        {
            return null;
        }
    }

    private static async Task<T?> ReadableAsync<T>(Func<Task<T?>> find)
        where T : class
    {
        try
        {
            return await find();
        }
        catch (DamagedRecordException error) when (error.Readable is T or KeyValuePair<LimitScope, T>)
        {
            return error.Readable is KeyValuePair<LimitScope, T> limits ? limits.Value : (T)error.Readable;
        }
    }
}
