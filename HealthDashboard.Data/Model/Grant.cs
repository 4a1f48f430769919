namespace HealthDashboard.Data.Model;

/// <summary>Something by which somebody or a program comes in: a session, an API key, an invitation.</summary>
public sealed record Grant
{
    /// <summary>The SHA-256 of its secret in 64 hex digits, so that whoever reads the store comes in by none.</summary>
    public required string Id { get; init; }

    /// <summary>What it is: <c>session</c>, <c>key</c> or <c>invite</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whose it is; null for a key, which is nobody's.</summary>
    public ObjectId? AccountId { get; init; }

    /// <summary>What lists call it; 1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What else there is to it, as the web app writes it; at most 4,000 characters.</summary>
    public string Detail { get; init; } = "";

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to some minutes; as <see cref="CreatedAt"/> before it was.</summary>
    public DateTimeOffset UsedAt { get; init; }

    /// <summary>From when on it lets nobody in; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
