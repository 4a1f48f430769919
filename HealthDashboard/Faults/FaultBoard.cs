using HealthDashboard.Data.Stores;

namespace HealthDashboard.Faults;

/// <summary>Something that was switched, for the page's log.</summary>
/// <param name="At">When.</param>
/// <param name="What">What, in words.</param>
internal sealed record FaultEvent(DateTimeOffset At, string What);

/// <summary>
/// The switches of this node: what is wrong with each store, between nodes, and with the devices. All of it is in memory: a program that is
/// started again has no faults. What nobody switches back ends by itself after <see cref="Longest"/>.
/// </summary>
internal sealed class FaultBoard(TimeProvider time)
{
    /// <summary>When a fault that nobody switches back ends by itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>The furthest that the devices' clocks can be wrong, either way.</summary>
    public static readonly TimeSpan FurthestClock = TimeSpan.FromHours(1);

    private const int MostEvents = 50;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (StoreFault Fault, DateTimeOffset Ends)> stores = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> servers = new(StringComparer.Ordinal);
    private readonly LinkedList<FaultEvent> events = [];
    private (bool On, DateTimeOffset Ends) partition;
    private (bool On, DateTimeOffset Ends) storm;
    private (TimeSpan Off, DateTimeOffset Ends) clock;
    private Random chance = new(0);
    private Action[] listeners = [];

    /// <summary>The roles whose stores have a switch, as health names them.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["patients", "vitals", "careTeam", "analytics", "alerts"];

    /// <summary>What was switched last, the newest first.</summary>
    public IReadOnlyList<FaultEvent> Events
    {
        get
        {
            lock (gate)
                return [.. events];
        }
    }

    /// <summary>Whether this node hears no other, and no other hears it.</summary>
    public bool IsPartitioned
    {
        get
        {
            lock (gate)
                return partition.On && time.GetUtcNow() < partition.Ends;
        }
    }

    /// <summary>Whether every device sends its last seconds again and again.</summary>
    public bool IsStorm
    {
        get
        {
            lock (gate)
                return storm.On && time.GetUtcNow() < storm.Ends;
        }
    }

    /// <summary>How far the devices' clocks are ahead; below zero they are behind, zero is right.</summary>
    public TimeSpan Clock
    {
        get
        {
            lock (gate)
                return time.GetUtcNow() < clock.Ends ? clock.Off : TimeSpan.Zero;
        }
    }

    /// <summary>Whether anything is wrong.</summary>
    public bool IsAny => Roles.Any(role => Of(role).Mode != FaultMode.None) || IsPartitioned || IsStorm || Clock != TimeSpan.Zero;

    /// <summary>Has something called after each switch, for as long as the program runs.</summary>
    public void OnChanged(Action listener)
    {
        lock (gate)
            listeners = [.. listeners, listener];
    }

    /// <summary>What is wrong with a role's store now.</summary>
    public StoreFault Of(string role)
    {
        lock (gate)
            return stores.TryGetValue(role, out var set) && time.GetUtcNow() < set.Ends ? set.Fault : default;
    }

    /// <summary>When a role's fault ends by itself; null while there is none.</summary>
    public DateTimeOffset? EndOf(string role)
    {
        lock (gate)
            return stores.TryGetValue(role, out var set) && time.GetUtcNow() < set.Ends && set.Fault.Mode != FaultMode.None ? set.Ends : null;
    }

    /// <summary>How many proxies stand before a role's store: 0 where calls are met in this program.</summary>
    public int ServersOf(string role)
    {
        lock (gate)
            return servers.GetValueOrDefault(role);
    }

    /// <summary>So many proxies stand before a role's store.</summary>
    public void SetServers(string role, int count)
    {
        lock (gate)
            servers[role] = count;
    }

    /// <summary>Switches a store. The fault can be set: <see cref="StoreFault.Refusal"/> has said so.</summary>
    public void Set(string role, StoreFault fault) => Switch(() => stores[role] = (fault, time.GetUtcNow() + Longest), $"{NameOf(role)}: {fault}");

    /// <summary>Cuts this node off from the others, or not.</summary>
    public void SetPartition(bool on) => Switch(() => partition = (on, time.GetUtcNow() + Longest), on ? "This node: cut off from the others" : "This node: joined again");

    /// <summary>Has every device send its last seconds again and again, or not.</summary>
    public void SetStorm(bool on) => Switch(() => storm = (on, time.GetUtcNow() + Longest), on ? "Devices: every reading again and again" : "Devices: every reading once");

    /// <summary>Sets the devices' clocks wrong; at most by <see cref="FurthestClock"/>.</summary>
    public void SetClock(TimeSpan ahead) => Switch(
        () => clock = (ahead, time.GetUtcNow() + Longest),
        ahead == TimeSpan.Zero ? "Devices: clocks right" : $"Devices: clocks {Math.Abs(ahead.TotalSeconds):0} s {(ahead > TimeSpan.Zero ? "ahead" : "behind")}");

    /// <summary>Switches everything back.</summary>
    public void Restore() => Switch(
        () =>
        {
            stores.Clear();
            (partition, storm, clock) = (default, default, default);
        },
        "Everything works again");

    /// <summary>Has chance begin anew, so that a script that runs again meets the same failures.</summary>
    public void Seed(int seed)
    {
        lock (gate)
            chance = new Random(seed);
    }

    /// <summary>Whether chance lets this call fail.</summary>
    public bool Fails(in StoreFault fault)
    {
        if (fault.Mode != FaultMode.Fails)
            return false;
        lock (gate)
            return chance.Next(100) < fault.Amount;
    }

    /// <summary>Lets a call pass, a moment later where the store is slow.</summary>
    /// <param name="role">The role.</param>
    /// <param name="store">The store's name for people.</param>
    /// <param name="writes">Whether the call changes anything.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The switch says so.</exception>
    public async ValueTask PassAsync(string role, string store, bool writes, CancellationToken cancel)
    {
        var fault = Of(role);
        if (fault.Mode == FaultMode.ReadOnly && writes)
            throw new StoreRefusedException(store, "is read-only, as the fault switch says.");
        // Where proxies stand before the servers, the connections themselves fail.
        if (ServersOf(role) > 0)
            return;
        if (fault.Mode == FaultMode.Slow)
            await Task.Delay(TimeSpan.FromMilliseconds(fault.Amount), time, cancel);
        if (fault.Mode == FaultMode.Unavailable || Fails(fault))
            throw new StoreUnavailableException(store, "cannot be reached, as the fault switch says.");
    }

    /// <summary>A role's name for people.</summary>
    public static string NameOf(string role) => role switch
    {
        "patients" => "Records",
        "vitals" => "Vital signs",
        "careTeam" => "Care team",
        "analytics" => "Analytics",
        _ => "Alerts",
    };

    private void Switch(Action change, string what)
    {
        Action[] hear;
        lock (gate)
        {
            hear = listeners;
            change();
            events.AddFirst(new FaultEvent(time.GetUtcNow(), what));
            if (events.Count > MostEvents)
                events.RemoveLast();
        }
        foreach (var listener in hear)
            listener();
    }
}
