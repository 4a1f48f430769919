using System.Collections.Concurrent;
using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.TimeTravel;

/// <summary>
/// Reads the wards as they were at a past moment: who was where, with which values, score, limits and alerts. Nothing is kept between two
/// moments, so what arrives late or is corrected shows at the next look.
/// </summary>
internal sealed class PastReader(
    IPatientStore records, IAlertStore alerts, PastVitals vitals, PastLimits limits, PatientAccess access, PatientDirectory directory)
{
    // An embedded store reads with the processors that there are; a server is not to be flooded.
    private const int AtOnce = 8;

    /// <summary>The moment, as far as somebody may see it.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="user">Who looks.</param>
    /// <param name="within">Whether a patient, as the record was then, is shown: of nobody else are values and scores read.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<PastMoment> ReadAsync(DateTimeOffset at, ClaimsPrincipal user, Func<Patient, bool> within, CancellationToken cancel)
    {
        var (reading, open, held) = (records.AdmittedAtAsync(at, cancel), alerts.ReadOpenAtAsync(at, cancel), limits.ReadAsync(at, cancel));
        await Task.WhenAll(reading, open, held);
        var theirs = await access.TheirsAsync(user, cancel);
        var wards = AccountWards.Of(user);
        List<Patient> here = [];
        foreach (var patient in (await reading).Where(within))
        {
            // Where the patient is now decides who may look, as for the rest of the record's past.
            if (wards.IsEverywhere || theirs((await directory.FindAsync(patient.Id, cancel))?.Patient ?? patient))
                here.Add(patient);
        }
        var byPatient = (await open).ToLookup(alert => alert.PatientId);
        ConcurrentBag<PastPatient> patients = [];
        await Parallel.ForEachAsync(here, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (patient, token) =>
            patients.Add(await ReadAsync(limits.Of(patient, held.Result, at), [.. byPatient[patient.Id]], at, token)));
        var shown = here.Select(patient => patient.Id).ToHashSet();
        return new(
            at,
            [.. patients],
            [.. open.Result.Where(alert => WardGroup.Of(alert) is { } ward ? wards.Has(ward.Region, ward.Ward) : shown.Contains(alert.PatientId))],
            vitals.IsCoarse(at));
    }

    /// <summary>One patient at the moment; null for one who was not admitted then. The caller has checked that somebody may look.</summary>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public async Task<PastPatient?> FindAsync(ObjectId id, DateTimeOffset at, CancellationToken cancel)
    {
        var (version, open, held) = (VersionAsync(id, at, cancel), alerts.ReadOpenAtAsync(at, cancel), limits.ReadAsync(at, cancel));
        await Task.WhenAll(version, open, held);
        return await version is { Status: PatientStatus.Admitted } patient
            ? await ReadAsync(limits.Of(patient, await held, at), [.. (await open).Where(alert => alert.PatientId == id)], at, cancel)
            : null;
    }

    private async Task<Patient?> VersionAsync(ObjectId id, DateTimeOffset at, CancellationToken cancel)
    {
        const int MostVersions = 1_000;
        return (await records.VersionsAsync(id, MostVersions, cancel)).FirstOrDefault(version => version.ChangedAt is not { } changed || changed <= at);
    }

    private async Task<PastPatient> ReadAsync(MonitoredPatient monitored, IReadOnlyList<Alert> open, DateTimeOffset at, CancellationToken cancel)
    {
        var (values, watch) = await vitals.ReadAsync(monitored, at, cancel);
        return new(monitored, values, Standing.Score(values, monitored.Patient, at), open, watch);
    }
}
