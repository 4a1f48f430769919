using HealthDashboard.Data.Model;

namespace HealthDashboard.CareTeam;

/// <summary>What js/care-team.js draws. Where each node stands follows from the order here and the width of the page alone.</summary>
/// <param name="Layout"><c>ward</c> for patients between their nurses and doctors, <c>middle</c> for one in the middle of the others.</param>
/// <param name="Nodes">The one in the middle first.</param>
/// <param name="Edges">Who cares for whom.</param>
public sealed record TeamGraphModel(string Layout, IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges)
{
    /// <summary>Beyond so many patients a drawing says less than the list.</summary>
    public const int MostPatients = 60;

    /// <summary>The graph of a page; null when there is nothing to draw, or too much.</summary>
    public static TeamGraphModel? Of(WardTeams teams)
    {
        if (teams.Center is { } center)
            return OfPatient(teams, center);
        if (teams.Who is { } who)
            return teams.Theirs.Count > MostPatients ? null : OfClinician(who, teams.Theirs);
        return teams.Rows.Count is 0 or > MostPatients || teams.NotListed > 0 ? null : OfWard(teams);
    }

    /// <summary>The drawing in a sentence.</summary>
    public static string Sentence(WardTeams teams) =>
        teams.Center is { } center
            ? $"Graph of the care team of {center.Label}: {(center.Team.Count == 0 ? "nobody is assigned" : string.Join(", ", center.Team.Select(member => $"{CareRoleWords.Of(member.Role)} {member.Clinician.Name}")))}. The list says the same."
        : teams.Who is { } who
            ? $"Graph of the patients of {who.Name}: {(teams.Theirs.Count == 0 ? "none" : string.Join(", ", teams.Theirs.Select(row => row.Label)))}. The list says the same."
        : $"Graph of the care teams of {CareRoleWords.Patients(teams.Rows.Count)} and {People(teams.Rows)} clinicians. The list says the same.";

    private static int People(IEnumerable<TeamRow> rows) => rows.SelectMany(row => row.Team).Select(member => member.Clinician.Id).Distinct().Count();

    private static TeamGraphModel OfPatient(WardTeams teams, TeamRow center) => new(
        "middle",
        [
            Node(center, isMiddle: true),
            .. center.Team.GroupBy(member => member.Clinician.Id).Select(person =>
            {
                var step = person.Max(center.StepOf);
                var words = string.Join(", ", person.Select(member => CareRoleWords.Of(member.Role)));
                return Node(person.First().Clinician, (step > 0 ? $"{step}  " : "") + person.First().Clinician.Name, $"{words}, {CareRoleWords.Patients(teams.LoadOf(person.Key))}");
            }),
        ],
        EdgesOf([center]));

    private static TeamGraphModel OfClinician(Clinician who, IReadOnlyList<TeamRow> rows) => new(
        "middle",
        [Node(who, who.Name, CareRoleWords.Patients(rows.Count), isMiddle: true), .. rows.Select(row => Node(row))],
        EdgesOf(rows, who.Id));

    // Somebody who works on several wards stands with those of their patients who are most.
    private static TeamGraphModel OfWard(WardTeams teams)
    {
        var several = teams.Rows.Select(Ward).Distinct().Skip(1).Any();
        return new(
            "ward",
            [
                .. teams.Rows.Select(row => Node(row) with { Text = row.Patient.Bed ?? Initials(row.Patient), More = "", Group = several ? Ward(row) : "" }),
                .. teams.Rows.SelectMany((row, index) => row.Team.Select(member => (member.Clinician, member.Role, Index: index, Ward: Ward(row))))
                    .GroupBy(part => part.Clinician.Id)
                    .OrderBy(person => person.Min(part => part.Role == CareRole.Consulting ? 0 : (int)part.Role)).ThenBy(person => person.Average(part => part.Index)).ThenBy(person => person.Key)
                    .Select(person => Node(person.First().Clinician, person.First().Clinician.Name, "") with
                    {
                        Group = several ? person.CountBy(part => part.Ward).MaxBy(ward => ward.Value).Key : "",
                    }),
            ],
            EdgesOf(teams.Rows));
    }

    private static string Ward(TeamRow row) => $"{row.Patient.Ward}, {row.Patient.Region}";

    private static GraphNode Node(TeamRow row, bool isMiddle = false) => new(
        $"p{row.Patient.Id}", row.Steps.Count == 0 ? "uncovered" : "patient", row.Patient.DisplayName, row.Patient.Bed is { } bed ? $"bed {bed}" : row.Patient.Ward, isMiddle);

    private static GraphNode Node(Clinician clinician, string text, string more, bool isMiddle = false) =>
        new($"c{clinician.Id}", CareRoleWords.Of(clinician.Profession), text, more, isMiddle);

    private static string Initials(Patient patient) => Shared.Display.Initials(patient);

    private static List<GraphEdge> EdgesOf(IEnumerable<TeamRow> rows, ObjectId? only = null) =>
    [
        .. rows.SelectMany(row => row.Team.Where(member => only is null || member.Clinician.Id == only)
            .Select(member => new GraphEdge($"c{member.Clinician.Id}", $"p{row.Patient.Id}", Kind(member.Role)))).Distinct(),
    ];

    private static string Kind(CareRole role) => role switch
    {
        CareRole.AssignedNurse => "nurse",
        CareRole.Consulting => "advice",
        _ => "lead",
    };
}

/// <summary>Somebody in a graph.</summary>
/// <param name="Id">The kind's letter, <c>p</c> or <c>c</c>, and the id of the patient or clinician.</param>
/// <param name="Kind"><c>patient</c>, <c>uncovered</c> for one whose alerts reach nobody, <c>nurse</c> or <c>doctor</c>.</param>
/// <param name="Text">The first line.</param>
/// <param name="More">The second line; "" for none.</param>
/// <param name="IsMiddle">Whether the others stand around it.</param>
/// <param name="Group">With whom it stands together: the ward, where several are drawn; else "".</param>
public sealed record GraphNode(string Id, string Kind, string Text, string More, bool IsMiddle = false, string Group = "");

/// <summary>That somebody cares for a patient.</summary>
/// <param name="From">The clinician's node.</param>
/// <param name="To">The patient's node.</param>
/// <param name="Kind"><c>nurse</c>, <c>lead</c> for who is in charge, <c>advice</c>.</param>
public sealed record GraphEdge(string From, string To, string Kind);
