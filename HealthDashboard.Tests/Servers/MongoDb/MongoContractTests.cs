using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>The contract against the servers that <c>TEST_MONGODB</c> names.</summary>
public sealed class MongoPatientStoreTests() : PatientStoreContract(
    MongoStoreFactory<IPatientStore>.OverServer(database => new MongoPatientStore(database)));

/// <inheritdoc cref="MongoPatientStoreTests"/>
public sealed class MongoAccountStoreTests() : AccountStoreContract(
    MongoStoreFactory<IAccountStore>.OverServer(database => new MongoAccountStore(database)));

/// <inheritdoc cref="MongoPatientStoreTests"/>
public sealed class MongoAuditStoreTests() : AuditStoreContract(
    MongoStoreFactory<IAuditStore>.OverServer(database => new MongoAuditStore(database)));

/// <inheritdoc cref="EnginePatientStoreTests"/>
public sealed class EngineAuditStoreTests() : AuditStoreContract(
    MongoStoreFactory<IAuditStore>.OverEngine(database => new MongoAuditStore(database)));

/// <inheritdoc cref="ScriptedPatientStoreTests"/>
public sealed class ScriptedAuditStoreTests() : AuditStoreContract(
    MongoStoreFactory<IAuditStore>.OverScript(database => new MongoAuditStore(database)));

/// <inheritdoc cref="MongoPatientStoreTests"/>
public sealed class MongoStayStoreTests() : StayStoreContract(
    MongoStoreFactory<IPatientStore>.OverServer(database => new MongoPatientStore(database)));

/// <summary>The same contract with queries, updates and pipelines evaluated by an engine that is not ours: see <see cref="MongoEngine"/>.</summary>
public sealed class EnginePatientStoreTests() : PatientStoreContract(
    MongoStoreFactory<IPatientStore>.OverEngine(database => new MongoPatientStore(database)));

/// <inheritdoc cref="EnginePatientStoreTests"/>
public sealed class EngineAccountStoreTests() : AccountStoreContract(
    MongoStoreFactory<IAccountStore>.OverEngine(database => new MongoAccountStore(database)));

/// <summary>The same contract through the whole client against a scripted replica set, which every machine has.</summary>
public sealed class ScriptedPatientStoreTests() : PatientStoreContract(
    MongoStoreFactory<IPatientStore>.OverScript(database => new MongoPatientStore(database)));

/// <inheritdoc cref="ScriptedPatientStoreTests"/>
public sealed class ScriptedAccountStoreTests() : AccountStoreContract(
    MongoStoreFactory<IAccountStore>.OverScript(database => new MongoAccountStore(database)));

/// <inheritdoc cref="EnginePatientStoreTests"/>
public sealed class EngineStayStoreTests() : StayStoreContract(
    MongoStoreFactory<IPatientStore>.OverEngine(database => new MongoPatientStore(database)));

/// <inheritdoc cref="ScriptedPatientStoreTests"/>
public sealed class ScriptedStayStoreTests() : StayStoreContract(
    MongoStoreFactory<IPatientStore>.OverScript(database => new MongoPatientStore(database)));

/// <inheritdoc cref="MongoPatientStoreTests"/>
public sealed class MongoGrantStoreTests() : GrantStoreContract(
    MongoStoreFactory<IGrantStore>.OverServer(database => new MongoGrantStore(database)));

/// <inheritdoc cref="EnginePatientStoreTests"/>
public sealed class EngineGrantStoreTests() : GrantStoreContract(
    MongoStoreFactory<IGrantStore>.OverEngine(database => new MongoGrantStore(database)));

/// <inheritdoc cref="ScriptedPatientStoreTests"/>
public sealed class ScriptedGrantStoreTests() : GrantStoreContract(
    MongoStoreFactory<IGrantStore>.OverScript(database => new MongoGrantStore(database)));
