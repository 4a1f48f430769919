using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

public sealed class RedisAlertStoreTests() : AlertStoreContract(new RedisStoreFactory());
