namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>The servers that are there, and which of them takes a call: the primary of the replica set, or any mongos.</summary>
internal sealed class Topology(MongoClientOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, MongoServer> servers = new(StringComparer.Ordinal);
    private readonly List<Task> closing = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool started;
    private bool disposed;

    public TopologyDescription Description { get; private set; } = TopologyDescription.Of(options);

    public ClusterClock Clock { get; } = new();

    /// <summary>Waits for a server that takes writes, and reads that must not be old.</summary>
    /// <exception cref="MongoConnectionException">There is none within the time for that.</exception>
    /// <exception cref="MongoRefusedException">There is one that cannot be used as it is.</exception>
    public async Task<MongoServer> SelectAsync(CancellationToken cancel)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            Task change;
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(disposed, this);
                if (!started)
                    Watch();
                started = true;
                if (Writable() is { } server)
                    return server;
                change = changed.Task;
                foreach (var waiting in servers.Values)
                    waiting.Wake();
            }
            var left = options.ServerSelectionTimeout - time.GetElapsedTime(begun);
            try
            {
                await change.WaitAsync(left > TimeSpan.Zero ? left : throw new TimeoutException(), time, cancel);
            }
            catch (TimeoutException)
            {
                throw new MongoConnectionException($"No server to write to: {this}");
            }
        }
    }

    /// <summary>A server that takes writes; null when none is known at the moment.</summary>
    public MongoServer? Known()
    {
        lock (gate)
        {
            var known = Description.Servers.Values.FirstOrDefault(server => server.Type is ServerType.Primary or ServerType.Mongos);
            return known is null ? null : servers.GetValueOrDefault(known.Address);
        }
    }

    /// <summary>Takes in what a server said, or why it said nothing.</summary>
    public void Heard(ServerDescription server)
    {
        lock (gate)
        {
            if (disposed)
                return;
            Description = Description.With(server);
            Watch();
            changed.SetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The servers in words, for people.</summary>
    public override string ToString()
    {
        var now = Description;
        return string.Join(" ", now.Servers.Values.Select(server =>
            server.Type == ServerType.Unknown ? server.Error ?? $"{server.Address} was not heard yet." : $"{server.Address} is {Word(server.Type)}."));
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            disposed = true;
            closing.AddRange(servers.Values.Select(server => server.CloseAsync()));
            servers.Clear();
        }
        await Task.WhenAll(closing);
    }

    private static string Word(ServerType type) => type switch
    {
        ServerType.Mongos => "a mongos",
        ServerType.Standalone => "no member of a replica set",
        ServerType.Ghost => "a member of a replica set that is not set up (rs.initiate())",
        _ => type.ToString().ToLowerInvariant(),
    };

    // Called under the gate, as Watch.
    private MongoServer? Writable()
    {
        var candidates = Description.Servers.Values.Where(server => server.Type is ServerType.Primary or ServerType.Mongos).ToArray();
        if (Description.Servers.Values.FirstOrDefault(server => server.Type == ServerType.Standalone) is { } alone)
            throw new MongoRefusedException($"{alone.Address} is no replica set, which transactions need: start mongod with --replSet and run rs.initiate().");
        if (candidates.Length == 0)
            return null;
        var chosen = candidates[Random.Shared.Next(candidates.Length)];
        return chosen.MaxWireVersion >= ServerDescription.OldestWireVersion
            ? servers[chosen.Address]
            : throw new MongoRefusedException($"{chosen.Address} is older than MongoDB 6.0.");
    }

    private void Watch()
    {
        foreach (var address in servers.Keys.Except(Description.Servers.Keys, StringComparer.Ordinal).ToArray())
        {
            servers.Remove(address, out var gone);
            closing.RemoveAll(task => task.IsCompletedSuccessfully);
            // Not waited for here: the one who says that a server is gone may be the one who watches it.
            closing.Add(Task.Run(gone!.CloseAsync));
        }
        foreach (var address in Description.Servers.Keys.Where(address => !servers.ContainsKey(address)))
        {
            var server = new MongoServer(address, this, options, time);
            servers.Add(address, server);
            server.Watch();
        }
    }
}
