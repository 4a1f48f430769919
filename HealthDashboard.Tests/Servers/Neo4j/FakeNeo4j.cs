using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>
/// The Query API in front of another store of care teams: knows the statements by their text, takes their parameters as Neo4j would
/// (an unknown or a missing one is an error), and answers in the API's form. It does not know Cypher: <see cref="Neo4jEngine"/> does.
/// </summary>
internal sealed class FakeNeo4j(ICareTeamStore store) : HttpMessageHandler
{
    private readonly List<JsonElement> requests = [];
    private int bookmark;

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<JsonElement> Requests
    {
        get { lock (requests) return [.. requests]; }
    }

    /// <summary>What it calls its version.</summary>
    public string Version { get; set; } = "5.26.0";

    /// <summary>The constraints that it has; may be emptied.</summary>
    public ConcurrentDictionary<CareTeamSchema.Constraint, bool> Constraints { get; } = new();

    /// <summary>Answers in place of the store while it is not null.</summary>
    public Func<HttpResponseMessage>? Instead { get; set; }

    /// <summary>Answers a statement in place of the store unless it says null.</summary>
    public Func<string, HttpResponseMessage?>? InsteadOf { get; set; }

    /// <summary>How often a statement was asked.</summary>
    public int Asked(string statement) => Requests.Count(request => request.GetProperty("statement").GetString() == statement);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get)
        {
            Assert.Equal("/", request.RequestUri!.AbsolutePath);
            return Instead is null ? new(HttpStatusCode.OK) { Content = JsonContent.Create(new { neo4j_version = Version }) } : Instead();
        }
        Assert.Equal("/db/neo4j/query/v2", request.RequestUri!.AbsolutePath);
        var body = await request.Content!.ReadFromJsonAsync<JsonElement>(cancellationToken);
        lock (requests)
            requests.Add(body);
        if (Instead is not null)
            return Instead();
        if (InsteadOf?.Invoke(body.GetProperty("statement").GetString()!) is { } instead)
            return instead;
        var parameters = new Parameters(body.GetProperty("parameters"));
        var values = await AnswerAsync(body.GetProperty("statement").GetString()!, parameters, cancellationToken);
        parameters.CheckAllTaken();
        return new(HttpStatusCode.Accepted)
        {
            Content = JsonContent.Create(new { data = new { fields = Array.Empty<string>(), values }, bookmarks = new[] { $"bookmark-{Interlocked.Increment(ref bookmark)}" } }),
        };
    }

    private async Task<object?[][]> AnswerAsync(string statement, Parameters with, CancellationToken cancel)
    {
        switch (statement)
        {
            case CareTeamSchema.Look:
                return [.. Constraints.Keys.Select(c => new object?[] { new[] { c.Label }, c.Properties, "UNIQUENESS" })];
            case var schema when CareTeamSchema.Constraints.FirstOrDefault(constraint => constraint.Statement == schema) is { } constraint:
                Constraints[constraint] = true;
                return [];
            case CareTeamStatements.Probe:
                return [[(await store.CliniciansAsync(cancel)).Count]];
            case CareTeamStatements.PutClinicians:
                var given = with.List("clinicians").Select(ClinicianOf).ToList();
                return [[await CountAsync(() => store.PutCliniciansAsync(given, cancel), given.Count)]];
            case CareTeamStatements.Clinicians:
                return [.. (await store.CliniciansAsync(cancel)).Select(c => new[] { NodeOf(c) })];
            case CareTeamStatements.FindClinician:
                var id = with.Id("id");
                return [.. (await store.CliniciansAsync(cancel)).Where(c => c.Id == id).Select(c => new[] { NodeOf(c) })];
            case CareTeamStatements.RemoveClinician:
                return [[await store.RemoveClinicianAsync(with.Id("id"), with.Time("at"), cancel) ? 1 : 0]];
            case CareTeamStatements.AssignmentsOf:
                return [.. (await store.AssignmentsOfAsync(with.Id("clinician"), with.Time("at"), cancel))
                    .Select(a => new[] { NodeOf(a.Clinician), a.PatientId.ToString(), (int)a.Role, TextOf(a.From), TextOf(a.To), TextOf(a.From) })];
            case CareTeamStatements.Assignments:
                return [.. (await store.AssignmentsAsync([.. with.List("patients").Select(one => ObjectId.Parse(one.GetString()!, null))], with.Time("from"), with.Time("to"), cancel))
                    .Select(a => new[] { NodeOf(a.Clinician), a.PatientId.ToString(), (int)a.Role, TextOf(a.From), TextOf(a.To), TextOf(a.From) })];
            case CareTeamStatements.PatientsWithTeam:
                Assert.Equal((int)CareRole.Attending, with.Number("lastRole"));
                return Ids(await store.PatientsWithTeamAsync(with.Time("at"), cancel));
            case CareTeamStatements.OnCall:
                return [.. (await store.OnCallAsync(cancel)).SelectMany(RowsOf)];
            case CareTeamStatements.SetOnCallOfWard:
                var onCall = OnCallOf(with, new(with.Text("region"), with.Text("ward")));
                return [[await CountAsync(() => store.SetOnCallAsync(onCall, cancel), 1)]];
            case CareTeamStatements.SetOnCallOfHospital:
                var hospital = OnCallOf(with, null);
                return [[await CountAsync(() => store.SetOnCallAsync(hospital, cancel), 1)]];
            case CareTeamStatements.Assign:
                with.List("clinicians");
                var assignments = with.List("assignments").Select(AssignmentOf).ToList();
                return [[await CountAsync(() => store.AssignAsync(assignments, cancel), assignments.Count)]];
            case CareTeamStatements.Unassign:
                var ended = await store.UnassignAsync(with.Id("patient"), with.Id("clinician"), (CareRole)with.Number("role"), with.Time("at"), cancel);
                return [[ended ? 1 : 0]];
            case CareTeamStatements.Team:
                return [.. (await store.TeamAsync(with.Id("patient"), with.Time("at"), cancel))
                    .Select(a => new[] { NodeOf(a.Clinician), (int)a.Role, TextOf(a.From), TextOf(a.To) })];
            case CareTeamStatements.PatientsOf:
                return Ids(await store.PatientsOfAsync(with.Id("clinician"), with.Time("at"), cancel));
            case CareTeamStatements.SharedPatients:
                return Ids(await store.SharedPatientsAsync(with.Id("first"), with.Id("second"), with.Time("at"), cancel));
            case CareTeamStatements.Workload:
                return [.. (await store.WorkloadAsync(with.Time("at"), cancel)).Select(w => new[] { NodeOf(w.Clinician), w.Patients })];
            case CareTeamStatements.Refer:
                var (from, to) = (with.Id("from"), with.Id("to"));
                return [[await CountAsync(() => store.ReferAsync(from, to, cancel), 1)]];
            case CareTeamStatements.ReferralPath:
                return [.. (await store.ReferralPathAsync(with.Id("from"), with.Id("to"), cancel)).Select(c => new[] { NodeOf(c) })];
            case CareTeamStatements.Contacts:
                return [.. (await store.ContactsAsync(with.Id("patient"), with.Time("since"), cancel))
                    .Select(c => new[] { c is RoomContact, NodeOf(c), c.PatientId.ToString(), TextOf(c.From), TextOf(c.To) })];
            case CareTeamStatements.Move:
                var moves = with.List("moves").Select(MoveOf).ToList();
                // Cypher reads for all rows before it writes for any.
                Assert.Equal(moves.Count, moves.DistinctBy(move => move.PatientId).Count());
                await store.MoveAsync(moves, cancel);
                return [[moves.Count]];
            case CareTeamStatements.OpenStays:
                return [.. (await store.OpenStaysAsync(cancel)).Select(s => new[] { s.PatientId.ToString(), NodeOf(s.Room), TextOf(s.From) })];
            default:
                throw new InvalidOperationException($"Not a statement of the store: {statement}");
        }
    }

    // Cypher matches nothing where a clinician is missing, and counts to 0.
    private static async Task<int> CountAsync(Func<Task> act, int count)
    {
        try
        {
            await act();
            return count;
        }
        catch (ConflictException)
        {
            return 0;
        }
    }

    private static object?[][] Ids(IEnumerable<ObjectId> ids) => [.. ids.Select(id => new object?[] { id.ToString() })];

    private static object NodeOf(Clinician c) =>
        new { id = c.Id.ToString(), name = c.Name, profession = c.Profession.ToString(), region = c.Region, ward = c.Ward, account = c.Account };

    private static object NodeOf(Room room) => new { region = room.Region, ward = room.Ward, name = room.Name };

    // A map of a node has every key that the statement names, with null where the node has no such property.
    private static object NodeOf(Contact contact) => contact switch
    {
        RoomContact { Room: var room } => new { id = (string?)null, name = room.Name, profession = (string?)null, region = room.Region, ward = room.Ward, account = (string?)null },
        NurseContact { Nurse: var nurse } => NodeOf(nurse),
        _ => throw new InvalidOperationException("A contact of another kind."),
    };

    // As Cypher's toString() writes a datetime: no more digits than needed.
    private static string? TextOf(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    private static IEnumerable<object?[]> RowsOf(OnCall place) =>
        from person in new[] { (Role: 2, Who: place.ChargeNurse), (Role: 3, Who: place.Doctor) }
        where person.Who is not null
        select new[] { NodeOf(person.Who), person.Role, place.Ward?.Region, place.Ward?.Ward ?? "hospital" };

    private static OnCall OnCallOf(Parameters with, WardKey? ward) => new(ward, PersonOf(with, "chargeNurse"), PersonOf(with, "doctor"));

    private static Clinician? PersonOf(Parameters with, string name) =>
        with.OptionalId(name) is { } id ? new(id, "", Profession.Nurse, "") : null;

    private static Clinician ClinicianOf(JsonElement item) => new(
        Parameters.IdOf(item.GetProperty("id")),
        item.GetProperty("name").GetString()!,
        Enum.Parse<Profession>(item.GetProperty("profession").GetString()!),
        item.GetProperty("region").GetString()!,
        item.GetProperty("ward").GetString(),
        item.GetProperty("account").GetString());

    private static PatientMove MoveOf(JsonElement item)
    {
        var room = item.GetProperty("room");
        return new(
            Parameters.IdOf(item.GetProperty("patient")),
            room.ValueKind == JsonValueKind.Null
                ? null
                : new(room.GetProperty("region").GetString()!, room.GetProperty("ward").GetString()!, room.GetProperty("name").GetString()!),
            item.GetProperty("at").GetDateTimeOffset());
    }

    private static CareAssignment AssignmentOf(JsonElement item)
    {
        var role = (CareRole)item.GetProperty("role").GetInt32();
        Assert.Equal(role switch { CareRole.AssignedNurse => "CARES_FOR", CareRole.ChargeNurse => "SUPERVISES", _ => "TREATS" }, item.GetProperty("kind").GetString());
        var clinician = new Clinician(Parameters.IdOf(item.GetProperty("clinician")), "", Profession.Nurse, "");
        var ends = item.GetProperty("ends");
        return new(
            Parameters.IdOf(item.GetProperty("patient")), clinician, role, item.GetProperty("begins").GetDateTimeOffset(),
            ends.ValueKind == JsonValueKind.Null ? null : ends.GetDateTimeOffset());
    }

    /// <summary>The parameters of one call.</summary>
    private sealed class Parameters(JsonElement values)
    {
        private readonly HashSet<string> taken = [];

        public static ObjectId IdOf(JsonElement value) => ObjectId.Parse(value.GetString()!, CultureInfo.InvariantCulture);

        public ObjectId Id(string name) => IdOf(Take(name));

        public ObjectId? OptionalId(string name) => Take(name) is { ValueKind: JsonValueKind.String } value ? IdOf(value) : null;

        public string Text(string name) => Take(name).GetString()!;

        public int Number(string name) => Take(name).GetInt32();

        public DateTimeOffset Time(string name) => Take(name).GetDateTimeOffset();

        public IEnumerable<JsonElement> List(string name) => Take(name).EnumerateArray();

        public void CheckAllTaken() => Assert.Equal(values.EnumerateObject().Select(p => p.Name).Order(), taken.Order());

        private JsonElement Take(string name)
        {
            taken.Add(name);
            return values.GetProperty(name);
        }
    }
}
