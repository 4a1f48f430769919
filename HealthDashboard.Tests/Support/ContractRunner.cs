using System.Reflection;

namespace HealthDashboard.Tests.Support;

/// <summary>Runs a contract's facts without the test framework, so that a test can see a broken store fail them.</summary>
internal static class ContractRunner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asserts that a fact of the contract fails, and that what is broken does not break everything.</summary>
    /// <param name="create">Makes an instance of the contract, over a broken store, for each fact.</param>
    /// <param name="fact">The name of the method that must fail.</param>
    public static async Task AssertFailsAsync(Func<object> create, string fact)
    {
        var results = await RunAsync(create);
        var failed = results.Where(result => result.Error is not null).Select(result => result.Fact).ToArray();
        Assert.Contains(fact, failed);
        Assert.True(failed.Length < results.Count, "Every fact failed: the store is not broken in one way, the runner is.");
    }

    /// <summary>Runs every fact, each theory once for each line of data, each on an instance of its own.</summary>
    /// <returns>The facts' names, and why they failed; null for those that passed or skipped.</returns>
    public static async Task<IReadOnlyList<(string Fact, Exception? Error)>> RunAsync(Func<object> create)
    {
        using var probe = create() as IDisposable;
        var facts =
            from method in (probe?.GetType() ?? create().GetType()).GetMethods()
            where method.GetCustomAttribute<FactAttribute>() is not null
            from arguments in ArgumentsOf(method)
            select (method, arguments);
        var results = new List<(string, Exception?)>();
        foreach (var (method, arguments) in facts)
            results.Add((method.Name, await RunAsync(create(), method, arguments)));
        return results;
    }

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo method) => method.GetCustomAttribute<TheoryAttribute>() is null
        ? [[]]
        : method.GetCustomAttributes<InlineDataAttribute>().Select(data => data.Data);

    private static async Task<Exception?> RunAsync(object contract, MethodInfo method, object?[] arguments)
    {
        try
        {
            if (contract is IAsyncLifetime starting)
                await starting.InitializeAsync();
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
            if (contract is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else
                (contract as IDisposable)?.Dispose();
        }
    }
}
