using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>
/// Every read of the store with PROFILE on a real server that has 10,000 patients in 100 wards and 2,000 clinicians: what a question costs
/// follows from its answer, and not from the hospital.
/// </summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed partial class ProfileTests(Neo4jServer server) : IClassFixture<Neo4jServer>
{
    private const int Wards = 100;
    private const int PatientsOfWard = 100;
    private const int NursesOfWard = 15;
    private const int DoctorsOfWard = 5;
    private const int ReferralsOfDoctor = 3;

    private const int AssignmentsOfPatient = 4;

    /// <summary>Database accesses for each row of an answer, and besides: a charge nurse has a hundred patients, of whom an answer may have few.</summary>
    private const int HitsOfRow = 60;
    private const int HitsOfQuestion = 400;

    /// <summary>For what reads everything: accesses for each clinician, patient, assignment and stay that there is.</summary>
    private const int HitsOfEach = 5;
    private const int Everything = (Wards * (NursesOfWard + DoctorsOfWard)) + (Wards * PatientsOfWard * (1 + AssignmentsOfPatient + 1));

    /// <summary>What may read everything of a label or type, and why: an absent end is in no index.</summary>
    private static readonly Dictionary<string, string> ReadsAll = new(StringComparer.Ordinal)
    {
        [nameof(CareTeamStatements.Clinicians)] = "lists every clinician",
        [nameof(CareTeamStatements.Workload)] = "counts for every clinician",
        [nameof(CareTeamStatements.OpenStays)] = "lists where every patient lies, once when a node starts",
        [nameof(CareTeamStatements.PatientsWithTeam)] = "lists every patient with a team, at most twice a minute",
        [nameof(CareTeamStatements.OnCall)] = "lists who is on call everywhere, from the relations of that type",
    };

    private static readonly string[] Never = ["AllNodesScan", "CartesianProduct", "UndirectedAllRelationshipsScan", "DirectedAllRelationshipsScan"];

    [Fact]
    public async Task A_question_costs_what_its_answer_is()
    {
        await server.UpAsync();
        var options = Neo4jOptions.Parse(server.Address, out var error) ?? throw new InvalidOperationException(error);
        var profiler = new Profiler();
        using var client = new Neo4jClient(options, profiler);
        var store = Neo4jStores.Over(client);
        var hospital = await FillAsync(store, client);

        profiler.IsOn = true;
        await AskAsync(store, hospital);

        var known = typeof(CareTeamStatements).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(field => field.Name, field => (string)field.GetValue(null)!);
        var reads = known.Where(statement => !Writes().IsMatch(statement.Value)).ToList();
        Assert.Empty(reads.Where(read => !profiler.Plans.ContainsKey(read.Value)).Select(read => $"{read.Key} was not asked"));
        var said = new StringBuilder();
        List<string> wrong = [];
        foreach (var (name, text) in reads)
        {
            var (rows, operators) = profiler.Plans[text];
            var hits = operators.Sum(one => one.Hits);
            said.AppendLine($"{name}: {rows} rows, {hits} hits: {string.Join(", ", operators.Select(one => one.Type))}");
            var all = ReadsAll.ContainsKey(name);
            wrong.AddRange(operators.Where(one => Never.Contains(one.Type) || (!all && one.Type.EndsWith("Scan", StringComparison.Ordinal))).Select(one => $"{name}: {one.Type}"));
            if (hits > (all ? HitsOfEach * Everything : HitsOfQuestion + ((long)HitsOfRow * rows)))
                wrong.Add($"{name}: {hits} hits for {rows} rows");
        }
        Assert.True(wrong.Count == 0, $"{string.Join('\n', wrong)}\n\n{said}");
        TestContext.Current.TestOutputHelper?.WriteLine(said.ToString());
    }

    private static async Task AskAsync(ICareTeamStore store, Hospital hospital)
    {
        var (nurse, doctor, patient) = (hospital.Nurse(7, 3), hospital.Doctor(7, 1), hospital.Patient(7, 3));
        Assert.Equal(Wards * (NursesOfWard + DoctorsOfWard), (await store.CliniciansAsync()).Count);
        Assert.Equal(3, (await store.TeamAsync(patient, Noon)).Count);
        Assert.NotEmpty(await store.AssignmentsOfAsync(nurse.Id, Noon));
        Assert.Equal(AssignmentsOfPatient * PatientsOfWard, (await store.AssignmentsAsync([.. hospital.PatientsOf(7)], Noon.AddDays(-2), Noon)).Count);
        Assert.Equal(Wards * PatientsOfWard, (await store.PatientsWithTeamAsync(Noon)).Count);
        Assert.Equal(Wards + 1, (await store.OnCallAsync()).Count);
        Assert.NotEmpty(await store.PatientsOfAsync(nurse.Id, Noon));
        Assert.NotEmpty(await store.SharedPatientsAsync(hospital.Nurse(7, 0).Id, doctor.Id, Noon));
        Assert.Equal(Wards * (NursesOfWard + DoctorsOfWard), (await store.WorkloadAsync(Noon)).Count);
        Assert.Equal(3, (await store.ReferralPathAsync(hospital.Doctor(7, 0).Id, hospital.Doctor(8, 1).Id)).Count);
        Assert.Single(await store.ReferralPathAsync(doctor.Id, doctor.Id));
        Assert.Equal(Wards * PatientsOfWard, (await store.OpenStaysAsync()).Count);
        Assert.True((await store.ContactsAsync(patient, Noon.AddDays(-1))).Count >= PatientsOfWard);
    }

    // By the store's own writes, and referrals by one UNWIND: the store records one at a time.
    private static async Task<Hospital> FillAsync(ICareTeamStore store, Neo4jClient client)
    {
        const int AtOnce = 5_000;
        var hospital = new Hospital();
        await store.PutCliniciansAsync(hospital.Clinicians);
        foreach (var some in hospital.Assignments().Chunk(AtOnce))
            await store.AssignAsync(some);
        foreach (var some in hospital.Moves().Chunk(AtOnce))
            await store.MoveAsync(some);
        for (var ward = 0; ward < Wards; ward++)
            await store.SetOnCallAsync(new(new("North", $"W{ward}"), hospital.Nurse(ward, 0), hospital.Doctor(ward, 0)));
        await store.SetOnCallAsync(new(null, hospital.Nurse(0, 1), hospital.Doctor(0, 1)));
        var doctors = hospital.Doctors;
        var pairs = doctors.Index().SelectMany(doctor => Enumerable.Range(1, ReferralsOfDoctor).Select(step => new { from = doctor.Item.Id.ToString(), to = doctors[(doctor.Index + step) % doctors.Count].Id.ToString() }));
        await client.RunAsync(
            "UNWIND $pairs AS pair MATCH (a:Clinician {id: pair.from}) MATCH (b:Clinician {id: pair.to}) MERGE (a)-[:REFERRED_TO]->(b) RETURN count(*)", new { pairs }, writes: true, default);
        return hospital;
    }

    [GeneratedRegex(@"\b(SET|MERGE|CREATE|DELETE|REMOVE)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Writes();

    /// <summary>Who is there, and who cares for whom.</summary>
    private sealed class Hospital
    {
        private readonly List<ObjectId> patients = [.. Enumerable.Range(0, Wards * PatientsOfWard).Select(_ => Id())];

        public IReadOnlyList<Clinician> Clinicians { get; } =
        [
            .. Enumerable.Range(0, Wards).SelectMany(ward => Enumerable.Range(0, NursesOfWard + DoctorsOfWard).Select(number =>
                new Clinician(Id(), $"Clinician {ward} {number}", number < NursesOfWard ? Profession.Nurse : Profession.Doctor, "North", $"W{ward}"))),
        ];

        public IReadOnlyList<Clinician> Doctors => [.. Clinicians.Where(clinician => clinician.Profession == Profession.Doctor)];

        public Clinician Nurse(int ward, int number) => Clinicians[(ward * (NursesOfWard + DoctorsOfWard)) + number];

        public Clinician Doctor(int ward, int number) => Nurse(ward, NursesOfWard + number);

        public ObjectId Patient(int ward, int number) => patients[(ward * PatientsOfWard) + number];

        public IEnumerable<ObjectId> PatientsOf(int ward) => patients.Skip(ward * PatientsOfWard).Take(PatientsOfWard);

        // Of each patient a nurse of yesterday and one of today, the charge nurse and the doctor.
        public IEnumerable<CareAssignment> Assignments() => patients.Index().SelectMany(patient =>
        {
            var (ward, number) = (patient.Index / PatientsOfWard, patient.Index % PatientsOfWard);
            return new CareAssignment[]
            {
                new(patient.Item, Nurse(ward, 1 + (number % (NursesOfWard - 1))), CareRole.AssignedNurse, Noon.AddDays(-1), Noon.AddHours(-8)),
                new(patient.Item, Nurse(ward, 1 + ((number + 1) % (NursesOfWard - 1))), CareRole.AssignedNurse, Noon.AddHours(-8)),
                new(patient.Item, Nurse(ward, 0), CareRole.ChargeNurse, Noon.AddHours(-8)),
                new(patient.Item, Doctor(ward, number % DoctorsOfWard), CareRole.Attending, Noon.AddHours(-8)),
            };
        });

        public IEnumerable<PatientMove> Moves() => patients.Index().Select(patient =>
            new PatientMove(patient.Item, new("North", $"W{patient.Index / PatientsOfWard}", $"{patient.Index % PatientsOfWard / 2}"), Noon.AddDays(-1)));
    }

    /// <summary>Has each read profiled on its way, and keeps what the server says it did.</summary>
    private sealed class Profiler() : DelegatingHandler(new SocketsHttpHandler())
    {
        public bool IsOn { get; set; }

        public Dictionary<string, (int Rows, List<(string Type, long Hits)> Operators)> Plans { get; } = new(StringComparer.Ordinal);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            if (!IsOn || request.Content is null)
                return await base.SendAsync(request, cancel);
            var body = JsonNode.Parse(await request.Content.ReadAsStringAsync(cancel))!.AsObject();
            var text = body["statement"]!.GetValue<string>();
            if (body["accessMode"]!.GetValue<string>() != "READ")
                return await base.SendAsync(request, cancel);
            body["statement"] = $"PROFILE {text}";
            request.Content = JsonContent.Create(body);
            var answer = await base.SendAsync(request, cancel);
            await answer.Content.LoadIntoBufferAsync(cancel);
            var said = JsonElement.Parse(await answer.Content.ReadAsStringAsync(cancel));
            if (said.TryGetProperty("profiledQueryPlan", out var plan))
                Plans[text] = (said.GetProperty("data").GetProperty("values").GetArrayLength(), [.. Operators(plan)]);
            return answer;
        }

        private static IEnumerable<(string Type, long Hits)> Operators(JsonElement plan)
        {
            yield return (plan.GetProperty("operatorType").GetString()!.Split('@')[0], plan.TryGetProperty("dbHits", out var hits) ? hits.GetInt64() : 0);
            foreach (var below in plan.GetProperty("children").EnumerateArray().SelectMany(Operators))
                yield return below;
        }
    }
}
