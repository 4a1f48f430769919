namespace HealthDashboard.Data.Neo4j;

/// <summary>The statements on the graph. Every value is a parameter; times are ISO 8601 text, made datetimes by the statement.</summary>
internal static class CareTeamStatements
{
    private const string Cares = "CARES_FOR|SUPERVISES|TREATS";
    // Under a name of its own: "c {...}" without one would be called c, and an ORDER BY behind it would look for c.nameKey in that map.
    private const string Clinician = "c {.id, .name, .profession, .region, .ward, .account} AS clinician";
    private const string Holds = "r.begins <= datetime($at) AND (r.ends IS NULL OR datetime($at) < r.ends)";

    // Nothing is written unless everybody who is named is there.
    private const string OnCallThere = """
        OPTIONAL MATCH (charge:Clinician {id: $chargeNurse}) WHERE charge.leftAt IS NULL
        OPTIONAL MATCH (doctor:Clinician {id: $doctor}) WHERE doctor.leftAt IS NULL
        WITH charge, doctor WHERE ($chargeNurse IS NULL OR charge IS NOT NULL) AND ($doctor IS NULL OR doctor IS NOT NULL)
        """;

    // Setting a property, and be it taken off again, locks the place, so that of two nodes the second sees whom the first has put there.
    private const string OnCallReplaced = """
        SET place.changing = true
        REMOVE place.changing
        WITH charge, doctor, place
        OPTIONAL MATCH (:Clinician)-[old:ON_CALL]->(place)
        WITH charge, doctor, place, collect(old) AS olds
        FOREACH (old IN olds | DELETE old)
        FOREACH (c IN CASE WHEN charge IS NULL THEN [] ELSE [charge] END | CREATE (c)-[:ON_CALL {role: 2}]->(place))
        FOREACH (c IN CASE WHEN doctor IS NULL THEN [] ELSE [doctor] END | CREATE (c)-[:ON_CALL {role: 3}]->(place))
        RETURN count(*)
        """;

    // Asks for the right to write, and leaves nothing in the graph or in the log of transactions.
    public const string Probe = """
        MATCH (c:Clinician) WHERE c.leftAt IS NULL
        WITH count(c) AS clinicians
        CREATE (probe:Hospital) DELETE probe
        RETURN clinicians
        """;

    // Nothing is written when an account belongs to somebody else; of two calls at once the constraint stops one, which then finds that it
    // does. A clinician who moves leaves the old ward.
    public const string PutClinicians = """
        UNWIND $clinicians AS given
        OPTIONAL MATCH (other:Clinician {account: given.account}) WHERE other.id <> given.id
        WITH collect(given) AS items, count(other) AS others WHERE others = 0
        UNWIND items AS item
        MERGE (c:Clinician {id: item.id})
        SET c.name = item.name, c.nameKey = item.nameKey, c.profession = item.profession, c.region = item.region, c.ward = item.ward,
            c.account = item.account, c.leftAt = null
        MERGE (region:Region {name: item.region})
        WITH item, c, region
        OPTIONAL MATCH (c)-[old:WORKS_ON|WORKS_IN]->()
        WITH item, c, region, collect(old) AS olds
        FOREACH (old IN olds | DELETE old)
        FOREACH (ward IN CASE WHEN item.ward IS NULL THEN [] ELSE [item.ward] END |
            MERGE (w:Ward {region: item.region, name: ward}) MERGE (w)-[:IN]->(region) MERGE (c)-[:WORKS_ON]->(w))
        FOREACH (none IN CASE WHEN item.ward IS NULL THEN [1] ELSE [] END | MERGE (c)-[:WORKS_IN]->(region))
        RETURN count(*)
        """;

    public const string Clinicians = $"MATCH (c:Clinician) WHERE c.leftAt IS NULL RETURN {Clinician} ORDER BY c.nameKey, c.id";

    public const string FindClinician = $"MATCH (c:Clinician {{id: $id}}) WHERE c.leftAt IS NULL RETURN {Clinician}";

    // What was to come ends as it begins, so it never holds.
    public const string RemoveClinician = $$"""
        MATCH (c:Clinician {id: $id}) WHERE c.leftAt IS NULL
        SET c.leftAt = datetime($at), c.account = null
        WITH c
        OPTIONAL MATCH (c)-[r:{{Cares}}]->(:Patient) WHERE r.ends IS NULL OR r.ends > datetime($at)
        WITH c, collect(r) AS cares
        FOREACH (care IN cares | SET care.ends = CASE WHEN care.begins > datetime($at) THEN care.begins ELSE datetime($at) END)
        WITH c
        OPTIONAL MATCH (c)-[r:ON_CALL|REFERRED_TO|WORKS_ON|WORKS_IN]-()
        WITH c, collect(DISTINCT r) AS others
        FOREACH (other IN others | DELETE other)
        RETURN count(*)
        """;

