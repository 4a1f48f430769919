using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Demo;

/// <summary>
/// Writes the demo hospital's people into the stores. The patients come last and all at once, so that their presence says that all
/// is there: after a crash on the way everything is written again, which changes nothing that was.
/// </summary>
internal sealed class DemoRecords(
    IPatientStore patients, ICareTeamStore team, PatientDirectory directory, IOptions<SimulationOptions> options, TimeProvider time)
{
    // So far ahead is the roster known, and it is extended when half of it is over.
    private static readonly TimeSpan Roster = TimeSpan.FromDays(4);

    private DateTimeOffset rosterUntil;

    /// <summary>The demo hospital as it is generated; a patient in it need not be in the stores any more.</summary>
    public IReadOnlyList<DemoPatient> Plan { get; } = DemoHospital.Patients(options.Value.Patients);

    /// <summary>Writes what is missing. Nobody whom somebody has deleted comes back as long as one demo patient is left.</summary>
    /// <exception cref="StoreException">A store is unavailable; to be called again.</exception>
    public async Task WriteAsync(CancellationToken cancel)
    {
        var there = new List<Patient>();
        foreach (var demo in Plan)
        {
            if (await patients.FindReadableAsync(demo.Patient.Id, cancel) is { } patient)
                there.Add(patient);
        }
        if (there.Count == 0)
        {
            await WriteTeamAsync(cancel);
            await WriteLimitsAsync(cancel);
            // They were admitted before their past begins.
            var admitted = time.GetUtcNow() - options.Value.History - options.Value.EarlierHistory - TimeSpan.FromHours(1);
            there.AddRange(await patients.AddAsync([.. Plan.Select(demo => demo.Patient with { ChangedAt = admitted })], cancel));
        }
        foreach (var patient in there)
            directory.Set(patient);
        await ExtendRosterAsync(cancel);
    }

    /// <summary>Writes the coming shifts when the roster's end comes near.</summary>
    /// <exception cref="StoreException">The store is unavailable; to be called again.</exception>
    public async Task ExtendRosterAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (rosterUntil - now > Roster / 2)
            return;
        // Somebody may have removed one of the demo's clinicians.
        var there = (await team.CliniciansAsync(cancel)).Select(clinician => clinician.Id).ToHashSet();
        await team.AssignAsync([.. DemoTeam.Shifts(Plan, now, now + Roster).Where(shift => there.Contains(shift.Clinician.Id))], cancel);
        rosterUntil = now + Roster;
    }

    private async Task WriteTeamAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await team.PutCliniciansAsync(DemoTeam.Clinicians(Plan), cancel);
        await team.SetOnCallAsync(new OnCall(null, DemoTeam.Charge, DemoTeam.Doctor), cancel);
        foreach (var (from, to) in DemoTeam.Referrals(Plan))
            await team.ReferAsync(from, to, cancel);
        // From midnight, so that writing it again the same day is the same.
        var since = new DateTimeOffset(now.UtcDateTime.Date.AddDays(-1), TimeSpan.Zero);
        await team.AssignAsync([.. DemoTeam.Lasting(Plan, since), .. DemoTeam.Shifts(Plan, since, now)], cancel);
        await team.MoveAsync([.. DemoStays.Moves(Plan, since)], cancel);
    }

    private async Task WriteLimitsAsync(CancellationToken cancel)
    {
        foreach (var demo in Plan)
        {
            var scope = LimitScope.OfPatient(demo.Patient.Id);
            if (demo.Limits is { } own && await patients.FindLimitsAsync(scope, cancel) is null)
                await patients.PutLimitsAsync(scope, own, cancel);
        }
        foreach (var (scope, limits) in await patients.AllLimitsAsync(cancel))
            directory.SetLimits(scope, limits);
    }
}
