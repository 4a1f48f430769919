namespace HealthDashboard.Data.Cql;

/// <summary>Cassandra could not be asked, or said no.</summary>
/// <param name="message">What went wrong, without values.</param>
/// <param name="inner">What it comes from; null when it comes from here.</param>
internal abstract class CassandraException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether another node, or the same one later, may do what was asked.</summary>
    public abstract bool IsTransient { get; }
}

/// <summary>The connection could not be made, was lost, or brought no answer in time. What was asked may have been done.</summary>
internal sealed class ConnectionException(string message, Exception? inner = null) : CassandraException(message, inner)
{
    public override bool IsTransient => true;
}

/// <summary>Bytes came that are not the protocol.</summary>
internal sealed class ProtocolException(string message, Exception? inner = null) : CassandraException($"not the CQL protocol: {message}", inner)
{
    public override bool IsTransient => true;
}

/// <summary>The node wants a user name and password, or refuses those it was given.</summary>
internal sealed class CredentialsException(string message, Exception? inner = null) : CassandraException(message, inner)
{
    public override bool IsTransient => false;
}

/// <summary>The request cannot be put so: it is too large, or its values do not fit the table.</summary>
internal sealed class RequestException(string message, Exception? inner = null) : CassandraException(message, inner)
{
    public override bool IsTransient => false;
}

/// <summary>The cluster is not set up as it must be, and an operator has to do it.</summary>
internal sealed class SetupException(string message, Exception? inner = null) : CassandraException(message, inner)
{
    public override bool IsTransient => false;
}

/// <summary>No node could do it.</summary>
/// <param name="message">What went wrong.</param>
/// <param name="inner">The last node's reason; null when there is none.</param>
internal sealed class NoNodeException(string message, CassandraException? inner = null) : CassandraException(message, inner)
{
    // Wrong credentials are wrong on every node.
    public override bool IsTransient => inner?.IsTransient ?? true;
}
