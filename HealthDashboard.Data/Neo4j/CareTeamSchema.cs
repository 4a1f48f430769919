using System.Text.Json;

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
    /// <summary>The constraints that the server has.</summary>
    public const string Look = "SHOW CONSTRAINTS YIELD labelsOrTypes, properties, type";

    /// <summary>What must be unique; each brings its index, from which every statement starts that names a node.</summary>
    public static readonly IReadOnlyList<Constraint> Constraints =
    [
        new("clinician_id", "Clinician", ["id"]),
        new("patient_id", "Patient", ["id"]),
        new("ward_place", "Ward", ["region", "name"]),
        new("region_name", "Region", ["name"]),
        new("room_place", "Room", ["region", "ward", "name"]),
        new("clinician_account", "Clinician", ["account"]),
        new("hospital_name", "Hospital", ["name"]),
    ];

    /// <summary>Properties of a node that together are those of one node only.</summary>
    /// <param name="Name">The constraint's name.</param>
    /// <param name="Label">The node's label.</param>
    /// <param name="Properties">The properties.</param>
    internal sealed record Constraint(string Name, string Label, IReadOnlyList<string> Properties)
    {
        /// <summary>Makes it unless it is there.</summary>
        public string Statement =>
            $"CREATE CONSTRAINT {Name} IF NOT EXISTS FOR (n:{Label}) REQUIRE ({string.Join(", ", Properties.Select(property => $"n.{property}"))}) IS UNIQUE";

        /// <summary>Whether a row of <see cref="Look"/> is this one, whatever it is called there.</summary>
        public bool Is(JsonElement row) =>
            row[2].GetString() is { } type && (type.EndsWith("UNIQUENESS", StringComparison.Ordinal) || type.EndsWith("NODE_KEY", StringComparison.Ordinal))
            && row[0].EnumerateArray().Select(label => label.GetString()).SequenceEqual([Label])
            && row[1].EnumerateArray().Select(property => property.GetString()).SequenceEqual(Properties);
    }
}
