using System.Text;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>
/// Prepares a password as SCRAM asks for [RFC 4013]. The program has no tables of Unicode (InvariantGlobalization), so it takes only what
/// needs none: ASCII, and the letters of Latin, Greek and Cyrillic that no form of writing changes. Anything else is refused
/// when the program starts, rather than signed in with wrongly.
/// </summary>
internal static class SaslPrep
{
    public const string Refusal = "has characters other than ASCII and plain Latin, Greek or Cyrillic letters";

    // Compatibility forms in the blocks below, which NFKC would write otherwise.
    private const string Changed = "\u00AA\u00B5\u00BA\u0132\u0133\u013F\u0140\u0149\u017F";

    /// <summary>The prepared password; null when it cannot be prepared.</summary>
    public static string? TryPrepare(string password)
    {
        var prepared = new StringBuilder(password.Length);
        foreach (var unit in password)
        {
            switch (unit)
            {
                case '\u00AD':
                    // Commonly mapped to nothing [RFC 3454, B.1].
                    break;
                case '\u00A0':
                    // A space that is not ASCII becomes one [RFC 3454, C.1.2].
                    prepared.Append(' ');
                    break;
                case >= ' ' and <= '~':
                case >= '\u00A1' and <= '\u017F' when char.IsLetter(unit) && !Changed.Contains(unit, StringComparison.Ordinal):
                case >= '\u0391' and <= '\u03C9' when char.IsLetter(unit):
                case >= '\u0400' and <= '\u045F':
                    prepared.Append(unit);
                    break;
                default:
                    return null;
            }
        }
        return prepared.Length == 0 ? null : prepared.ToString();
    }
}
