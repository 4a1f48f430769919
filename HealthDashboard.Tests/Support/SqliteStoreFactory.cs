using HealthDashboard.Data.Sqlite;

namespace HealthDashboard.Tests.Support;

/// <summary>Embedded stores over one file in a directory that lives as long as the test.</summary>
internal sealed class SqliteStoreFactory<T>(Func<string, SqliteDatabase> open, Func<SqliteDatabase, T> make) : StoreFactory<T>
{
    private readonly TempDirectory directory = new();
    private readonly List<SqliteDatabase> databases = [];

    public override T Open()
    {
        var database = open(directory["store.db"]);
        databases.Add(database);
        return make(database);
    }

    public override T Reopen()
    {
        Close();
        return Open();
    }

    public override void Dispose()
    {
        Close();
        directory.Dispose();
    }

    private void Close()
    {
        foreach (var database in databases)
            database.Dispose();
        databases.Clear();
    }
}
