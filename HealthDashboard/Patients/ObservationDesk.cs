using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;

namespace HealthDashboard.Patients;

/// <summary>Charts sets of observations made by hand, for the API and for pages.</summary>
internal sealed class ObservationDesk(IngestQueue queue, IPatientStore store, Audit audit, TimeProvider time)
{
    /// <summary>
    /// Charts a set: its values go where every reading goes, to alarms and screens too, and it stands among the notes with who charted it.
    /// When the second fails the first has been done; the same set sent again is charted once.
    /// </summary>
    /// <exception cref="ConflictException">Missing: there is no such patient.</exception>
    /// <exception cref="RequestRefusedException">Too many readings are waiting.</exception>
    /// <exception cref="AuditUnavailableException">Nothing has been charted.</exception>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public async Task<PatientNote> ChartAsync(ObjectId patient, ObservationSet set, ClaimsPrincipal user)
    {
        var note = set.Charted(patient, user.Actor());
        await audit.EnsureAsync();
        await queue.AcceptAsync(set.Readings(patient, time.GetUtcNow()), user.Actor());
        await store.AddNoteAsync(note, CancellationToken.None);
        await audit.WriteAsync(user, "patient.observations", patient);
        return note;
    }
}
