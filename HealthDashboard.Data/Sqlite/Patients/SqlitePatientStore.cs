using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>Patient records in <c>patients.db</c>. A record's version is compared in the statement that changes it.</summary>
internal sealed class SqlitePatientStore(SqliteDatabase database) : IPatientStore
{
    private const int AllPageSize = 1000;

    public DamagedRecords Damaged => database.Damaged;

    public Task<Patient?> FindAsync(ObjectId id, CancellationToken cancel = default) => database.RunAsync(
        connection =>
        {
            var found = connection.One(PatientStatements.Find, new { id }, Read);
            if (found is null)
                Damaged.Forget("patient", id.ToString());
            return found;
        },
        cancel);

    public Task<Patient?> FindByMrnAsync(string mrn, CancellationToken cancel = default) => database.RunAsync(
        connection => connection.One(PatientStatements.FindByMrn, new { mrn }, Read), cancel);

    public Task<Page<Patient>> SearchAsync(PatientQuery query, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageNumber, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PageSize, 500);
        return database.ReadAsync((connection, transaction) => new PatientSearch(connection, transaction, query).Run(Read), cancel);
    }

    public IAsyncEnumerable<Patient> AllAsync(CancellationToken cancel = default) => PagesAsync(PatientStatements.PageById, cancel);

    public IAsyncEnumerable<Patient> AdmittedAsync(CancellationToken cancel = default) => PagesAsync(PatientStatements.AdmittedById, cancel);

    public Task<IReadOnlySet<ObjectId>> DeletedAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlySet<ObjectId>>(
            connection => connection.Rows(PatientStatements.Deleted, new { ids = $"[{string.Join(',', ids.Select(id => $"\"{id}\""))}]" }, row => row.GetId(0)).ToHashSet(), cancel);

    public Task<IReadOnlyList<Patient>> AddAsync(IReadOnlyList<Patient> patients, CancellationToken cancel = default) =>
        database.WriteAsync<IReadOnlyList<Patient>>(
            (connection, transaction) =>
            {
                var added = patients.Select(patient => patient with { Version = 1 }).ToArray();
                connection.Execute(PatientStatements.Insert, added.Select(PatientStatements.Parameters), transaction);
                foreach (var patient in added)
                    IndexWords(connection, transaction, patient);
                return added;
            },
            cancel);

    public Task<Patient> ReplaceAsync(Patient patient, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            var replaced = patient with { Version = patient.Version + 1 };
            connection.Execute(PatientStatements.KeepVersion, new { id = patient.Id, version = patient.Version }, transaction);
            if (connection.Execute(PatientStatements.Update, PatientStatements.Parameters(replaced), transaction) == 0)
                throw Conflict(connection, transaction, patient.Id);
            connection.Execute(PatientStatements.DeleteWords, new { patient.Id }, transaction);
            IndexWords(connection, transaction, replaced);
            return replaced;
        },
        cancel);

    public Task DeleteAsync(ObjectId id, long version, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            // A damaged record is not deleted either: its copy would be damaged.
            _ = connection.One(PatientStatements.Find, new { id }, Read, transaction);
            if (connection.Execute(PatientStatements.KeepDeleted, new { id, version }, transaction) == 0)
                throw Conflict(connection, transaction, id);
            return connection.Execute(PatientStatements.Delete, new { id }, transaction);
        },
        cancel);

    public Task<IReadOnlyList<Patient>> VersionsAsync(ObjectId id, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return database.ReadAsync<IReadOnlyList<Patient>>(
            (connection, transaction) => connection.One(PatientStatements.Find, new { id }, Read, transaction) is { } current
                ? [current, .. connection.Rows(PatientStatements.Versions, new { id, limit = limit - 1 }, row => PatientStatements.Map(row, Damaged, "patient_version"), transaction)]
                : [],
            cancel);
    }

    public Task<IReadOnlyList<Patient>> AdmittedAtAsync(DateTimeOffset at, CancellationToken cancel = default) => database.ReadAsync<IReadOnlyList<Patient>>(
        (connection, transaction) =>
        [
            .. connection.Rows(PatientStatements.AdmittedAndSame, new { at }, Read, transaction),
            .. connection.Rows(PatientStatements.AdmittedBefore, new { at }, row => PatientStatements.Map(row, Damaged, "patient_version"), transaction),
        ],
        cancel);

    public Task AddNoteAsync(PatientNote note, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) => connection.ExecuteScalar<bool>(PatientStatements.Exists, new { id = note.PatientId }, transaction)
            ? connection.Execute(NoteStatements.Insert, NoteStatements.Parameters(note), transaction)
            : throw new ConflictException(ConflictReason.Missing, $"There is no record {note.PatientId}."),
        cancel);

    public Task<IReadOnlyList<PatientNote>> NotesAsync(ObjectId patientId, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return database.RunAsync<IReadOnlyList<PatientNote>>(
            connection => connection.Rows(NoteStatements.OfPatient, new { patientId, limit }, row => NoteStatements.Map(row, Damaged)), cancel);
    }

    public Task<AlarmLimits?> FindLimitsAsync(LimitScope scope, CancellationToken cancel = default) => database.RunAsync(
        connection => connection.One(LimitStatements.Find, LimitStatements.Key(scope), row => LimitStatements.Map(row, Damaged).Value),
        cancel);

    public Task<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>> AllLimitsAsync(CancellationToken cancel = default) =>
        database.RunAsync<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>>(
            connection => connection.Rows(LimitStatements.All, null, row => LimitStatements.Map(row, Damaged), orReadable: true), cancel);

    public Task<AlarmLimits> PutLimitsAsync(LimitScope scope, AlarmLimits limits, CancellationToken cancel = default) => database.WriteAsync(
        (connection, transaction) =>
        {
            var stored = limits with { Version = limits.Version + 1 };
            var statement = limits.Version == 0 ? LimitStatements.Insert : LimitStatements.Update;
            if (connection.Execute(statement, LimitStatements.Parameters(scope, stored), transaction) == 0)
                throw new ConflictException(ConflictReason.Stale, "The limits have been changed since they were read.");
            connection.Execute(LimitStatements.Keep, LimitStatements.Parameters(scope, stored), transaction);
            return stored;
        },
        cancel);

    private async IAsyncEnumerable<Patient> PagesAsync(string statement, [EnumeratorCancellation] CancellationToken cancel)
    {
        // By key in pages: no read transaction stays open while the caller works.
        for (byte[]? after = []; after is not null;)
        {
            var parameters = new { after, limit = AllPageSize };
            var page = await database.RunAsync(connection => ReadPage(connection, statement, parameters), cancel);
            foreach (var patient in page.Patients)
                yield return patient;
            after = page.Last;
        }
    }

    // What can be read of a page, and the last key, which may be a damaged record's; null when the page is the last.
    private (List<Patient> Patients, byte[]? Last) ReadPage(SqliteConnection connection, string statement, object parameters)
    {
        byte[]? last = null;
        var count = 0;
        var patients = connection.Rows(
            statement,
            parameters,
            row =>
            {
                (last, count) = (row.GetFieldValue<byte[]>(0), count + 1);
                return Read(row);
            },
            orReadable: true);
        return (patients, count < AllPageSize ? null : last);
    }

    public Task<IReadOnlyList<AlarmLimits>> LimitHistoryAsync(LimitScope scope, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return database.RunAsync<IReadOnlyList<AlarmLimits>>(
            connection => connection.Rows(
                LimitStatements.History, LimitStatements.Key(scope, limit), row => LimitStatements.Map(row, Damaged, "limit_history").Value),
            cancel);
    }

    private Patient Read(DbDataReader row) => PatientStatements.Map(row, Damaged);

    private static void IndexWords(SqliteConnection connection, SqliteTransaction transaction, Patient patient)
    {
        connection.Execute(PatientStatements.InsertWord, SearchWords.Of(patient).Select(word => new { word, patient.Id }), transaction);
    }

    private static ConflictException Conflict(SqliteConnection connection, SqliteTransaction transaction, ObjectId id) =>
        connection.ExecuteScalar<bool>(PatientStatements.Exists, new { id }, transaction)
            ? new ConflictException(ConflictReason.Stale, $"The record {id} has been changed since it was read.")
            : new ConflictException(ConflictReason.Missing, $"There is no record {id}.");
}
