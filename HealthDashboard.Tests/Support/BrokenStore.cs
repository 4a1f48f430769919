using System.Reflection;

namespace HealthDashboard.Tests.Support;

/// <summary>A store that does one thing otherwise and passes every other call on.</summary>
public class BrokenStore : DispatchProxy
{
    private object inner = new();
    private string method = "";
    private Func<object?[], object?> instead = _ => null;

    /// <summary>The store with one method changed.</summary>
    /// <typeparam name="T">The role's interface.</typeparam>
    /// <param name="store">The store.</param>
    /// <param name="method">The name of the method, of all its overloads.</param>
    /// <param name="instead">What the method does, from the store and its arguments to its result.</param>
    public static T Of<T>(T store, string method, Func<T, object?[], object?> instead)
        where T : class
    {
        var proxy = Create<T, BrokenStore>();
        var broken = (BrokenStore)(object)proxy;
        (broken.inner, broken.method, broken.instead) = (store, method, args => instead(store, args));
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == method
        ? instead(args!)
        : targetMethod.Invoke(inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
}
