using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;

namespace HealthDashboard.WhatIf;

/// <summary>The outcome of a request: one of the three, or none where the fields have errors.</summary>
/// <param name="Run">The run that was started.</param>
/// <param name="Busy">Why it has to wait.</param>
/// <param name="Refused">Who may not be looked at.</param>
internal readonly record struct Started(WhatIfRun? Run, string? Busy = null, ObjectId? Refused = null);

/// <summary>Starts what-ifs: of patients whom the caller may see, each written to the audit before anything is read.</summary>
internal sealed class WhatIfDesk(
    WhatIfRuns runs, PatientAccess access, PatientDirectory directory, IPatientStore records, Audit audit,
    IOptions<AlarmOptions> options, IOptions<IngestOptions> ingest, AlarmRules rules, TimeProvider time)
{
    private const int AtOnce = 500;

    /// <summary>Starts one.</summary>
    /// <param name="fields">The request; its errors say what is wrong with it.</param>
    /// <param name="user">The caller.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="AuditUnavailableException">The looks cannot be written to the audit.</exception>
    /// <exception cref="StoreException">The records cannot be read.</exception>
    public async Task<Started> StartAsync(JsonFields fields, ClaimsPrincipal user, CancellationToken cancel)
    {
        var wanted = WhatIfFields.Read(fields, options.Value, rules, ingest.Value.RawRetention, time.GetUtcNow());
        if (fields.Errors.Count > 0)
            return default;
        var chosen = new Dictionary<ObjectId, Chosen>();
        foreach (var (region, ward) in wanted.Patients.Count + wanted.Wards.Count > 0 ? [] : directory.All.Select(known => (known.Patient.Region, known.Patient.Ward)).Distinct())
        {
            foreach (var patient in await OfWardAsync(region, ward, wanted.From, user, cancel))
                chosen.TryAdd(patient.Id, new(patient, IsOfWard: true));
        }
        foreach (var (index, ward) in wanted.Wards.Index())
        {
            var before = chosen.Count;
            foreach (var patient in await OfWardAsync(ward.Region, ward.Ward, wanted.From, user, cancel))
                chosen.TryAdd(patient.Id, new(patient, IsOfWard: true));
            if (chosen.Count == before)
                fields.Add($"wards[{index}]", $"is '{ward.Region}/{ward.Ward}'; nobody whom this account may see was there in that time.");
        }
        foreach (var (index, id) in wanted.Patients.Index())
        {
            if (await directory.FindAsync(id, cancel) is not { Patient: var patient })
                fields.Add($"patients[{index}]", $"is '{id}'; there is no such patient.");
            else if (!await access.MaySeeAsync(user, id, cancel))
            {
                await audit.WriteAsync(user, "look.refused", id);
                return new(null, Refused: id);
            }
            else
                chosen[id] = new(patient, IsOfWard: false);
        }
        if (chosen.Count > WhatIfFields.MostPatients)
            fields.Add("wards", $"have {chosen.Count} patients; at most {WhatIfFields.MostPatients} are allowed.");
        if (fields.Errors.Count > 0)
            return default;
        // Before the audit is written: a caller who has to wait has looked at nobody.
        if (runs.WhyBusy(user.Actor()) is { } wait)
            return new(null, Busy: wait);
        var detail = $"what if, from {wanted.From:O} to {wanted.To:O}";
        foreach (var some in chosen.Keys.Chunk(Audit.AtOnce))
            await Task.WhenAll(some.Select(id => audit.LookAsync(user, "look.whatIf", id, detail)));
        return runs.TryStart(user.Actor(), new([.. chosen.Values], wanted.From, wanted.To, wanted.Proposal, wanted.Search), out var run, out var busy)
            ? new(run)
            : new(null, Busy: busy);
    }

    // Who is there now, or was last.
    private async Task<IEnumerable<Patient>> OfWardAsync(string region, string ward, DateTimeOffset from, ClaimsPrincipal user, CancellationToken cancel)
    {
        var theirs = await access.TheirsAsync(user, cancel);
        List<Patient> found = [];
        for (var page = 1; found.Count <= WhatIfFields.MostPatients; page++)
        {
            var items = (await records.SearchAsync(new(Region: region, Ward: ward, PageNumber: page, PageSize: AtOnce), cancel)).Items;
            found.AddRange(items.Where(patient => theirs(patient) && !HasLeft(patient, from)));
            if (items.Count < AtOnce)
                break;
        }
        return found;
    }

    private static bool HasLeft(Patient patient, DateTimeOffset before) =>
        patient.Status == PatientStatus.Discharged && (patient.Discharge?.At ?? patient.ChangedAt) < before;
}
