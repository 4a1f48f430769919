using System.Globalization;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Neo4j;

/// <summary>The care team as a graph in Neo4j. What of the schema is missing is made before the first write.</summary>
internal sealed class Neo4jCareTeamStore(Neo4jClient client, StorePolicy policy, TimeProvider time) : ICareTeamStore
{
    private readonly CareTeamSetup setup = new(client, time);

    /// <summary>Does what the work does: makes what of the schema is missing, reads, and writes something that is undone at once.</summary>
    /// <returns>What to tell people.</returns>
    public async ValueTask<string> ProbeAsync(CancellationToken cancel)
    {
        await setup.MakeSchemaAsync(anew: true, cancel);
        var rows = await client.RunAsync(CareTeamStatements.Probe, null, writes: true, cancel);
        return string.Create(CultureInfo.InvariantCulture, $"{Neo4jClient.Store}: {CountOf(rows)} clinicians");
    }

    // The rows of a call are in the order of their ids, here and below: calls that lock the same nodes in the same order wait for each other
    // and do not block each other.
    public async Task PutCliniciansAsync(IReadOnlyList<Clinician> clinicians, CancellationToken cancel = default)
    {
        // Each once, as the last says: rows of one call do not see each other's ward or account, and a clinician works on one ward.
        var last = clinicians.Reverse().DistinctBy(c => c.Id).ToList();
        if (last.Count == 0)
            return;
        if (last.Where(c => c.Account is not null).GroupBy(c => c.Account).Any(own => own.Count() > 1))
            throw AccountTaken();
        var rows = await WriteAsync(
            CareTeamStatements.PutClinicians,
            new
            {
                clinicians = last.OrderBy(c => c.Id).Select(c => new
                {
                    id = c.Id.ToString(),
                    name = c.Name,
                    nameKey = SearchWords.Fold(c.Name),
                    profession = c.Profession.ToString(),
                    region = c.Region,
                    ward = c.Ward,
                    account = c.Account,
                }),
            },
            cancel);
        if (CountOf(rows) == 0)
            throw AccountTaken();
    }

    public Task<IReadOnlyList<Clinician>> CliniciansAsync(CancellationToken cancel = default) =>
        ReadAsync(CareTeamStatements.Clinicians, null, row => ClinicianOf(row[0]), cancel);

    // Not repeated by itself: the second time it would say that there was none.
    public async Task<bool> RemoveClinicianAsync(ObjectId id, DateTimeOffset at, CancellationToken cancel = default) =>
        CountOf(await WriteOnceAsync(CareTeamStatements.RemoveClinician, new { id = id.ToString(), at = TextOf(at) }, cancel)) > 0;

    public async Task AssignAsync(IReadOnlyList<CareAssignment> assignments, CancellationToken cancel = default)
    {
        if (assignments.Count == 0)
            return;
        var rows = await WriteAsync(
            CareTeamStatements.Assign,
            new
            {
                clinicians = assignments.Select(a => a.Clinician.Id.ToString()).Distinct().Order(StringComparer.Ordinal),
                assignments = assignments.OrderBy(a => a.PatientId).ThenBy(a => a.Clinician.Id).Select(a => new
                {
                    clinician = a.Clinician.Id.ToString(),
                    patient = a.PatientId.ToString(),
                    kind = KindOf(a.Role),
                    role = (int)a.Role,
                    begins = TextOf(a.From),
                    ends = a.To is { } to ? TextOf(to) : null,
                }),
            },
            cancel);
        if (CountOf(rows) == 0)
            throw NotThere();
    }

    // Not repeated by itself: the second time it would say that there was nothing to end.
    public async Task<bool> UnassignAsync(ObjectId patientId, ObjectId clinicianId, CareRole role, DateTimeOffset at, CancellationToken cancel = default)
    {
        var parameters = new { patient = patientId.ToString(), clinician = clinicianId.ToString(), role = (int)role, at = TextOf(at) };
        return CountOf(await WriteOnceAsync(CareTeamStatements.Unassign, parameters, cancel)) > 0;
    }

    public Task<IReadOnlyList<CareAssignment>> AssignmentsOfAsync(ObjectId clinicianId, DateTimeOffset at, CancellationToken cancel = default) => ReadAsync(
        CareTeamStatements.AssignmentsOf,
        new { clinician = clinicianId.ToString(), at = TextOf(at) },
        AssignmentOf,
        cancel);

