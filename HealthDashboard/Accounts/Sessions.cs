using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Accounts;

/// <summary>One session as its grant keeps it.</summary>
/// <param name="Address">Where it was opened from; null when that is not known.</param>
/// <param name="IsLocked">It is idle: nothing is shown until it is unlocked.</param>
/// <param name="WrongPins">Wrong PINs since the last password.</param>
internal sealed record SessionState(string? Address, bool IsLocked = false, int WrongPins = 0);

/// <summary>The sessions of people: where somebody is signed in, seen and ended from elsewhere, and locked when a station is idle.</summary>
internal sealed class Sessions(IGrantStore grants, TimeProvider time)
{
    public const string Kind = "session";

    /// <summary>How long a session lasts from its last use.</summary>
    public static readonly TimeSpan Shift = TimeSpan.FromHours(12);

    /// <summary>How long that of a display does: as long as a browser keeps a cookie at most [RFC 6265bis, 5.5]; an open page renews it.</summary>
    public static readonly TimeSpan DisplayLasts = TimeSpan.FromDays(400);

    /// <summary>How old what is known of a session may be: so soon it ends on every node.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private const string Claim = "session";
    private const int MostKnown = 10_000;

    private static readonly TimeSpan NoteUse = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (Grant? Grant, DateTimeOffset At)> known = new(StringComparer.Ordinal);

    /// <summary>Opens one.</summary>
    /// <returns>The claim that its cookie carries.</returns>
    public async Task<Claim> OpenAsync(Account of, HttpContext context)
    {
        var (account, now) = (of.Id, time.GetUtcNow());
        foreach (var old in await grants.ListAsync(Kind, account))
        {
            if (old.ExpiresAt <= now)
                await grants.RemoveAsync(old.Id);
        }
        var secret = Secret.New();
        await grants.AddAsync(new Grant
        {
            Id = Secret.HashOf(secret),
            Kind = Kind,
            AccountId = account,
            Name = Browser.NameOf(context.Request.Headers.UserAgent.ToString()),
            Detail = Write(new SessionState(context.Connection.RemoteIpAddress?.ToString())),
            CreatedAt = now,
            UsedAt = now,
            ExpiresAt = now + (of.Role == Roles.Display ? DisplayLasts : Shift),
        });
        return new Claim(Claim, secret);
    }

    /// <summary>The id of the session that somebody has signed in with; null for a program.</summary>
    public static string? IdOf(ClaimsPrincipal user) => user.FindFirstValue(Claim) is { } secret ? Secret.HashOf(secret) : null;

    /// <summary>The claim of the session, to go on with it under new claims; null for a program.</summary>
    public static Claim? ClaimOf(ClaimsPrincipal user) => user.FindFirst(Claim);

    /// <summary>The session as it is, or was a moment ago; null when it has ended. While the store is unavailable it is as it was.</summary>
    public async Task<Grant?> FindAsync(ClaimsPrincipal user, bool noteUse = false)
    {
        if (IdOf(user) is not { } id)
            return null;
        var now = time.GetUtcNow();
        if (!known.TryGetValue(id, out var entry) || now - entry.At >= Fresh)
        {
            try
            {
                entry = (await grants.FindAsync(id), now);
                Remember(id, entry.Grant);
            }
            catch (StoreUnavailableException) when (entry.Grant is not null)
            {
                // A store that is unavailable must not sign out the whole ward.
                return entry.Grant;
            }
        }
        if (entry.Grant is not { } grant || grant.ExpiresAt <= now)
            return null;
        return noteUse && now - grant.UsedAt >= NoteUse ? await ChangeAsync(grant with { UsedAt = now, ExpiresAt = now + (user.IsInRole(Roles.Display) ? DisplayLasts : Shift) }) : grant;
    }

    /// <summary>Changes what is kept of it.</summary>
    /// <returns>The session; null when it has ended meanwhile.</returns>
    public async Task<Grant?> ChangeAsync(Grant session)
    {
        var changed = await grants.ReplaceAsync(session) ? session : null;
        Remember(session.Id, changed);
        return changed;
    }

    public async Task EndAsync(string id)
    {
        await grants.RemoveAsync(id);
        Remember(id, null);
    }

    /// <summary>Ends all of the account's but one.</summary>
    public async Task EndOthersAsync(ObjectId account, string? butId)
    {
        foreach (var session in await grants.ListAsync(Kind, account))
        {
            if (session.Id != butId)
                await EndAsync(session.Id);
        }
    }

    /// <summary>Ends one of the account's, or all but one.</summary>
    /// <param name="account">Whose they are; another account's session is left alone.</param>
    /// <param name="id">Which; empty for all.</param>
    /// <param name="butId">The one that stays when all are ended; null for none.</param>
    public async Task EndAsync(ObjectId account, string id, string? butId)
    {
        if (id.Length == 0)
            await EndOthersAsync(account, butId);
        else if ((await OfAsync(account)).Any(session => session.Id == id))
            await EndAsync(id);
    }

    /// <summary>Those that are open, newest first.</summary>
    public async Task<IReadOnlyList<Grant>> OfAsync(ObjectId account)
    {
        var now = time.GetUtcNow();
        return [.. (await grants.ListAsync(Kind, account)).Where(session => session.ExpiresAt > now)];
    }

    public static SessionState StateOf(Grant session) => JsonSerializer.Deserialize<SessionState>(session.Detail) ?? new(null);

    public static string Write(SessionState state) => JsonSerializer.Serialize(state);

    private void Remember(string id, Grant? grant)
    {
        if (known.Count > MostKnown)
            known.Clear();
        known[id] = (grant, time.GetUtcNow());
    }
}
