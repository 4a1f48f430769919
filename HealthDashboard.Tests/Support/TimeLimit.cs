using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace HealthDashboard.Tests;

/// <summary>
/// The time limit that every asynchronous test has, in one place. In this namespace <c>[Fact]</c> and <c>[Theory]</c> mean the
/// attributes below, so a new test has the limit without saying so; <c>[Fact(Timeout = ...)]</c> gives a test another. The framework
/// can end only a test that awaits something; one that does not is ended, with the whole run, by the hang limit of test.sh.
/// </summary>
internal static class TimeLimit
{
    /// <summary>In milliseconds: so many seconds as TEST_TIME_LIMIT says, else far more than the slowest test takes on a machine under load.</summary>
    private static readonly int Usual =
        1000 * (int.TryParse(Environment.GetEnvironmentVariable("TEST_TIME_LIMIT"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 300);

    /// <summary>The limit of a test that names none; 0, which is none, where the framework could not keep it.</summary>
    public static int Of(IXunitTestMethod test, int named) =>
        named == 0 && (typeof(Task).IsAssignableFrom(test.Method.ReturnType) || test.Method.ReturnType == typeof(ValueTask)) ? Usual : named;
}

/// <summary>A test, with a time limit.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(LimitedFactDiscoverer))]
public sealed class FactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : Xunit.FactAttribute(sourceFilePath, sourceLineNumber);

/// <summary>A test with lines of data, with a time limit for each.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(LimitedTheoryDiscoverer))]
public sealed class TheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : Xunit.TheoryAttribute(sourceFilePath, sourceLineNumber);

/// <summary>Finds a <see cref="FactAttribute"/>'s test.</summary>
public sealed class LimitedFactDiscoverer : FactDiscoverer
{
    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
    {
        var fact = (Xunit.FactAttribute)factAttribute;
        fact.Timeout = TimeLimit.Of(testMethod, fact.Timeout);
        return base.Discover(discoveryOptions, testMethod, fact);
    }
}

/// <summary>Finds a <see cref="TheoryAttribute"/>'s tests.</summary>
public sealed class LimitedTheoryDiscoverer : TheoryDiscoverer
{
    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
    {
        var theory = (Xunit.TheoryAttribute)factAttribute;
        theory.Timeout = TimeLimit.Of(testMethod, theory.Timeout);
        return base.Discover(discoveryOptions, testMethod, theory);
    }
}
