using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Contracts;

/// <summary>The embedded store, folding only when it closes.</summary>
public class SqliteVitalStoreTests : VitalStoreContract
{
    private readonly TempDirectory directory = new();

    protected override Task<IVitalStore> OpenAsync() =>
        Task.FromResult<IVitalStore>(new SqliteVitalStore(Options(directory.Path), new ManualTime(Now), NullLogger<SqliteVitalStore>.Instance));

    private protected virtual SqliteVitalOptions Options(string path) => new() { Directory = path };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        directory.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The embedded store, folding all the time.</summary>
public class SqliteVitalStoreFoldingTests : SqliteVitalStoreTests
{
    private protected override SqliteVitalOptions Options(string path) => new() { Directory = path, FoldAt = 1 };
}

/// <summary>The embedded store as after a crash: nothing is folded, every opening reads the journal.</summary>
public class SqliteVitalStoreJournalTests : SqliteVitalStoreTests
{
    private protected override SqliteVitalOptions Options(string path) => new() { Directory = path, FoldOnClose = false };
}
