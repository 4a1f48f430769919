using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.CareTeam;

/// <summary>The care team in <c>careteam.db</c>; ways through the graph are recursive queries.</summary>
internal sealed class SqliteCareTeamStore(SqliteDatabase database) : ICareTeamStore
{
    public Task PutCliniciansAsync(IReadOnlyList<Clinician> clinicians, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) => connection.Execute(
            CareTeamStatements.PutClinician,
            clinicians.Select(c => new
            {
                c.Id,
                c.Name,
                NameKey = SearchWords.Fold(c.Name),
                Profession = c.Profession.ToString(),
                c.Region,
                c.Ward,
                c.Account,
            }),
            transaction),
        cancel);

    public Task<IReadOnlyList<Clinician>> CliniciansAsync(CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<Clinician>>(
        connection => connection.Rows(CareTeamStatements.Clinicians, null, CareTeamStatements.MapClinician), cancel);

    public Task AssignAsync(IReadOnlyList<CareAssignment> assignments, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) => connection.Execute(
            CareTeamStatements.Assign,
            assignments.Select(a => new { a.PatientId, ClinicianId = a.Clinician.Id, Role = (int)a.Role, a.From, a.To }),
            transaction),
        cancel);

    public Task<bool> UnassignAsync(
        ObjectId patientId, ObjectId clinicianId, CareRole role, DateTimeOffset at, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
            connection.Execute(CareTeamStatements.Unassign, new { patientId, clinicianId, role = (int)role, at }, transaction) > 0,
        cancel);

    public Task<IReadOnlyList<CareAssignment>> TeamAsync(ObjectId patientId, DateTimeOffset at, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<CareAssignment>>(
            connection => connection.Rows(CareTeamStatements.Team, new { patientId, at }, CareTeamStatements.MapAssignment), cancel);

    public Task<IReadOnlyList<ObjectId>> PatientsOfAsync(ObjectId clinicianId, DateTimeOffset at, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<ObjectId>>(
            connection => connection.Rows(CareTeamStatements.PatientsOf, new { clinicianId, at }, row => row.GetId(0)), cancel);

    public Task<IReadOnlyList<ObjectId>> SharedPatientsAsync(
        ObjectId first, ObjectId second, DateTimeOffset at, CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<ObjectId>>(
        connection => connection.Rows(CareTeamStatements.SharedPatients, new { first, second, at }, row => row.GetId(0)), cancel);

    public Task<IReadOnlyList<Workload>> WorkloadAsync(DateTimeOffset at, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<Workload>>(
            connection => connection.Rows(
                CareTeamStatements.Workload, new { at }, row => new Workload(CareTeamStatements.MapClinician(row), row.GetInt32(6))),
            cancel);

    public Task ReferAsync(ObjectId from, ObjectId to, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) => connection.Execute(CareTeamStatements.Refer, new { from, to }, transaction), cancel);

    public Task<IReadOnlyList<Clinician>> ReferralPathAsync(ObjectId from, ObjectId to, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<Clinician>>(
            connection => connection.Rows(CareTeamStatements.ReferralPath, new { from, to }, CareTeamStatements.MapClinician), cancel);

    public Task MoveAsync(IReadOnlyList<PatientMove> moves, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            // The same values for both, one move after the other.
            foreach (var move in moves)
            {
                var values = new { move.PatientId, move.Room?.Region, move.Room?.Ward, move.Room?.Name, move.At };
                connection.Execute(CareTeamStatements.EndStay, values, transaction);
                connection.Execute(CareTeamStatements.BeginStay, values, transaction);
            }
            return moves.Count;
        },
        cancel);

    public Task<IReadOnlyList<Stay>> OpenStaysAsync(CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<Stay>>(
        connection => connection.Rows(CareTeamStatements.OpenStays, null, CareTeamStatements.MapOpenStay), cancel);

    public Task<IReadOnlyList<Contact>> ContactsAsync(ObjectId patientId, DateTimeOffset since, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<Contact>>(
            connection => connection.Rows(
                CareTeamStatements.Contacts, new { patientId, since, nurse = nameof(Profession.Nurse) }, CareTeamStatements.MapContact),
            cancel);
}
