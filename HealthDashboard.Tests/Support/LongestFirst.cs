using HealthDashboard.Tests.Browser;
using HealthDashboard.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace HealthDashboard.Tests.Support;

/// <summary>
/// The tests that share one browser take as long as all others that run beside them, and come first: begun late, they would keep one
/// processor busy while another waits.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections).OrderBy(tests => tests.TestCollectionClassName == typeof(BrowserTests).FullName ? 0 : 1)];
}
