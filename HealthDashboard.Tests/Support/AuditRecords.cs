using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Support;

/// <summary>The audit as tests write and read it.</summary>
internal static class AuditRecords
{
    /// <summary>What writes the audit, with a file for what waits.</summary>
    public static Audit Over(IAuditStore store, string waitingFile, TimeProvider time) =>
        new(new AuditWriter(new AuditChain(store, "test")), new KeptFile<IReadOnlyList<AuditEntry>>(waitingFile), time, NullLogger<Audit>.Instance);

    /// <summary>The latest entries, newest first.</summary>
    public static async Task<IReadOnlyList<AuditEntry>> EntriesAsync(this IAuditStore store, ObjectId? patientId = null, int limit = 100) =>
        [.. (await store.SearchAsync(new AuditQuery(PatientId: patientId, Limit: limit))).Select(row => row.Entry)];

    /// <summary>Adds one entry to a chain.</summary>
    public static Task AddAsync(this IAuditStore store, AuditEntry entry) => new AuditChain(store, "test").AppendAsync([entry]);
}