    public Task<IReadOnlyList<CareAssignment>> AssignmentsAsync(
        IReadOnlyCollection<ObjectId> patients, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default) => ReadAsync(
        CareTeamStatements.Assignments,
        new { patients = patients.Distinct().Select(id => id.ToString()), from = TextOf(from), to = TextOf(to) },
        AssignmentOf,
        cancel);

    public Task<IReadOnlyList<ObjectId>> PatientsWithTeamAsync(DateTimeOffset at, CancellationToken cancel = default) => ReadAsync(
        CareTeamStatements.PatientsWithTeam, new { at = TextOf(at), lastRole = (int)CareRole.Attending }, row => IdOf(row[0]), cancel);

    public async Task<IReadOnlyList<OnCall>> OnCallAsync(CancellationToken cancel = default) => OnCall.Of(await ReadAsync(
        CareTeamStatements.OnCall,
        null,
        row => (row[2].GetString() is { } region ? new WardKey(region, row[3].GetString() ?? "") : null, (CareRole)row[1].GetInt32(), ClinicianOf(row[0])),
        cancel));

    public async Task SetOnCallAsync(OnCall onCall, CancellationToken cancel = default)
    {
        var (chargeNurse, doctor) = (onCall.ChargeNurse?.Id.ToString(), onCall.Doctor?.Id.ToString());
        var rows = onCall.Ward is { } ward
            ? await WriteAsync(CareTeamStatements.SetOnCallOfWard, new { chargeNurse, doctor, region = ward.Region, ward = ward.Ward }, cancel)
            : await WriteAsync(CareTeamStatements.SetOnCallOfHospital, new { chargeNurse, doctor }, cancel);
        if (CountOf(rows) == 0)
            throw NotThere();
    }

    public Task<IReadOnlyList<CareAssignment>> TeamAsync(ObjectId patientId, DateTimeOffset at, CancellationToken cancel = default) => ReadAsync(
        CareTeamStatements.Team,
        new { patient = patientId.ToString(), at = TextOf(at) },
        row => new CareAssignment(patientId, ClinicianOf(row[0]), (CareRole)row[1].GetInt32(), TimeOf(row[2])!.Value, TimeOf(row[3])),
        cancel);

    public Task<IReadOnlyList<ObjectId>> PatientsOfAsync(ObjectId clinicianId, DateTimeOffset at, CancellationToken cancel = default) =>
        ReadAsync(CareTeamStatements.PatientsOf, new { clinician = clinicianId.ToString(), at = TextOf(at) }, row => IdOf(row[0]), cancel);

    public Task<IReadOnlyList<ObjectId>> SharedPatientsAsync(ObjectId first, ObjectId second, DateTimeOffset at, CancellationToken cancel = default) =>
        ReadAsync(
            CareTeamStatements.SharedPatients, new { first = first.ToString(), second = second.ToString(), at = TextOf(at) }, row => IdOf(row[0]), cancel);

    public Task<IReadOnlyList<Workload>> WorkloadAsync(DateTimeOffset at, CancellationToken cancel = default) =>
        ReadAsync(CareTeamStatements.Workload, new { at = TextOf(at) }, row => new Workload(ClinicianOf(row[0]), row[1].GetInt32()), cancel);

    public async Task ReferAsync(ObjectId from, ObjectId to, CancellationToken cancel = default)
    {
        var rows = await WriteAsync(CareTeamStatements.Refer, new { from = from.ToString(), to = to.ToString() }, cancel);
        if (CountOf(rows) == 0)
            throw NotThere();
    }

    public Task<IReadOnlyList<Clinician>> ReferralPathAsync(ObjectId from, ObjectId to, CancellationToken cancel = default) => from == to
        ? ReadAsync(CareTeamStatements.FindClinician, new { id = from.ToString() }, row => ClinicianOf(row[0]), cancel)
        : ReadAsync(CareTeamStatements.ReferralPath, new { from = from.ToString(), to = to.ToString() }, row => ClinicianOf(row[0]), cancel);

    public async Task MoveAsync(IReadOnlyList<PatientMove> moves, CancellationToken cancel = default)
    {
        foreach (var turn in Turns(moves))
        {
            await WriteAsync(
                CareTeamStatements.Move,
                new
                {
                    moves = turn.OrderBy(move => move.PatientId).Select(move => new
                    {
                        patient = move.PatientId.ToString(),
                        room = move.Room is { } room ? new { region = room.Region, ward = room.Ward, name = room.Name } : null,
                        at = TextOf(move.At),
                    }),
                },
                cancel);
        }
    }

