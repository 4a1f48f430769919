using System.Reflection;

namespace HealthDashboard.Tests.Support;

/// <summary>Runs a contract's facts without the test framework, so that a test can see a broken store fail them.</summary>
internal static class ContractRunner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asserts that a fact of the contract fails over a broken store, and that what is broken does not break everything.</summary>
    /// <param name="create">Makes an instance of the contract, over a broken store, for each fact.</param>
    /// <param name="fact">The name of the method that must fail.</param>
    public static async Task AssertFailsAsync(Func<IDisposable> create, string fact)
    {
        var named = await RunAsync(create, name => name == fact).ToListAsync();
        Assert.NotEmpty(named);
        Assert.Contains(named, result => result.Error is not null);
        Assert.True(
            await RunAsync(create, name => name != fact).AnyAsync(result => result.Error is null),
            "Every other fact failed too: the store is not broken in one way, the runner is.");
    }

    /// <summary>Runs facts one by one, each theory once for each line of data, each on an instance of its own.</summary>
    /// <param name="create">Makes an instance of the contract.</param>
    /// <param name="select">Whether to run the fact of this name.</param>
    /// <returns>The facts' names, and why they failed; null for those that passed or skipped.</returns>
    public static async IAsyncEnumerable<(string Fact, Exception? Error)> RunAsync(Func<IDisposable> create, Func<string, bool> select)
    {
        Type contract;
        using (var probe = create())
            contract = probe.GetType();
        foreach (var method in contract.GetMethods().Where(m => m.GetCustomAttribute<Xunit.FactAttribute>() is not null && select(m.Name)))
        {
            foreach (var arguments in ArgumentsOf(method))
                yield return (method.Name, await RunAsync(create(), method, arguments));
        }
    }

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo method) => method.GetCustomAttribute<TheoryAttribute>() is null
        ? [[]]
        : method.GetCustomAttributes<InlineDataAttribute>().Select(data => data.Data);

    private static async Task<Exception?> RunAsync(IDisposable contract, MethodInfo method, object?[] arguments)
    {
        try
        {
            switch (method.Invoke(contract, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null))
            {
                case Task task:
                    await task.WaitAsync(Patience);
                    break;
                case ValueTask task:
                    await task.AsTask().WaitAsync(Patience);
                    break;
            }

            return null;
        }
        catch (Xunit.Sdk.SkipException)
        {
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
        finally
        {
            contract.Dispose();
        }
    }
}
