using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Faults;

/// <summary>A role's store behind its switch: each call passes the board first. With no fault set it is the store's own call.</summary>
internal partial class FaultyStore : DispatchProxy
{
    private static readonly MethodInfo Result = typeof(FaultyStore).GetMethod(nameof(ResultAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;
    private static readonly MethodInfo Stream = typeof(FaultyStore).GetMethod(nameof(StreamAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

    private object inner = null!;
    private FaultBoard board = null!;
    private string role = "";
    private string name = "";

    /// <summary>Puts a store behind its switch.</summary>
    /// <param name="type">The role's interface.</param>
    /// <param name="store">The store.</param>
    /// <param name="board">The switches.</param>
    /// <param name="role">The role, as health names it.</param>
    /// <param name="name">The store's name for people.</param>
    /// <returns>An object of the interface.</returns>
    public static object Of(Type type, object store, FaultBoard board, string role, string name)
    {
        var proxy = Create(type, typeof(FaultyStore));
        var faulty = (FaultyStore)proxy;
        (faulty.inner, faulty.board, faulty.role, faulty.name) = (store, board, role, name);
        return proxy;
    }

    /// <summary>Whether a call of a store changes anything, which its name begins with.</summary>
    public static bool Writes(MethodInfo call) => Change().IsMatch(call.Name);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var call = targetMethod!;
        object? Ask() => call.Invoke(inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        var returns = call.ReturnType;
        if (board.Of(role).Mode == FaultMode.None)
            return Ask();
        if (returns == typeof(Task))
            return DoneAsync(Ask, call, args);
        if (!returns.IsGenericType)
            return Ask();
        if (returns.GetGenericTypeDefinition() == typeof(Task<>))
            return Result.MakeGenericMethod(returns.GetGenericArguments()).Invoke(this, [(Func<object?>)Ask, call, args]);
        if (returns.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>) && Ask() is { } answer)
            return Stream.MakeGenericMethod(returns.GetGenericArguments()).Invoke(this, [answer, call, CancelOf(args)]);
        return Ask();
    }

    private async Task DoneAsync(Func<object?> ask, MethodInfo call, object?[]? args)
    {
        await PassAsync(call, CancelOf(args));
        await (Task)ask()!;
    }

    private async Task<T> ResultAsync<T>(Func<object?> ask, MethodInfo call, object?[]? args)
    {
        await PassAsync(call, CancelOf(args));
        return await (Task<T>)ask()!;
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(IAsyncEnumerable<T> answer, MethodInfo call, [EnumeratorCancellation] CancellationToken cancel)
    {
        await PassAsync(call, cancel);
        await foreach (var one in answer.WithCancellation(cancel))
            yield return one;
    }

    private ValueTask PassAsync(MethodInfo call, CancellationToken cancel) => board.PassAsync(role, name, Writes(call), cancel);

    private static CancellationToken CancelOf(object?[]? args) => args is [.., CancellationToken cancel] ? cancel : CancellationToken.None;

    [GeneratedRegex("^(Add|Append|Assign|Delete|Import|Move|Put|Refer|Remove|Replace|Seal|Set|Unassign|Write)(?=[A-Z])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Change();
}

/// <summary>Between nodes: what a node that is cut off says reaches nobody, and what the others say does not reach it.</summary>
internal sealed class FaultyBus(ILiveBus inner, FaultBoard board) : ILiveBus
{
    public bool IsHearing => inner.IsHearing && !board.IsPartitioned;

    public Task PublishAsync(string region, long number, IReadOnlyList<Data.Model.Reading> readings, CancellationToken cancel) =>
        board.IsPartitioned ? Task.CompletedTask : inner.PublishAsync(region, number, readings, cancel);

    public Task BeatAsync(NodeBeat beat, CancellationToken cancel) => board.IsPartitioned ? Task.CompletedTask : inner.BeatAsync(beat, cancel);

    public Task ListenAsync(Action<LiveReadings> readings, Action<string, NodeBeat> beat, CancellationToken cancel) => inner.ListenAsync(
        heard =>
        {
            if (!board.IsPartitioned)
                readings(heard);
        },
        (node, heard) =>
        {
            if (!board.IsPartitioned)
                beat(node, heard);
        },
        cancel);

    public Task HearAsync(IReadOnlySet<string> regions, CancellationToken cancel) => inner.HearAsync(regions, cancel);
}
