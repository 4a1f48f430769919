using System.Text.Json;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

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
        connection => connection.Rows(CareTeamStatements.Clinicians, null, row => CareTeamStatements.MapClinician(row, database.Damaged)), cancel);

    public Task<bool> RemoveClinicianAsync(ObjectId id, DateTimeOffset at, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            if (connection.Execute(CareTeamStatements.Leave, new { id, at }, transaction) == 0)
                return false;
            connection.Execute(CareTeamStatements.LeaveDuties, new { id, at }, transaction);
            return true;
        },
        cancel);

    public Task AssignAsync(IReadOnlyList<CareAssignment> assignments, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            RequireThere(connection, transaction, assignments.Select(a => a.Clinician.Id));
            return connection.Execute(
                CareTeamStatements.Assign,
                assignments.Select(a => new { a.PatientId, ClinicianId = a.Clinician.Id, Role = (int)a.Role, a.From, a.To }),
                transaction);
        },
        cancel);

    public Task<bool> UnassignAsync(
        ObjectId patientId, ObjectId clinicianId, CareRole role, DateTimeOffset at, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
            connection.Execute(CareTeamStatements.Unassign, new { patientId, clinicianId, role = (int)role, at }, transaction) > 0,
        cancel);

    public Task<IReadOnlyList<CareAssignment>> TeamAsync(ObjectId patientId, DateTimeOffset at, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<CareAssignment>>(
            connection => connection.Rows(CareTeamStatements.Team, new { patientId, at }, row => CareTeamStatements.MapAssignment(row, database.Damaged)), cancel);

    public Task<IReadOnlyList<CareAssignment>> AssignmentsOfAsync(ObjectId clinicianId, DateTimeOffset at, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<CareAssignment>>(
            connection => connection.Rows(CareTeamStatements.AssignmentsOf, new { clinicianId, at }, row => CareTeamStatements.MapAssignment(row, database.Damaged)), cancel);

    public Task<IReadOnlyList<CareAssignment>> AssignmentsAsync(
        IReadOnlyCollection<ObjectId> patients, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<CareAssignment>>(
            connection => connection.Rows(
                CareTeamStatements.Assignments,
                new { patients = JsonSerializer.Serialize(patients.Select(id => id.ToString())), from, to },
                row => CareTeamStatements.MapAssignment(row, database.Damaged)),
            cancel);

    public Task<IReadOnlyList<ObjectId>> PatientsWithTeamAsync(DateTimeOffset at, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<ObjectId>>(
            connection => connection.Rows(CareTeamStatements.PatientsWithTeam, new { at, lastRole = (int)CareRole.Attending }, row => row.GetId(0)), cancel);

    public Task<IReadOnlyList<OnCall>> OnCallAsync(CancellationToken cancel = default) => database.RunAsync(
        connection => OnCall.Of(connection.Rows(CareTeamStatements.OnCall, null, row => CareTeamStatements.MapOnCall(row, database.Damaged))), cancel);

    public Task SetOnCallAsync(OnCall onCall, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            var (region, ward) = (onCall.Ward?.Region ?? "", onCall.Ward?.Ward ?? "");
            var people = new[] { (Role: CareRole.ChargeNurse, Who: onCall.ChargeNurse), (Role: CareRole.Attending, Who: onCall.Doctor) }
                .Where(person => person.Who is not null)
                .Select(person => new { region, ward, role = (int)person.Role, clinicianId = person.Who!.Id })
                .ToList();
            RequireThere(connection, transaction, people.Select(person => person.clinicianId));
            connection.Execute(CareTeamStatements.ClearOnCall, new { region, ward }, transaction);
            return connection.Execute(CareTeamStatements.PutOnCall, people, transaction);
        },
        cancel);

    public Task<IReadOnlyList<ObjectId>> PatientsOfAsync(ObjectId clinicianId, DateTimeOffset at, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<ObjectId>>(
            connection => connection.Rows(CareTeamStatements.PatientsOf, new { clinicianId, at }, row => row.GetId(0)), cancel);

    public Task<IReadOnlyList<ObjectId>> SharedPatientsAsync(
        ObjectId first, ObjectId second, DateTimeOffset at, CancellationToken cancel = default) => database.RunAsync<IReadOnlyList<ObjectId>>(
        connection => connection.Rows(CareTeamStatements.SharedPatients, new { first, second, at }, row => row.GetId(0)), cancel);

    public Task<IReadOnlyList<Workload>> WorkloadAsync(DateTimeOffset at, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<Workload>>(
            connection => connection.Rows(
                CareTeamStatements.Workload, new { at }, row => new Workload(CareTeamStatements.MapClinician(row, database.Damaged), row.GetInt32(6))),
            cancel);

    public Task ReferAsync(ObjectId from, ObjectId to, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            RequireThere(connection, transaction, [from, to]);
            return connection.Execute(CareTeamStatements.Refer, new { from, to }, transaction);
        },
        cancel);

    public Task<IReadOnlyList<Clinician>> ReferralPathAsync(ObjectId from, ObjectId to, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<Clinician>>(
            connection => connection.Rows(CareTeamStatements.ReferralPath, new { from, to }, row => CareTeamStatements.MapClinician(row, database.Damaged)), cancel);

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
        connection => connection.Rows(CareTeamStatements.OpenStays, null, row => CareTeamStatements.MapOpenStay(row, database.Damaged)), cancel);

    public Task<IReadOnlyList<Contact>> ContactsAsync(ObjectId patientId, DateTimeOffset since, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<Contact>>(
            connection => connection.Rows(
                CareTeamStatements.Contacts, new { patientId, since, nurse = nameof(Profession.Nurse) }, row => CareTeamStatements.MapContact(row, database.Damaged)),
            cancel);

    private static void RequireThere(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<ObjectId> clinicians)
    {
        if (!clinicians.Distinct().All(id => connection.ExecuteScalar<bool>(CareTeamStatements.IsThere, new { id }, transaction)))
            throw new ConflictException(ConflictReason.Missing, "A clinician is not there, or has left.");
    }
}
