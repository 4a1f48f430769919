using System.Globalization;
using HealthDashboard.Accounts;
using HealthDashboard.Alerts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Scopes;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Analytics;

public sealed partial class AnalyticsPage
{
    private static readonly (string, string)[] Priorities = [("", "All"), ("high", "High"), ("medium", "Medium"), ("low", "Low")];

    private static readonly (string, string)[] Signs =
    [
        ("", "All"),
        .. VitalSigns.All.Select(info => info.Name)
            .Concat([Alert.ScoreSign, Alert.FeedSign, Alert.SensorsSign, Alert.PressuresSign, Alert.ObservationsSign, "clock", "sources", "device"])
            .Select(sign => (sign, LoadWords.Sign(sign))),
    ];

    private AnalyticsFilter filter = new();
    private IReadOnlyList<WardKey> wards = [];
    private AlarmReport? report;
    private AlarmReport? before;
    private ScoresNow scores = new([], 0);
    private bool unavailable;
    private bool mayExport;

    [CascadingParameter] private HttpContext Context { get; set; } = null!;

    [Inject] private AlarmLoadReader Reader { get; set; } = null!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = null!;

    [Inject] private IAuthorizationService Authorization { get; set; } = null!;

    [Inject] private PatientDirectory Directory { get; set; } = null!;

    [Inject] private CurrentVitals Current { get; set; } = null!;

    [Inject] private IOptions<HospitalOptions> Hospital { get; set; } = null!;

    [Inject] private TimeProvider Clock { get; set; } = null!;

    private IEnumerable<(string, string)> WardOptions =>
        wards.Select(ward => (WardAddress.TextOf(ward), $"{ward.Ward}, {ward.Region}")).Prepend(("", "All wards"));

    private IReadOnlyList<HeatRow> Rows => filter.Ward is null
        ? [.. report!.Wards.Select(ward => new HeatRow(
            ward.Key.Ward, ward.Key.Region, (filter with { Ward = new(ward.Key.Region, ward.Key.Ward) }).ToAddress(), ward.Value, null))]
        : [.. report!.Beds.Where(bed => bed.Key.Name.Length > 0 || bed.Value.Sums.Raised > 0).Select(bed => new HeatRow(
            bed.Key.Name.Length == 0 ? "No bed" : bed.Key.Name, null, HistoryAddress(bed.Key, null), bed.Value, hour => HistoryAddress(bed.Key, hour)))];

    private string CsvAddress => QueryHelpers.AddQueryString("/api/analytics/alarm-load.csv", new Dictionary<string, string?>
    {
        ["from"] = report!.Query.From.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture),
        ["to"] = report.Query.To.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture),
        ["region"] = filter.Ward?.Region,
        ["ward"] = filter.Ward?.Ward,
        ["sign"] = filter.Sign,
        ["priority"] = filter.Priority?.ToString().ToLowerInvariant(),
    });

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        filter = AnalyticsFilter.Of(Context.Request.Query, WardAddress.Parse(ScopeCookie.Read(Context)));
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        mayExport = (await Authorization.AuthorizeAsync(user, Policies.Export)).Succeeded;
        scores = ScoresNow.Of(Directory, Current, filter.Ward, AccountWards.Of(user), Clock.GetUtcNow());
        try
        {
            wards = await Reader.WardsAsync(user, Context.RequestAborted);
            if (filter.Ward is { } own && !wards.Contains(own) && AccountWards.Of(user).Has(own.Region, own.Ward))
                wards = [.. wards, own];
            var query = filter.Query(Clock);
            report = await Reader.ReadAsync(query, user, Context.RequestAborted);
            before = await Reader.ReadAsync(query.Before(), user, Context.RequestAborted);
        }
        catch (StoreException)
        {
            unavailable = true;
        }
    }

    private static string StretchOf(int days) => days switch
    {
        1 => "24 h",
        365 => "Year",
        _ => $"{days} days",
    };

    // The alarms themselves. A bed is looked for by the patient who lies there now.
    private string HistoryAddress(BedName bed, int? hour) => "/alerts/history" + new HistoryFilter
    {
        Patient = bed.Name,
        Ward = $"{bed.Region}/{bed.Ward}",
        Sign = filter.Sign,
        AtLeast = filter.Priority,
        From = TimeZoneInfo.ConvertTime(report!.Query.From, Clock.LocalTimeZone).DateTime,
        To = TimeZoneInfo.ConvertTime(report.Query.To, Clock.LocalTimeZone).DateTime,
        Hour = hour,
    }.ToQuery();
}