    public Task<IReadOnlyList<Stay>> OpenStaysAsync(CancellationToken cancel = default) => ReadAsync(
        CareTeamStatements.OpenStays, null, row => new Stay(IdOf(row[0]), RoomOf(row[1]), TimeOf(row[2])!.Value), cancel);

    public Task<IReadOnlyList<Contact>> ContactsAsync(ObjectId patientId, DateTimeOffset since, CancellationToken cancel = default) => ReadAsync(
        CareTeamStatements.Contacts,
        new { patient = patientId.ToString(), since = TextOf(since) },
        ContactOf,
        cancel);

    private static ConflictException NotThere() => new(ConflictReason.Missing, "A clinician is not there, or has left.");

    private static ConflictException AccountTaken() => new(ConflictReason.Duplicate, $"{Neo4jClient.Store}: an account belongs to another clinician.");

    private static long CountOf(IReadOnlyList<JsonElement> rows) =>
        rows is [var row] && row.GetArrayLength() == 1 && row[0].ValueKind == JsonValueKind.Number
            ? row[0].GetInt64()
            : throw new StoreException(Neo4jClient.Store, "an answer has no count.");

    // Each patient's first move, then each one's second and so on: a call may have one of a patient only. When a later call fails, the
    // earlier moves are there already, and the same moves again complete them.
    private static IEnumerable<IEnumerable<PatientMove>> Turns(IReadOnlyList<PatientMove> moves) => moves
        .GroupBy(move => move.PatientId)
        .SelectMany(own => own.Index())
        .GroupBy(turn => turn.Index, turn => turn.Item)
        .OrderBy(turn => turn.Key);

    private static string KindOf(CareRole role) => role switch
    {
        CareRole.AssignedNurse => "CARES_FOR",
        CareRole.ChargeNurse => "SUPERVISES",
        _ => "TREATS",
    };

    // A datetime of Neo4j counts nanoseconds, so the ticks of 100 ns come back as they were.
    private static string TextOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset? TimeOf(JsonElement value) =>
        value.GetString() is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null;

    private static ObjectId IdOf(JsonElement value) => ObjectId.Parse(value.GetString() ?? "", CultureInfo.InvariantCulture);

    private static Clinician ClinicianOf(JsonElement node) => new(
        IdOf(node.GetProperty("id")),
        node.GetProperty("name").GetString() ?? "",
        Enum.Parse<Profession>(node.GetProperty("profession").GetString() ?? ""),
        node.GetProperty("region").GetString() ?? "",
        node.GetProperty("ward").GetString(),
        node.GetProperty("account").GetString());

    private static CareAssignment AssignmentOf(JsonElement row) =>
        new(IdOf(row[1]), ClinicianOf(row[0]), (CareRole)row[2].GetInt32(), TimeOf(row[3])!.Value, TimeOf(row[4]));

    private static Room RoomOf(JsonElement node) => new(
        node.GetProperty("region").GetString() ?? "", node.GetProperty("ward").GetString() ?? "", node.GetProperty("name").GetString() ?? "");

    private static Contact ContactOf(JsonElement row)
    {
        var (patient, from, to) = (IdOf(row[2]), TimeOf(row[3])!.Value, TimeOf(row[4]));
        return row[0].GetBoolean() ? new RoomContact(patient, RoomOf(row[1]), from, to) : new NurseContact(patient, ClinicianOf(row[1]), from, to);
    }

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string statement, object? parameters, Func<JsonElement, T> map, CancellationToken cancel)
    {
        var rows = await policy.RepeatAsync(
            async token =>
            {
                await setup.CheckVersionAsync(token);
                return await client.RunAsync(statement, parameters, writes: false, token);
            },
            cancel);
        try
        {
            return [.. rows.Select(map)];
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new StoreException(Neo4jClient.Store, "a row is not of the form that this program writes.", error);
        }
    }

    // All of these come to the same when they run twice.
    private async Task<IReadOnlyList<JsonElement>> WriteAsync(string statement, object parameters, CancellationToken cancel) =>
        await policy.RepeatAsync(token => SendAsync(statement, parameters, token), cancel);

    private async Task<IReadOnlyList<JsonElement>> WriteOnceAsync(string statement, object parameters, CancellationToken cancel) =>
        await policy.OnceAsync(token => SendAsync(statement, parameters, token), cancel);

    private async ValueTask<IReadOnlyList<JsonElement>> SendAsync(string statement, object parameters, CancellationToken cancel)
    {
        await setup.MakeSchemaAsync(anew: false, cancel);
        return await client.RunAsync(statement, parameters, writes: true, cancel);
    }
}
