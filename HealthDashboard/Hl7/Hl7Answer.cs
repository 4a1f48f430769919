using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HealthDashboard.Hl7;

/// <summary>Acknowledgements: of each message one, or the two that its MSH-15 and MSH-16 ask for.</summary>
/// <param name="time">The clock, whose local time is the hospital's.</param>
internal sealed class Hl7Answer(TimeProvider time)
{
    private const int MostErrors = 100;

    /// <summary>The acknowledgements of a message, in the order in which they are sent; none where it asks for none.</summary>
    public IEnumerable<string> Of(Hl7Header header, Outcome outcome) => CodesOf(header.Segment.Text(15), header.Segment.Text(16), outcome).Select(code => Write(header, code, outcome));

    /// <summary>
    /// The codes of the acknowledgements. In the original mode (MSH-15 and MSH-16 are empty) AA, AE or AR; in the enhanced mode the commit
    /// acknowledgement that MSH-15 asks for, and after it the one of the application where MSH-16 asks for it.
    /// </summary>
    internal static IEnumerable<string> CodesOf(string accept, string application, Outcome outcome)
    {
        var letter = outcome.Verdict switch { Verdict.Accepted => 'A', Verdict.Error => 'E', _ => 'R' };
        if (accept.Length == 0 && application.Length == 0)
        {
            yield return $"A{letter}";
            yield break;
        }
        var isFailure = outcome.Verdict != Verdict.Accepted;
        if (IsRequested(accept, isFailure))
            yield return $"C{letter}";
        if (IsRequested(application, isFailure))
            yield return $"A{letter}";
    }

    /// <summary>The answers to the messages of a batch as a batch.</summary>
    public string Batch(Hl7Content content, IReadOnlyList<string> answers)
    {
        var text = new StringBuilder();
        if (content.FileHeader is { } file)
            Head(text, "FHS", file);
        if (content.BatchHeader is { } batch)
            Head(text, "BHS", batch);
        text.AppendJoin("", answers);
        if (content.BatchHeader is { } ended)
            text.Append("BTS").Append(ByOf(ended).Field).Append(answers.Count.ToString(CultureInfo.InvariantCulture)).Append('\r');
        if (content.FileHeader is { } closed)
            text.Append("FTS").Append(ByOf(closed).Field).Append("1\r");
        return text.ToString();
    }

    private static bool IsRequested(string condition, bool isFailure) => condition switch
    {
        "AL" => true,
        "ER" => isFailure,
        "SU" => !isFailure,
        _ => false,
    };

    private static Delimiters ByOf(string header) => Delimiters.Read(header) ?? Delimiters.Usual;

    private string Write(Hl7Header to, string code, Outcome outcome)
    {
        var by = to.By;
        var version = to.Version.Length > 0 ? to.Version : "2.6";
        var type = to.Event.Length == 0 || IsBefore(version, "2.3.1") ? "ACK" : string.Join(by.Component, "ACK", to.Event, "ACK");
        var text = new StringBuilder();
        Append(text, by, "MSH", by.Encoding, to.Segment.Raw(5), to.Segment.Raw(6), to.Segment.Raw(3), to.Segment.Raw(4), Now(), "", type, NewId(), Or(to.Segment.Raw(11), "P"), version, "", "", "", "", "", to.Segment.Raw(18));
        Append(text, by, "MSA", code, to.Segment.Raw(10), Hl7Escapes.Encode(outcome.Text ?? "", by));
        foreach (var error in outcome.Errors.Take(MostErrors))
            Error(text, by, error, isOld: IsBefore(version, "2.5"));
        return text.ToString();

        static string Or(string value, string fallback) => value.Length > 0 ? value : fallback;
    }

    private static void Error(StringBuilder text, Delimiters by, Hl7Error error, bool isOld)
    {
        var number = error.Number.ToString(CultureInfo.InvariantCulture);
        var field = error.Field == 0 ? "" : error.Field.ToString(CultureInfo.InvariantCulture);
        var words = Hl7Escapes.Encode(ErrorCodes.NameOf(error.Code), by);
        var said = Hl7Escapes.Encode(error.Text, by);
        if (isOld)
            Append(text, by, "ERR", string.Join(by.Component, error.Segment, number, field, string.Join(by.Subcomponent, error.Code, words, "HL70357", said)));
        else
            Append(text, by, "ERR", "", string.Join(by.Component, error.Segment, number, field).TrimEnd(by.Component), string.Join(by.Component, error.Code, words, "HL70357"), "E", "", "", "", said);
    }

    private void Head(StringBuilder text, string name, string header)
    {
        var by = ByOf(header);
        var to = new Hl7Segment(header, by, Encoding.Latin1);
        Append(text, by, name, by.Encoding, to.Raw(5), to.Raw(6), to.Raw(3), to.Raw(4), Now(), "", "", "", NewId(), to.Raw(11));
    }

    // What comes of the message is in its own delimiters already, and stays so.
    private static void Append(StringBuilder text, Delimiters by, string name, params string[] fields) =>
        text.Append(name).Append(by.Field).Append(string.Join(by.Field, fields).TrimEnd(by.Field)).Append('\r');

    private string Now() => time.GetLocalNow().ToString("yyyyMMddHHmmsszzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    // As long as the oldest versions allow.
    private static string NewId() => RandomNumberGenerator.GetHexString(20);

    private static bool IsBefore(string version, string other) => System.Version.TryParse(version, out var known) && known < System.Version.Parse(other);
}
