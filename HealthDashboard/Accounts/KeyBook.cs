using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>The keys of devices and programs: those of the configuration, and those that administrators make, which the store keeps by their hash.</summary>
internal sealed class KeyBook(IOptionsMonitor<ApiKeySettings> settings, TimeProvider time, IGrantStore? grants = null)
{
    /// <summary>How long the old key goes on after its rotation, so that each device can be given the new one.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>How old what is known of the stored keys may be: so soon a removed one lets nobody in.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private const string Kind = "key";
    private const int MaxName = 64;

    private static readonly TimeSpan NoteUse = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> used = new(StringComparer.Ordinal);
    private volatile Known stored = new([], DateTimeOffset.MinValue);

    /// <summary>Those of the configuration.</summary>
    public IReadOnlyList<ApiKeyEntry> Configured => settings.CurrentValue.Keys;

    public static string[] ScopesOf(Grant key) => key.Detail.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whose key it is and what it may; null when nobody's. Every key is compared, each in constant time, so that the time tells nothing of any.</summary>
    public async ValueTask<(string Name, IReadOnlyList<string> Scopes)?> FindAsync(string key)
    {
        var sent = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        (string, IReadOnlyList<string>)? found = null;
        foreach (var entry in settings.CurrentValue.Keys)
        {
            var hash = entry.KeyHash is { } hex ? Convert.FromHexString(hex) : SHA256.HashData(Encoding.UTF8.GetBytes(entry.Key!));
            if (CryptographicOperations.FixedTimeEquals(sent, hash))
                found = (entry.Name, entry.Scopes);
        }
        var now = time.GetUtcNow();
        Grant? match = null;
        foreach (var grant in await ReadAsync(now))
        {
            if (CryptographicOperations.FixedTimeEquals(sent, Convert.FromHexString(grant.Id)) && (grant.ExpiresAt is null || grant.ExpiresAt > now))
                match = grant;
        }
        if (match is null)
            return found;
        await NoteAsync(match, now);
        return found ?? (match.Name, ScopesOf(match));
    }

    /// <summary>Those that the store keeps, newest first.</summary>
    public async Task<IReadOnlyList<Grant>> AllAsync() => grants is null ? [] : await grants.ListAsync(Kind, accountId: null);

    /// <summary>Makes one.</summary>
    /// <returns>The key, which is shown once and kept nowhere, or what is wrong.</returns>
    public async Task<(string? Key, string? Error)> CreateAsync(ClaimsPrincipal by, string name, IReadOnlyCollection<string> scopes, Audit audit)
    {
        name = name.Trim();
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
            return (null, $"The name has {name.Length} characters; allowed are 1 to {MaxName}, and no control characters.");
        if (scopes.Count == 0 || scopes.Except(ApiKeySettings.Scopes, StringComparer.Ordinal).Any())
            return (null, $"Choose at least one scope of {string.Join(", ", ApiKeySettings.Scopes)}.");
        if (Configured.Any(entry => entry.Name == name) || (await AllAsync()).Any(key => key.Name == name && key.ExpiresAt is null))
            return (null, $"There is a key with the name {name} already.");
        return (await AddAsync(by, name, string.Join(' ', scopes), "key.create", audit), null);
    }

    /// <summary>Makes a new key in place of one, which goes on for <see cref="Overlap"/>.</summary>
    /// <returns>The new key; null when the old one is not there.</returns>
    public async Task<string?> RotateAsync(ClaimsPrincipal by, string id, Audit audit)
    {
        if ((await AllAsync()).FirstOrDefault(key => key.Id == id && key.ExpiresAt is null) is not { } old || !await grants!.ReplaceAsync(old with { ExpiresAt = time.GetUtcNow() + Overlap }))
            return null;
        return await AddAsync(by, old.Name, old.Detail, "key.rotate", audit);
    }

    /// <summary>Removes one; it lets nobody in from <see cref="Fresh"/> on.</summary>
    public async Task RemoveAsync(ClaimsPrincipal by, string id, Audit audit)
    {
        if ((await AllAsync()).FirstOrDefault(key => key.Id == id) is not { } key || !await grants!.RemoveAsync(id))
            return;
        stored = stored with { At = DateTimeOffset.MinValue };
        await audit.WriteAsync(by, "key.remove", detail: key.Name);
    }

    private async Task<string> AddAsync(ClaimsPrincipal by, string name, string scopes, string action, Audit audit)
    {
        var (secret, now) = ($"hd_{Secret.New()}", time.GetUtcNow());
        await grants!.AddAsync(new Grant { Id = Secret.HashOf(secret), Kind = Kind, Name = name, Detail = scopes, CreatedAt = now, UsedAt = now });
        stored = stored with { At = DateTimeOffset.MinValue };
        await audit.WriteAsync(by, action, detail: $"{name}: {scopes}");
        return secret;
    }

    // One reads for all; while the store is unavailable the keys are as they were.
    private async ValueTask<IReadOnlyList<Grant>> ReadAsync(DateTimeOffset now)
    {
        if (grants is null || now - stored.At < Fresh)
            return stored.Keys;
        await reading.WaitAsync();
        try
        {
            if (now - stored.At >= Fresh)
                stored = new(await grants.ListAsync(Kind, accountId: null), now);
        }
        catch (StoreException)
        {
            stored = stored with { At = now };
        }
        finally
        {
            reading.Release();
        }
        return stored.Keys;
    }

    private async ValueTask NoteAsync(Grant key, DateTimeOffset now)
    {
        if (now - (used.TryGetValue(key.Id, out var noted) ? noted : key.UsedAt) < NoteUse)
            return;
        used[key.Id] = now;
        try
        {
            await grants!.ReplaceAsync(key with { UsedAt = now });
        }
        catch (StoreException)
        {
            // Only a figure for a list.
        }
    }

    private sealed record Known(IReadOnlyList<Grant> Keys, DateTimeOffset At);
}
