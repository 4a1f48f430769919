using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Support;

/// <summary>
/// A store that answers at once or a moment later, at random, as a server does and a file on this machine does not.
/// </summary>
public class UnevenStore : DispatchProxy
{
    // A limit, not a wait: what takes longer is there later.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    private static readonly MethodInfo Later = typeof(UnevenStore).GetMethod(nameof(LaterOfAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    private object inner = new();
    private Random chance = new(0);

    /// <summary>Makes every store that is registered by its role's interface uneven.</summary>
    /// <param name="services">What the program is made of.</param>
    /// <param name="seed">Where chance begins.</param>
    public static void Replace(IServiceCollection services, int seed)
    {
        foreach (var (i, one) in services.Index().ToList())
        {
            if (one is { IsKeyedService: false, ServiceType: { IsInterface: true, Namespace: "HealthDashboard.Data.Stores" } role } && role.Name.EndsWith("Store", StringComparison.Ordinal))
                services[i] = ServiceDescriptor.Describe(role, provider => Of(role, Make(one, provider), seed), one.Lifetime);
        }
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        object? Ask() => targetMethod!.Invoke(inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        if (!targetMethod!.ReturnType.IsAssignableTo(typeof(Task)))
            return Ask();
        // Outside the caller's context, so that waiting for it here stops nobody else.
        var answer = Task.Run(Ask).GetAwaiter().GetResult()!;
        bool atOnce;
        lock (chance)
            atOnce = chance.Next(2) == 0;
        if (atOnce)
            ((IAsyncResult)answer).AsyncWaitHandle.WaitOne(AtOnce);
        return atOnce ? answer
            : targetMethod.ReturnType == typeof(Task) ? LaterAsync((Task)answer)
            : Later.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(null, [answer]);
    }

    private static object Of(Type role, object store, int seed)
    {
        var proxy = Create(role, typeof(UnevenStore));
        var uneven = (UnevenStore)proxy;
        (uneven.inner, uneven.chance) = (store, new Random(seed));
        return proxy;
    }

    private static object Make(ServiceDescriptor one, IServiceProvider provider) => one.ImplementationInstance
        ?? one.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, one.ImplementationType!);

    private static async Task LaterAsync(Task answer)
    {
        await Task.Yield();
        await answer;
    }

    private static async Task<T> LaterOfAsync<T>(Task<T> answer)
    {
        await Task.Yield();
        return await answer;
    }
}
