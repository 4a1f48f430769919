using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Patients;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Handover;

public sealed partial class SbarSheetView
{
    // As many as an empty sheet has room for; those without room are not printed.
    private const int Lines = 16;

    // In smaller letters from so many characters in lists on.
    private const int Dense = 700;

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
        { Lines: var lines, Reason: var reason } => string.Join("; ", lines) + (reason is null ? "" : $". Why: {SbarWords.Cut(reason, SbarWords.LongestNote)}"),
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
        isDense = Dense < problems.Take(SbarWords.MostConditions).Concat(past.Take(SbarWords.MostConditions)).Sum(condition => SbarWords.Of(condition).Length)
            + Patient.Medications.Take(SbarWords.MostMedications).Sum(medication => SbarWords.Short(medication, SbarWords.LongestMedication).Length)
            + (Sheet.Notes ?? []).Take(SbarWords.MostNotes).Sum(note => SbarWords.Cut(note.Text, SbarWords.LongestNote).Length)
            + (Sheet.Over ?? []).Take(SbarWords.MostOver).Sum(alert => SbarWords.Over(alert, People, Clock).Length)
            + LimitsWords.Length + Patient.DisplayName.Length;
    }
}
