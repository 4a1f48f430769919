using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

public sealed class RedisAlertStoreTests() : AlertStoreContract(new RedisStoreFactory());

/// <summary>The same in the protocol that answers with maps, nulls and doubles of its own.</summary>
public sealed class RedisResp3AlertStoreTests() : AlertStoreContract(new RedisStoreFactory(Needs.Redis() + ",protocol=resp3"));
