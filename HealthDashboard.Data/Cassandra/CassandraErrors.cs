using HealthDashboard.Data.Cql;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Cassandra;

/// <summary>Says the client's errors as every store does.</summary>
/// <param name="store">The store's name for people.</param>
/// <param name="keyspace">The keyspace of the tables.</param>
/// <param name="schema">Is looked at again when a table is missing.</param>
internal sealed class CassandraErrors(string store, string keyspace, SchemaSetup schema)
{
    /// <exception cref="StoreException">The client's error.</exception>
    public async ValueTask<T> TranslateAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (CassandraException error)
        {
            Exception reason = error;
            while (reason is NoNodeException { InnerException: { } inner })
                reason = inner;
            throw Translate(error, reason);
        }
    }

    private StoreException Translate(CassandraException error, Exception reason)
    {
        switch (reason)
        {
            case CredentialsException:
                return StoreRefusedException.Account(store, error);
            case SetupException:
                return new StoreRefusedException(store, $"is not set up: {reason.Message}", error);
            case ServerErrorException { IsForbidden: true }:
                return new StoreRefusedException(store, $"refuses the account a right that it needs: GRANT SELECT and MODIFY ON KEYSPACE {keyspace}.", error);
            case ServerErrorException { IsGuardrail: true }:
                return new StoreRefusedException(store, "refuses a write: a limit that is set in Cassandra is reached (its log names the guardrail).", error);
            case ServerErrorException { IsWithoutSchema: true }:
                schema.Forget();
                return new StoreUnavailableException(store, "the tables are missing, and are looked for again.", error);
            default:
                return error.IsTransient
                    ? new StoreUnavailableException(store, error.Message, error)
                    : new StoreException(store, error.Message, error);
        }
    }
}
