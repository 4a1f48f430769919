namespace HealthDashboard.Tests.Support;

/// <summary>
/// The tests that start servers, and kill or freeze them. They run after all others, one after the other: a machine that starts a database
/// for one test answers another one late.
/// </summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ServersOfTheirOwn;