    // Nothing is written unless every clinician is there. Setting a property, and be it taken off again, locks a node: all clinicians in the order
    // of their ids, then the patients in theirs, so that calls wait for each other and do not deadlock. Left to MERGE, the order would be
    // that of the nodes. The same assignment is never there twice.
    public const string Assign = """
        UNWIND $clinicians AS id
        MATCH (known:Clinician {id: id}) WHERE known.leftAt IS NULL
        SET known.changing = true
        REMOVE known.changing
        WITH count(known) AS found WHERE found = size($clinicians)
        UNWIND $assignments AS item
        MATCH (c:Clinician {id: item.clinician})
        MERGE (p:Patient {id: item.patient})
        SET p.moving = true
        REMOVE p.moving
        FOREACH (x IN CASE WHEN item.kind = 'CARES_FOR' THEN [1] ELSE [] END |
            MERGE (c)-[r:CARES_FOR {role: item.role, begins: datetime(item.begins)}]->(p) SET r.ends = datetime(item.ends))
        FOREACH (x IN CASE WHEN item.kind = 'SUPERVISES' THEN [1] ELSE [] END |
            MERGE (c)-[r:SUPERVISES {role: item.role, begins: datetime(item.begins)}]->(p) SET r.ends = datetime(item.ends))
        FOREACH (x IN CASE WHEN item.kind = 'TREATS' THEN [1] ELSE [] END |
            MERGE (c)-[r:TREATS {role: item.role, begins: datetime(item.begins)}]->(p) SET r.ends = datetime(item.ends))
        RETURN count(*)
        """;

    // One that has not begun ends as it begins, so it never holds.
    public const string Unassign = $$"""
        MATCH (:Clinician {id: $clinician})-[r:{{Cares}} {role: $role}]->(:Patient {id: $patient})
        WHERE r.ends IS NULL OR ({{Holds}})
        SET r.ends = CASE WHEN r.begins > datetime($at) THEN r.begins ELSE datetime($at) END
        RETURN count(r)
        """;

    public const string Team = $$"""
        MATCH (c:Clinician)-[r:{{Cares}}]->(:Patient {id: $patient})
        WHERE {{Holds}}
        RETURN {{Clinician}}, r.role, toString(r.begins), toString(r.ends)
        ORDER BY r.role, r.begins, c.nameKey, c.id
        """;

    public const string AssignmentsOf = $$"""
        MATCH (c:Clinician {id: $clinician})-[r:{{Cares}}]->(p:Patient)
        WHERE r.ends IS NULL OR (r.ends > datetime($at) AND r.ends > r.begins)
        RETURN {{Clinician}}, p.id AS patient, r.role AS role, toString(r.begins), toString(r.ends), r.begins AS begins
        ORDER BY begins, patient, role
        """;

    public const string Assignments = $$"""
        UNWIND $patients AS id
        MATCH (p:Patient {id: id})<-[r:{{Cares}}]-(c:Clinician)
        WHERE r.begins < datetime($to) AND (r.ends IS NULL OR (r.ends > datetime($from) AND r.ends > r.begins))
        RETURN {{Clinician}}, p.id AS patient, r.role AS role, toString(r.begins), toString(r.ends), r.begins AS begins
        ORDER BY patient, begins, role, c.nameKey, c.id
        """;

    public const string PatientsWithTeam = $$"""
        MATCH (:Clinician)-[r:{{Cares}}]->(p:Patient)
        WHERE r.role <= $lastRole AND {{Holds}}
        RETURN DISTINCT p.id AS id ORDER BY id
        """;

    public const string OnCall = $"MATCH (c:Clinician)-[r:ON_CALL]->(place) RETURN {Clinician}, r.role, place.region, place.name";

    public const string SetOnCallOfWard = $$"""
        {{OnCallThere}}
        MERGE (region:Region {name: $region})
        MERGE (place:Ward {region: $region, name: $ward})
        MERGE (place)-[:IN]->(region)
        {{OnCallReplaced}}
        """;

    public const string SetOnCallOfHospital = $$"""
        {{OnCallThere}}
        MERGE (place:Hospital {name: 'hospital'})
        {{OnCallReplaced}}
        """;

