using Dapper;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace HealthDashboard.Data.Sqlite;

/// <summary>
/// Healthy when the file takes a synced write and its pages can be read. All of them are read by the first check and every ten minutes
/// after, in the background: SQLite itself notices a damaged page only when it comes to it.
/// </summary>
internal sealed class SqliteHealthCheck(SqliteDatabase database, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task<string?>? reading;
    private long readAt;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.PingAsync(cancellationToken);
            if (await DamageAsync(cancellationToken) is { } damage)
                return Failed(context, new StoreException(database.Name, $"its file is damaged: {damage}. Restore a backup."));
            return database.Damaged.Words() is { } damaged ? HealthCheckResult.Degraded(damaged) : HealthCheckResult.Healthy(database.Name);
        }
        catch (StoreRefusedException error) when (error.InnerException is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB })
        {
            // It does not come back by itself, which a store that is unavailable does.
            return Failed(context, new StoreException(database.Name, error.Reason, error));
        }
        catch (StoreException error)
        {
            return Failed(context, error);
        }
    }

    private static HealthCheckResult Failed(HealthCheckContext context, StoreException error) =>
        new(context.Registration.FailureStatus, error.Message, error);

    // Null while all is well, or not known yet: a large file takes longer than a check may.
    private async Task<string?> DamageAsync(CancellationToken cancel)
    {
        Task<string?> last;
        lock (gate)
        {
            if (reading is null || (reading.IsCompleted && time.GetElapsedTime(readAt) >= ReadEvery))
                (reading, readAt) = (ReadAsync(), time.GetTimestamp());
            last = reading;
        }
        await ((Task)last).WaitAsync(Patience, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return last.IsCompleted ? await last : null;
    }

    private async Task<string?> ReadAsync()
    {
        // Names tables and pages, and quotes no row.
        var found = await database.RunAsync(static connection => connection.ExecuteScalar<string>("PRAGMA quick_check(1)"), CancellationToken.None);
        return found == "ok" ? null : found?.ReplaceLineEndings(" ");
    }
}

/// <summary>What the registrations of the embedded stores have in common.</summary>
internal static class SqliteRegistration
{
    /// <summary>Adds a role's database, to be resolved by the role's key, and its health check of the same name.</summary>
    public static IServiceCollection AddSqliteDatabase(this IServiceCollection services, string role, Func<SqliteDatabase> open)
    {
        services.AddKeyedSingleton(role, (provider, _) =>
        {
            var database = open();
            if (provider.GetService<ILogger<SqliteDatabase>>() is { } log)
                database.Log = log;
            return database;
        });
        services.AddKeyedSingleton(role, (provider, _) => new SqliteHealthCheck(
            provider.GetRequiredKeyedService<SqliteDatabase>(role), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            role, provider => provider.GetRequiredKeyedService<SqliteHealthCheck>(role), failureStatus: null, tags: null));
        return services;
    }
}
