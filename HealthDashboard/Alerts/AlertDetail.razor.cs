using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Alerts;

public sealed partial class AlertDetail : IDisposable
{
    private const int MostChanges = 12;
    private const int MostCharts = 2;
    private const int MostPoints = 180;
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LoadAgainAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ChangedAfter = TimeSpan.FromSeconds(2);

    private static readonly VitalSign[] MostTelling =
    [
        VitalSign.Spo2, VitalSign.HeartRate, VitalSign.RespiratoryRate, VitalSign.Systolic, VitalSign.MeanPressure, VitalSign.Diastolic, VitalSign.Temperature,
        VitalSign.OxygenFlow,
    ];

    private readonly CancellationTokenSource closed = new();
    private AlertCard? loaded;
    private DateTimeOffset loadedAt;
    private bool loading;
    private string? failure;
    private DateTimeOffset from;
    private DateTimeOffset to;
    private IReadOnlyList<(VitalSign Sign, IReadOnlyList<VitalPoint> Points)> charts = [];
    private IReadOnlyList<IReadOnlyList<Clinician>> chain = [];
    private IReadOnlyList<AlertChange> history = [];

    [Inject] private IVitalStore Vitals { get; set; } = default!;

    [Inject] private IAlertStore Store { get; set; } = default!;

    [Inject] private PersonNames People { get; set; } = default!;

    [Inject] private CareChain Chain { get; set; } = default!;

    [Inject] private PatientDirectory Patients { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    /// <summary>Whose alerts they are.</summary>
    [Parameter, EditorRequired] public required AlertCard Card { get; set; }

    /// <summary>On a narrow screen, back to the list.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    private string Title => AlertWords.WardOf(Card.Worst) ?? $"{Card.Patient?.Bed} {Card.Patient?.DisplayName ?? "Unknown patient"}".Trim();

    private string Facts
    {
        get
        {
            if (Card.Patient is not { } patient)
                return "";
            List<string> facts = [];
            if (patient.BirthDate != default)
                facts.Add($"{(patient.BirthDateEstimated ? "about " : "")}{patient.AgeOn(DateOnly.FromDateTime(Clock.GetLocalNow().Date))} years");
            facts.Add(patient.Ward);
            facts.AddRange(patient.MedicalHistory.Take(2).Select(condition => condition.Condition));
            facts.Add(patient.Allergies.Count > 0 ? $"allergic to {string.Join(", ", patient.Allergies)}" : "no known allergies");
            return string.Join(" \u00b7 ", facts);
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        var now = Clock.GetUtcNow();
        // An alert whose value changes each second must not ask the stores each second.
        if (loading || (Card.Worst.Id == loaded?.Worst.Id && now - loadedAt < (Card.Equals(loaded) ? LoadAgainAfter : ChangedAfter)))
            return;
        loading = true;
        try
        {
            await LoadAsync(Card, now, closed.Token);
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
        finally
        {
            loading = false;
        }
    }

    public void Dispose()
    {
        closed.Cancel();
        closed.Dispose();
    }

    // What cannot be read leaves what was shown; an unavailable store is no reason to hide the rest.
    private async Task LoadAsync(AlertCard card, DateTimeOffset now, CancellationToken cancel)
    {
        (loadedAt, failure) = (now, null);
        try
        {
            (loaded, history) = (card, await Store.HistoryAsync(card.Worst.Id, cancel));
            chain = await Chain.StepsAsync(card.Worst.PatientId, card.Worst.Group, cancel);
            List<(VitalSign, IReadOnlyList<VitalPoint>)> drawn = [];
            foreach (var sign in SignsOf(card))
                drawn.Add((sign, await Vitals.ChartAsync(card.Id, sign, now - Shown, now, MostPoints, cancel)));
            (charts, from, to) = (drawn, now - Shown, now);
        }
        catch (StoreException)
        {
            failure = "Some of this cannot be loaded: a store is unavailable. It is tried again by itself.";
        }
    }

    // The signs that alarm, the most urgent first; a score or a silent device is seen on the heart and the oxygen.
    private static IEnumerable<VitalSign> SignsOf(AlertCard card) => card.Patient is null ? [] : card.Alerts
        .Where(alert => VitalSigns.Find(alert.Sign) is { Sign: not VitalSign.Consciousness })
        .Select(alert => (alert.Priority, VitalSigns.Find(alert.Sign)!.Sign))
        .OrderByDescending(alert => alert.Priority)
        .ThenBy(alert => Array.IndexOf(MostTelling, alert.Sign))
        .Select(alert => alert.Sign)
        .Concat([VitalSign.Spo2, VitalSign.HeartRate])
        .Distinct()
        .Take(MostCharts);

    private SignLimits LimitsOf(VitalSign sign) => Patients.Find(Card.Id) is { } monitored ? monitored.Limits[sign] : new SignLimits(null, null);

    private Alert? AlertOn(VitalSign sign) => Card.Alerts.FirstOrDefault(alert => alert.Sign == sign.Info().Name && alert.Condition == AlertCondition.Active);

    private static string RoleOf(IReadOnlyList<Clinician> step) => string.Join(", ", step.Select(person => person.Profession.ToString().ToLowerInvariant()).Distinct());

    private DateTimeOffset? NotifiedAt(int step) => history
        .LastOrDefault(change => change.Kind == AlertChangeKind.Escalated && change.Alert.Escalation == step && change.Alert.RecordedAt == Card.Worst.RecordedAt)?.Time;

    // When a step is due: after the one before it, or after the alert was recorded; those that follow, each after another wait.
    private DateTimeOffset? DueAt(int step)
    {
        var (worst, gone) = (Card.Worst, Card.Worst.Escalation);
        if (step <= gone || worst.Response == AlertResponse.Acknowledged || Rules.EscalateAfter(worst.Priority) is not { } wait)
            return null;
        return (gone == 0 ? worst.RecordedAt : NotifiedAt(gone) ?? worst.RecordedAt) + ((step - gone) * wait);
    }

    private string Detail(AlertChange change)
    {
        var words = Display.Words(change.Alert);
        return change.Kind switch
        {
            AlertChangeKind.Acknowledged => change.Alert.Note is { } note ? $"by {People.Of(change.Actor)}: {note}" : $"by {People.Of(change.Actor)}",
            AlertChangeKind.Reviewed when change.Alert.Review is { } review => $"{AlertWords.Of(review)}, {People.Of(change.Actor)}",
            AlertChangeKind.Escalated => AlertView.Escalated(change.Alert),
            _ => change.Actor == AlertChange.SystemActor ? words : $"{words}, {People.Of(change.Actor)}",
        };
    }
}
