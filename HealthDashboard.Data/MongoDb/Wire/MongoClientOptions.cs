namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>Where the servers are and how they are talked to. <see cref="MongoUri"/> reads it from a connection string.</summary>
internal sealed record MongoClientOptions
{
    /// <summary>The servers to ask first, as <c>host:port</c> in lower case; the others are learnt from them.</summary>
    public required IReadOnlyList<string> Seeds { get; init; }

    /// <summary>Who signs in; null when the servers ask nobody.</summary>
    public MongoCredential? Credential { get; init; }

    /// <summary>The database of the records.</summary>
    public string Database { get; init; } = "health";

    /// <summary>The replica set's name; null to take whichever the seeds belong to.</summary>
    public string? ReplicaSet { get; init; }

    /// <summary>Talks only to the one seed, whichever role it has.</summary>
    public bool DirectConnection { get; init; }

    /// <summary>Encrypts connections and checks the servers' certificates and names.</summary>
    public bool UseTls { get; init; }

    /// <summary>A PEM file with the authorities to trust in place of the machine's; null for the machine's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>How the servers' logs name this client.</summary>
    public string AppName { get; init; } = "HealthDashboard";

    /// <summary>The most connections to one server; 1 to 1,000.</summary>
    public int MaxPoolSize { get; init; } = 20;

    /// <summary>How long a connection may lie unused before it is closed. Shorter than what firewalls take for dead.</summary>
    public TimeSpan MaxIdleTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long opening a connection may take, with TLS and sign-in.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call waits for a primary or a mongos.</summary>
    public TimeSpan ServerSelectionTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often each server is asked for its state.</summary>
    public TimeSpan HeartbeatFrequency { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The shortest time between two such questions, when calls wait for a server [server discovery: minHeartbeatFrequencyMS].</summary>
    public TimeSpan MinHeartbeatFrequency { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the primary waits for the majority to have a write on disk.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a server works on a read before it gives up.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Who signs in by SCRAM-SHA-256.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Password">The password as <see cref="SaslPrep"/> leaves it.</param>
/// <param name="Source">The database that knows the user.</param>
internal sealed record MongoCredential(string User, string Password, string Source)
{
    /// <summary>What the last sign-in worked out from the password, so that the next connection need not.</summary>
    public ScramKeys? Keys { get; set; }

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{User} of {Source}";
}