    public const string PatientsOf = $$"""
        MATCH (:Clinician {id: $clinician})-[r:{{Cares}}]->(p:Patient)
        WHERE {{Holds}}
        RETURN DISTINCT p.id AS id ORDER BY id
        """;

    public const string SharedPatients = $$"""
        MATCH (:Clinician {id: $first})-[r:{{Cares}}]->(p:Patient) WHERE {{Holds}}
        WITH DISTINCT p
        MATCH (p)<-[r:{{Cares}}]-(:Clinician {id: $second}) WHERE {{Holds}}
        RETURN DISTINCT p.id AS id ORDER BY id
        """;

    public const string Workload = $$"""
        MATCH (c:Clinician) WHERE c.leftAt IS NULL
        OPTIONAL MATCH (c)-[r:{{Cares}}]->(p:Patient) WHERE {{Holds}}
        WITH c, count(DISTINCT p) AS patients
        RETURN {{Clinician}}, patients ORDER BY patients DESC, c.nameKey, c.id
        """;

    public const string Refer = """
        MATCH (a:Clinician {id: $from}) WHERE a.leftAt IS NULL
        MATCH (b:Clinician {id: $to}) WHERE b.leftAt IS NULL
        MERGE (a)-[:REFERRED_TO]->(b)
        RETURN count(*)
        """;

    // Between two different nodes: shortestPath refuses one and the same. The second is looked up for the first, and not multiplied with it.
    public const string ReferralPath = """
        MATCH (a:Clinician {id: $from})
        WITH a LIMIT 1
        MATCH (b:Clinician {id: $to})
        MATCH way = shortestPath((a)-[:REFERRED_TO*..8]->(b))
        UNWIND nodes(way) AS c
        RETURN c {.id, .name, .profession, .region, .ward, .account} AS clinician
        """;

    // One move a patient in a call: what a row reads, another row of the same call need not have written yet. Setting a property, and be it
    // taken off again, locks the patient, so that of two nodes the second sees the stay that the first has begun.
    public const string Move = """
        UNWIND $moves AS move
        MERGE (p:Patient {id: move.patient})
        SET p.moving = true
        REMOVE p.moving
        WITH p, move, datetime(move.at) AS at
        OPTIONAL MATCH (p)-[last:STAYED_IN]->(old:Room)
        WHERE last.ends IS NULL AND last.begins <= at
            AND (move.room IS NULL OR old.region <> move.room.region OR old.ward <> move.room.ward OR old.name <> move.room.name)
        SET last.ends = at
        WITH DISTINCT p, move, at
        WHERE move.room IS NOT NULL
            AND NOT EXISTS { MATCH (p)-[known:STAYED_IN]->(:Room) WHERE known.ends IS NULL OR known.ends > at }
        MERGE (region:Region {name: move.room.region})
        MERGE (w:Ward {region: move.room.region, name: move.room.ward})
        MERGE (w)-[:IN]->(region)
        MERGE (room:Room {region: move.room.region, ward: move.room.ward, name: move.room.name})
        MERGE (room)-[:IN]->(w)
        MERGE (p)-[stay:STAYED_IN {begins: at}]->(room) SET stay.ends = null
        RETURN count(*)
        """;

    public const string OpenStays = """
        MATCH (p:Patient)-[r:STAYED_IN]->(room:Room)
        WHERE r.ends IS NULL
        RETURN p.id AS id, room {.region, .ward, .name} AS place, toString(r.begins) ORDER BY id
        """;

    // What two patients have in common is one node between them: a nurse who cares for both, or a room where both lay.
    public const string Contacts = $$"""
        MATCH (own:Patient {id: $patient})-[mine:{{Cares}}|STAYED_IN]-(via)-[theirs:{{Cares}}|STAYED_IN]-(other:Patient)
        WHERE other <> own AND (via:Room OR via.profession = 'Nurse')
            AND (mine.ends IS NULL OR mine.ends > datetime($since)) AND (theirs.ends IS NULL OR theirs.ends > datetime($since))
        WITH other, via,
            CASE WHEN mine.begins > theirs.begins THEN mine.begins ELSE theirs.begins END AS begins,
            CASE WHEN mine.ends IS NULL THEN theirs.ends WHEN theirs.ends IS NULL OR mine.ends < theirs.ends THEN mine.ends ELSE theirs.ends END AS ends
        WHERE ends IS NULL OR begins < ends
        WITH DISTINCT other, via, begins, ends
        RETURN via:Room, via {.id, .name, .profession, .region, .ward, .account} AS shared, other.id, toString(begins), toString(ends)
        ORDER BY begins, other.id, via:Room DESC, via.nameKey, via.id
        """;
}
