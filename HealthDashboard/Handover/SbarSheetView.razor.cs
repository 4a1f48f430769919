using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Patients;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Handover;

public sealed partial class SbarSheetView
{
    // So many have room on a sheet of A4.
    private const int MostOpen = 6;
    private const int MostConditions = 6;
    private const int MostMedications = 8;
    private const int MostOver = 5;
    private const int MostNotes = 3;
    private const int LongestNote = 220;

    // As many as an empty sheet has room for; those without room are not printed.
    private const int Lines = 16;

    // In smaller letters from so many characters in lists on.
    private const int Dense = 700;

    // Allergies are never cut.
    private const int LongestCondition = 60;

    // Room for the dose and how often.
    private const int LongestMedication = 110;

    private DateOnly today;
    private IReadOnlyList<MedicalCondition> problems = [];
    private IReadOnlyList<MedicalCondition> past = [];
    private bool isDense;

    /// <summary>Who prints it, by name.</summary>
    [Parameter, EditorRequired] public required string PrintedBy { get; set; }

    /// <summary>Which sheet it is, 1 for the first.</summary>
    [Parameter] public int Number { get; set; } = 1;

    /// <summary>How many there are.</summary>
    [Parameter] public int Of { get; set; } = 1;

    [CascadingParameter] private SbarSheet Sheet { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private PersonNames People { get; set; } = default!;

    private PatientNow Now => Sheet.Now;

    private Patient Patient => Now.Patient;

    private string Place => string.Join(", ", new[]
    {
        Patient.Bed is { } bed ? $"Bed {bed}" : null, Patient.Room is { } room ? $"room {room}" : null, Patient.Ward, Patient.Region,
        Patient.Status == PatientStatus.Discharged ? "discharged" : null,
    }.OfType<string>());

    private string Born => Patient.BirthDate == default
        ? $"not known, {Sex}"
        : $"{(Patient.BirthDateEstimated ? "about " : "")}{Patient.BirthDate:d MMM yyyy}, {Patient.AgeOn(today)} y, {Sex}";

    private string Sex => Patient.Sex == Data.Model.Sex.Unknown ? "sex unknown" : Patient.Sex.ToString().ToLowerInvariant();

    private string AdmittedWords => (Patient.Status, Sheet.Admitted) switch
    {
        (PatientStatus.Discharged, _) => Patient.Discharge is { } left ? $"Discharged {Stamp(left.At)}" : "Discharged",
        (_, null) => "Admitted: cannot be read, the store of patient records is unavailable",
        (_, { At: null }) => "Admitted: the record does not say since when",
        (_, { At: { } at, OrEarlier: var earlier }) => $"Admitted {Stamp(at)}{(earlier ? " or earlier" : $" ({Display.Age(at, Clock)} ago)")}",
    };

    private string ScoreNow => Sheet.Signs is null
        ? "not known: the store of vital signs is unavailable"
        : Now.Score.Missing.Count > 0 && Now.Score.Score is not null
            ? $"{ScoreWords.Risk(Now.Score, Now.Exclusion)}, missing {string.Join(", ", Now.Score.Missing.Select(ScoreWords.Name))}"
            : ScoreWords.Risk(Now.Score, Now.Exclusion);

    private string ObservationWords
    {
        get
        {
            if (Patient.Status == PatientStatus.Discharged)
                return "None are due after the discharge.";
            var due = Now.IsContinuous ? "Continuous monitoring" : Now.Due.Length > 0 ? char.ToUpperInvariant(Now.Due[0]) + Now.Due[1..] : "None are due";
            return Sheet.Signs is null ? $"{due}." : $"{due}. {ScoreWords.Response(Now.Score)}";
        }
    }

    private string LimitsWords => Sheet.Limits switch
    {
        null => "Cannot be read, the store of patient records is unavailable",
        { Lines.Count: 0 } => "None, the ward's limits hold",
        { Lines: var lines, Reason: var reason } => string.Join("; ", lines) + (reason is null ? "" : $". Why: {Cut(reason, LongestNote)}"),
    };

    private string StepWords => Sheet.Steps switch
    {
        null => "Cannot be read, the store of care teams is unavailable",
        { Count: 0 } => "Nobody: there is nobody to escalate to",
        var steps => string.Join(", then ", steps.Select(CareChain.NamesOf)),
    };

    protected override void OnInitialized()
    {
        today = DateOnly.FromDateTime(Clock.GetLocalNow().Date);
        var latestFirst = Patient.MedicalHistory.OrderByDescending(condition => condition.Diagnosed).ToList();
        (problems, past) = (latestFirst.FindAll(condition => !condition.IsOver(today)), latestFirst.FindAll(condition => condition.IsOver(today)));
        isDense = Dense < problems.Take(MostConditions).Concat(past.Take(MostConditions)).Sum(condition => ConditionWords(condition).Length)
            + Patient.Medications.Take(MostMedications).Sum(medication => Short(medication, LongestMedication).Length)
            + (Sheet.Notes ?? []).Take(MostNotes).Sum(note => Cut(note.Text, LongestNote).Length)
            + (Sheet.Over ?? []).Take(MostOver).Sum(alert => OverWords(alert).Length)
            + LimitsWords.Length + Patient.DisplayName.Length;
    }

    private static string ConditionWords(MedicalCondition condition) =>
        Short(condition.Condition, LongestCondition) + (condition.Code is { } code ? $" ({code})" : "")
        + (condition.Diagnosed is { } since ? $", {since:MMM yyyy}" : "") + (condition.Abatement is { } until ? $" to {until:MMM yyyy}" : "");

    private string OpenWords(Alert alert) =>
        $"since {Display.Minute(alert.RaisedAt, Clock)} ({Display.Age(alert.RaisedAt, Clock)}), "
        + (alert.OverSince is { } over ? $"over since {Display.Minute(over, Clock)}, " : "")
        + (alert.AcknowledgedBy is { } by ? $"acknowledged by {People.Of(by)}" : alert.RespondedBy is { } coming ? $"{People.Of(coming)} on the way" : "not acknowledged");

    private string OverWords(Alert alert) =>
        $"{Display.Minute(alert.RaisedAt, Clock)}{(alert.EndedAt is { } end && end > alert.RaisedAt ? $" for {Display.Span(end - alert.RaisedAt)}" : "")}, "
        + (alert is { AcknowledgedBy: { } by, AcknowledgedAt: { } at } ? $"acknowledged by {People.Of(by)} after {Display.Span(at - alert.RaisedAt)}" : "not acknowledged");

    private string Stamp(DateTimeOffset time) => $"{TimeZoneInfo.ConvertTime(time, Clock.LocalTimeZone):d MMM yyyy HH:mm}";

    private static string Short(string text, int longest) => text.Length <= longest ? text : $"{text[..End(text, longest)].TrimEnd()}\u2026";

    private static string Cut(string text, int longest) => text.Length <= longest
        ? text
        : $"{text[..End(text, longest)].TrimEnd()}\u2026 ({text.Length - End(text, longest)} more characters in the record)";

    // Never within a letter that takes two characters.
    private static int End(string text, int longest) => char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
}
