namespace HealthDashboard.Data.Neo4j;

/// <summary>
/// The graph. Nodes: <c>Clinician {id, name, nameKey, profession, region, ward, account, leftAt}</c>, <c>Patient {id}</c>,
/// <c>Room {region, ward, name}</c>, <c>Ward {region, name}</c>, <c>Region {name}</c>, <c>Hospital {name}</c>. Relations: a clinician <c>CARES_FOR</c>
/// (assigned nurse), <c>SUPERVISES</c> (charge nurse) or <c>TREATS</c> (attending, consulting) a patient, each with
/// <c>{role, begins, ends}</c>; <c>REFERRED_TO</c> another clinician; <c>WORKS_ON</c> a ward, which is <c>IN</c> a region, or
/// <c>WORKS_IN</c> a region, and is <c>ON_CALL {role}</c> for a ward or the hospital. One with <c>leftAt</c> has left and keeps only
/// past care. A patient <c>STAYED_IN {begins, ends}</c> a room, which is <c>IN</c> a ward. An end is absent while
/// it lasts.
/// <para>The patient's record is not here: a node has the id, and whoever may see the rest asks the store of records.</para>
/// </summary>
internal static class CareTeamSchema
{
    /// <summary>Made before the first call, each harmless when it is there. A uniqueness constraint brings its index.</summary>
    public static readonly IReadOnlyList<string> Statements =
    [
        "CREATE CONSTRAINT clinician_id IF NOT EXISTS FOR (c:Clinician) REQUIRE c.id IS UNIQUE",
        "CREATE CONSTRAINT patient_id IF NOT EXISTS FOR (p:Patient) REQUIRE p.id IS UNIQUE",
        "CREATE CONSTRAINT ward_place IF NOT EXISTS FOR (w:Ward) REQUIRE (w.region, w.name) IS UNIQUE",
        "CREATE CONSTRAINT region_name IF NOT EXISTS FOR (r:Region) REQUIRE r.name IS UNIQUE",
        "CREATE CONSTRAINT room_place IF NOT EXISTS FOR (r:Room) REQUIRE (r.region, r.ward, r.name) IS UNIQUE",
        "CREATE CONSTRAINT clinician_account IF NOT EXISTS FOR (c:Clinician) REQUIRE c.account IS UNIQUE",
        "CREATE CONSTRAINT hospital_name IF NOT EXISTS FOR (h:Hospital) REQUIRE h.name IS UNIQUE",
        "CREATE INDEX clinician_name IF NOT EXISTS FOR (c:Clinician) ON (c.nameKey)",
    ];
}
