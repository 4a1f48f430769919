using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HealthDashboard.Accounts;

/// <summary>
/// Counts wrong attempts to sign in, so that nobody guesses for long and nobody is kept out by others who guess: those from a device on which
/// the person has signed in before are counted by themselves; all others by name and address, by address, and by name. In memory, by node.
/// </summary>
internal sealed class SignInLimits(TimeProvider time)
{
    /// <summary>Wrong attempts at one name from one address, or from one known device of the account.</summary>
    public const int ByNameAndPlace = 5;

    /// <summary>Wrong attempts from one address, at whatever names.</summary>
    public const int ByAddress = 30;

    /// <summary>Wrong attempts at one name from all addresses that are not known devices of the account.</summary>
    public const int ByName = 50;

    /// <summary>How long a limit that is reached holds, and how long a wrong attempt counts.</summary>
    public static readonly TimeSpan For = TimeSpan.FromMinutes(5);

    private const int ManyCounts = 10_000;
    private const int MaxName = 64;

    private readonly ConcurrentDictionary<string, Count> counts = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Attempts from one address wait for each other, so that a burst of them gets no more tries; dispose it to let the next one go on.</summary>
    public async Task<IDisposable> EnterAsync(IPAddress? from, CancellationToken cancel)
    {
        var gate = gates[(StringComparer.Ordinal.GetHashCode(Place(from)) & int.MaxValue) % gates.Length];
        await gate.WaitAsync(cancel);
        return new Leave(gate);
    }

    /// <summary>Where an attempt counts.</summary>
    /// <param name="userName">The account's, or what was typed where there is none.</param>
    /// <param name="from">The client's address; null when it is not known.</param>
    /// <param name="device">The device on which the account has signed in before; null when it has not on this one.</param>
    public SignInAttempt Attempt(string userName, IPAddress? from, string? device)
    {
        var name = userName[..Math.Min(userName.Length, MaxName)].ToUpperInvariant();
        return new(this, device is not null
            ? [($"device {device} {name}", ByNameAndPlace)]
            : [($"pair {Place(from)} {name}", ByNameAndPlace), ($"address {Place(from)}", ByAddress), ($"name {name}", ByName)]);
    }

    internal bool IsReached(string key, int limit) => counts.TryGetValue(key, out var count) && count.Wrong >= limit && time.GetUtcNow() < count.Until;

    internal void AddWrong(string key)
    {
        var now = time.GetUtcNow();
        if (counts.Count > ManyCounts)
        {
            foreach (var old in counts.Where(entry => entry.Value.Until <= now))
                counts.TryRemove(old);
        }
        counts.AddOrUpdate(key, _ => new(1, now + For), (_, count) => new(count.Until > now ? count.Wrong + 1 : 1, now + For));
    }

    internal void Forget(string key) => counts.TryRemove(key, out _);

    // A household of IPv6 has 2^64 addresses.
    private static string Place(IPAddress? from) => from switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => from.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(from.GetAddressBytes().AsSpan(0, 8)),
        _ => from.ToString(),
    };

    private sealed record Count(int Wrong, DateTimeOffset Until);

    private sealed class Leave(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

/// <summary>One attempt to sign in, as it counts.</summary>
internal sealed class SignInAttempt(SignInLimits limits, (string Key, int Limit)[] counts)
{
    /// <summary>Too many wrong ones came before it: it is refused, unless it brings all that the account has.</summary>
    public bool IsLimited { get; } = counts.Any(count => limits.IsReached(count.Key, count.Limit));

    /// <summary>It was wrong. One beyond a limit does not count, so that nobody holds a limit by going on.</summary>
    public void Wrong()
    {
        if (IsLimited)
            return;
        foreach (var (key, _) in counts)
            limits.AddWrong(key);
    }

    /// <summary>It was right: what was mistyped before it is forgotten. What counts over several names or addresses stays.</summary>
    public void Right() => limits.Forget(counts[0].Key);
}
