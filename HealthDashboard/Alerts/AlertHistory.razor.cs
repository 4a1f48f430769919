using System.Globalization;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Alerts;

public sealed partial class AlertHistory
{
    private const int PageSize = 50;
    private const int MaxPatients = 500;
    private static readonly (string, string)[] Priorities = [("", "All"), ("medium", "Medium and high"), ("high", "High")];
    private static readonly (string, string)[] Kinds = [("", "All"), ("limit", "Limit"), ("score", "NEWS2 score"), ("technical", "Technical")];
    private static readonly (string, string)[] Responses = [("", "All"), ("unacknowledged", "Unacknowledged"), ("acknowledged", "Acknowledged")];

    private IReadOnlyList<Alert> alerts = [];
    private IReadOnlyList<AlertChange> log = [];
    private bool more;
    private string? problem;

    [Inject] private IAlertStore Store { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [CascadingParameter] private HttpContext? Http { get; set; }

    [SupplyParameterFromQuery(Name = "patient")] private string? PatientWords { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "priority")] private string? Priority { get; set; }

    [SupplyParameterFromQuery(Name = "kind")] private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "response")] private string? Response { get; set; }

    [SupplyParameterFromQuery(Name = "before")] private long? Before { get; set; }

    [SupplyParameterFromQuery(Name = "log")] private string? LogId { get; set; }

    private ObjectId? Log => ObjectId.TryParse(LogId, out var id) ? id : null;

    protected override async Task OnInitializedAsync()
    {
        var cancel = Http?.RequestAborted ?? CancellationToken.None;
        try
        {
            var found = await Store.QueryAsync(Query(), cancel);
            more = found.Count > PageSize;
            alerts = [.. found.Take(PageSize)];
            if (Log is { } id && alerts.Any(alert => alert.Id == id))
                log = await Store.HistoryAsync(id, cancel);
        }
        catch (StoreException)
        {
            problem = "The store of alerts is unavailable. The history is shown once it is back.";
        }
    }

    private AlertQuery Query() => new()
    {
        PatientIds = FindPatients(),
        From = LocalTime(From) is { } from ? Time.LocalTimeZone.FirstAt(from) : null,
        To = LocalTime(To) is { } to ? Time.LocalTimeZone.LastAt(to) : null,
        AtLeast = AlertFilter.Choice<AlertPriority>(Priority),
        Kind = AlertFilter.Choice<AlertKind>(Kind),
        Response = AlertFilter.Choice<AlertResponse>(Response),
        Before = Before,
        Limit = PageSize + 1,
    };

    // Each word begins a name or the MRN, as in the list of patients.
    private List<ObjectId>? FindPatients()
    {
        var words = (PatientWords ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 0
            ? null
            : [.. Directory.All.Select(known => known.Patient).Where(patient => words.All(word => Begins(patient, word))).Take(MaxPatients).Select(patient => patient.Id)];
    }

    private static bool Begins(Patient patient, string word) =>
        $"{patient.Mrn} {patient.GivenName} {patient.FamilyName}".Split(' ', '-')
            .Append(patient.Mrn)
            .Any(part => part.StartsWith(word.TrimEnd(','), StringComparison.OrdinalIgnoreCase));

    private static DateTime? LocalTime(string? text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? DateTime.SpecifyKind(local, DateTimeKind.Unspecified) : null;

    private string Address(long? before, ObjectId? logOf) => QueryHelpers.AddQueryString("/alerts/history", new Dictionary<string, string?>
    {
        ["patient"] = NullIfEmpty(PatientWords),
        ["from"] = NullIfEmpty(From),
        ["to"] = NullIfEmpty(To),
        ["priority"] = NullIfEmpty(Priority),
        ["kind"] = NullIfEmpty(Kind),
        ["response"] = NullIfEmpty(Response),
        ["before"] = before?.ToString(CultureInfo.InvariantCulture),
        ["log"] = logOf?.ToString(),
    });

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
