using System.Collections.Frozen;

namespace HealthDashboard.Clinical;

/// <summary>Which codes of a medical history say "pregnant".</summary>
internal static class Pregnancy
{
    // SNOMED CT: pregnant and its kinds, by course, trimester, number and place, how it was found, and what only pregnant women have.
    private static readonly FrozenSet<string> Snomed = FrozenSet.ToFrozenSet(
    [
        "77386006", // pregnant
        "72892002", // normal pregnancy
        "47200007", // high risk pregnancy
        "57630001", "59466002", "41587001", // first, second, third trimester
        "87527008", "90968009", // term, prolonged
        "16356006", "65147003", "64254006", // multiple, twin, triplet
        "34801009", "79586000", "82661006", // ectopic, tubal, abdominal
        "83074005", "58532003", // unplanned, unwanted
        "127364007", // first pregnancy
        "169560008", "169561007", // found by urine test, by blood test
        "11687002", "398254007", "15938005", "198992004", // gestational diabetes, pre-eclampsia, eclampsia, before birth
    ]);

    /// <summary>
    /// Whether a code is one of pregnancy: of SNOMED CT, or of ICD-10's Z33, Z34 and O00 to O9A with all that is below them, in capitals or not
    /// and with or without the dot. Null is none.
    /// </summary>
    public static bool Is(string? code) => code is not null && (Snomed.Contains(code) || IsIcd(code));

    private static bool IsIcd(string code) =>
        code.StartsWith("Z33", StringComparison.OrdinalIgnoreCase) || code.StartsWith("Z34", StringComparison.OrdinalIgnoreCase)
        || code is ['O' or 'o', >= '0' and <= '9', >= '0' and <= '9', ..] or ['O' or 'o', '9', 'A' or 'a', ..];
}
