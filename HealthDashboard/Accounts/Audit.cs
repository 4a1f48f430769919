using System.Security.Claims;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Accounts;

/// <summary>Writes down who did what, durably and before the caller hears that it is done.</summary>
internal sealed class Audit(IAccountStore accounts, TimeProvider time)
{
    /// <summary>Cannot be cancelled: what has been done is written down even when the caller no longer waits.</summary>
    /// <param name="user">Who did it.</param>
    /// <param name="action">What was done, for example <c>patient.update</c>.</param>
    /// <param name="patientId">The patient concerned; null when none is.</param>
    /// <param name="detail">More in words, without patient data; null when there is none.</param>
    public Task WriteAsync(ClaimsPrincipal user, string action, ObjectId? patientId = null, string? detail = null) =>
        WriteAsync(new AuditEntry(time.GetUtcNow(), user.Actor(), action, patientId, detail));

    /// <inheritdoc cref="WriteAsync(ClaimsPrincipal, string, ObjectId?, string?)"/>
    public Task WriteAsync(AuditEntry entry) => accounts.AuditAsync(entry, CancellationToken.None);
}
