namespace HealthDashboard.Data.Stores;

/// <summary>
/// A store could not do what it was asked. Adapters wrap their driver's errors in it once, with the driver's error inside;
/// <see cref="ConflictException"/> and cancellation pass through as they are.
/// </summary>
/// <param name="store">The store's name for people, for example <c>SQLite vitals</c>.</param>
/// <param name="message">What went wrong, without patient data.</param>
/// <param name="inner">The driver's error; null when there is none.</param>
public class StoreException(string store, string message, Exception? inner = null) : Exception($"{store}: {message}", inner)
{
    /// <summary>The store's name for people.</summary>
    public string Store { get; } = store;

    /// <summary>What went wrong, without the store's name.</summary>
    public string Reason { get; } = message;
}

/// <summary>The store cannot do it for now: the same call may succeed later.</summary>
/// <param name="store">The store's name for people.</param>
/// <param name="message">What went wrong, without patient data.</param>
/// <param name="inner">The driver's error; null when there is none.</param>
public class StoreUnavailableException(string store, string message, Exception? inner = null) : StoreException(store, message, inner)
{
    /// <summary>How long the store asked to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>
/// The store answers and refuses until an operator has mended something: the account's password or rights, a server that is read-only
/// or has no room, a setup that is missing. Trying again at once mends nothing. With <see cref="StoreUnavailableException.RetryAfter"/>
/// it holds for every call; without, for calls of this kind only, for example for writes.
/// </summary>
/// <param name="store">The store's name for people.</param>
/// <param name="message">What is refused and why, for an operator, without patient data and secrets.</param>
/// <param name="inner">The driver's error; null when there is none.</param>
public sealed class StoreRefusedException(string store, string message, Exception? inner = null) : StoreUnavailableException(store, message, inner)
{
    /// <summary>A server that locks an account after several wrong passwords stays open for the nodes that have the right one.</summary>
    private static readonly TimeSpan BetweenSignIns = TimeSpan.FromSeconds(30);

    /// <summary>What is said when the server does not accept the account.</summary>
    internal const string WrongAccount = "refuses the user name or password.";

    /// <summary>The server does not accept the account: no call is made for 30 s.</summary>
    /// <param name="store">The store's name for people.</param>
    /// <param name="inner">The driver's error; null when there is none.</param>
    public static StoreRefusedException Account(string store, Exception? inner = null) =>
        new(store, WrongAccount, inner) { RetryAfter = BetweenSignIns };
}

/// <summary>
/// Another call changed the same records at the same time, and the server has undone this one. The server works, and the same call may
/// succeed at once.
/// </summary>
/// <param name="store">The store's name for people.</param>
/// <param name="message">What went wrong, without patient data.</param>
/// <param name="inner">The driver's error; null when there is none.</param>
public sealed class StoreContendedException(string store, string message, Exception? inner = null) : StoreUnavailableException(store, message, inner);

/// <summary>The change goes against what is stored; nothing was written.</summary>
/// <param name="reason">What it goes against.</param>
/// <param name="message">The conflict in words, without patient data.</param>
public sealed class ConflictException(ConflictReason reason, string message) : Exception(message)
{
    /// <summary>What the change goes against.</summary>
    public ConflictReason Reason { get; } = reason;
}

/// <summary>What a change goes against.</summary>
public enum ConflictReason
{
    /// <summary>Another record has the same unique value (an MRN, a user name).</summary>
    Duplicate,

    /// <summary>The record has been changed since it was read.</summary>
    Stale,

    /// <summary>The record is not there, or no longer.</summary>
    Missing,
}
