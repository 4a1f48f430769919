using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Alerts;

public sealed partial class AlertHistoryPage
{
    private const int PageSize = 50;

    private static readonly (HistorySort? Sort, string Text)[] Columns =
    [
        (HistorySort.Raised, "Raised"), (HistorySort.Priority, "Priority"), (HistorySort.Bed, "Bed, patient"), (HistorySort.Sign, "Sign"), (null, "Worst"),
        (HistorySort.Lasted, "Lasted"), (HistorySort.Response, "Response"), (HistorySort.Person, "Acknowledged by"), (null, "Log"),
    ];

    private static readonly (string, string)[] Priorities = [("", "All"), ("medium", "Medium and high"), ("high", "High")];

    private static readonly (string, string)[] Signs =
    [
        ("", "All"), .. VitalSigns.All.Select(info => (info.Name, AlertText.Label(info.Sign))),
        (Alert.ScoreSign, "NEWS2"), (HistoryFilter.Technical, "Technical"),
    ];

    private HistoryFilter filter = new();
    private HistoryResult? result;
    private IReadOnlyList<AlertChange> log = [];
    private string? problem;

    [Inject] private IAlertStore Store { get; set; } = default!;

    [Inject] private PatientAccess Access { get; set; } = default!;

    [Inject] private HistoryReader Reader { get; set; } = default!;

    [Inject] private PersonNames People { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter] private HttpContext? Http { get; set; }

    [SupplyParameterFromQuery(Name = "log")] private string? LogId { get; set; }

    private ObjectId? Log => ObjectId.TryParse(LogId, out var id) ? id : null;

    private int Pages => (int)Math.Ceiling((result?.Entries.Count ?? 0) / (double)PageSize);

    private IEnumerable<HistoryEntry> Shown => result!.Entries.Skip((filter.Page - 1) * PageSize).Take(PageSize);

    private bool Restricts => filter with { Hours = 0, Sort = default, Reversed = false, Page = 1 } != new HistoryFilter { Hours = 0 };

    private string Found => result?.Entries.Count switch
    {
        null => "",
        1 => "1 alert",
        var count => $"{count:#,0} alerts",
    };

    // Names come from A first, all else from the greatest.
    private string SortWord => filter.Sort is HistorySort.Bed or HistorySort.Sign or HistorySort.Person != filter.Reversed ? "ascending" : "descending";

    private IEnumerable<(string, string)> Wards =>
        [("", "All"), .. Directory.All.Select(known => WardGroup.Of(known.Patient)).Distinct().OrderBy(ward => ward.Name, StringComparer.Ordinal).Select(ward => (ward.Name, $"{ward.Ward}, {ward.Region}"))];

    private IEnumerable<(string, string)> Persons => [("", "All"), (HistoryFilter.Nobody, "Nobody"), .. People.All];

    protected override async Task OnInitializedAsync()
    {
        filter = HistoryFilter.Of(new QueryCollection(QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query)));
        var cancel = Http?.RequestAborted ?? CancellationToken.None;
        try
        {
            var theirs = await Access.TheirsAsync((await SignedIn.GetAuthenticationStateAsync()).User, cancel);
            result = await Reader.FindAsync(filter, theirs, cancel);
            if (Log is { } id && Shown.Any(entry => entry.Alert.Id == id))
                log = await Store.HistoryAsync(id, cancel);
        }
        catch (StoreException)
        {
            problem = $"The store of alerts{(filter.Patient.Length > 0 ? ", or that of patient records," : "")} is unavailable. The history is shown once it is back.";
        }
    }

    private static string Address(HistoryFilter filter) => $"/alerts/history{filter.ToQuery()}";

    private string LogAddress(ObjectId? id) => id is null ? Address(filter) : QueryHelpers.AddQueryString(Address(filter), "log", id.Value.ToString());
}
