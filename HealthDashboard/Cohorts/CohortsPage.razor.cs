using System.Globalization;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Analytics;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Scopes;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.Cohorts;

public sealed partial class CohortsPage
{
    private static readonly (string, string)[] Signs = [.. CohortQuery.Signs.Select(info => (info.Name, $"{info.Label}, {SignWords.Unit(info.Sign)}"))];

    private static readonly (string, string)[] Lengths =
        [.. CohortFilter.Lengths.Select(hours => (hours.ToString(CultureInfo.InvariantCulture), hours > CohortQuery.UsualHours ? $"{hours / 24} days" : $"{hours} h"))];

    private static readonly (string, string)[] Ages = [("", "Any"), .. EnumNames<AgeBand>.Values.Select(band => (band.Key, AgeBands.Words(band.Value)))];

    private static readonly (string, string)[] Scales = [("", "Any"), ("1", "1"), ("2", "2")];

    private CohortFilter filter = new();
    private IReadOnlyList<WardKey> wards = [];
    private CohortReport? report;
    private Func<Patient, bool> maySee = static _ => false;
    private bool unavailable;

    [CascadingParameter] private HttpContext Context { get; set; } = null!;

    [Inject] private CohortReader Reader { get; set; } = null!;

    [Inject] private AlarmLoadReader Load { get; set; } = null!;

    [Inject] private PatientDirectory Directory { get; set; } = null!;

    [Inject] private PatientAccess Access { get; set; } = null!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = null!;

    [Inject] private TimeProvider Clock { get; set; } = null!;

    private IEnumerable<(string Prefix, string Title, Cohort Cohort)> Fields => [("", "Cohort A", filter.First), ("other-", "Cohort B", filter.Other)];

    private IEnumerable<(string, string)> WardOptions =>
        wards.Select(ward => (WardAddress.TextOf(ward), $"{ward.Ward}, {ward.Region}")).Prepend(("", "All wards"));

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        filter = CohortFilter.Of(Context.Request.Query, WardAddress.Parse(ScopeCookie.Read(Context)));
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        try
        {
            var found = await WardsAsync(user);
            var see = await Access.TheirsAsync(user, Context.RequestAborted);
            var read = await Reader.ReadAsync(filter.Query(Clock), user, Context.RequestAborted);
            (wards, maySee, report) = (found, see, read);
        }
        catch (StoreException)
        {
            unavailable = true;
        }
    }

    // Those that have patients now, those that ever had alarms, and those that were asked for.
    private async Task<IReadOnlyList<WardKey>> WardsAsync(System.Security.Claims.ClaimsPrincipal user)
    {
        var theirs = AccountWards.Of(user);
        var asked = new[] { CohortFilter.WardOf(filter.First), CohortFilter.WardOf(filter.Other) }.OfType<WardKey>();
        return
        [
            .. (await Load.WardsAsync(user, Context.RequestAborted))
                .Concat(Directory.All.Select(known => new WardKey(known.Patient.Region, known.Patient.Ward))).Concat(asked)
                .Where(ward => theirs.Has(ward.Region, ward.Ward)).Distinct()
                .OrderBy(ward => ward.Ward, StringComparer.Ordinal).ThenBy(ward => ward.Region, StringComparer.Ordinal),
        ];
    }

    private static string Label(string prefix, string label) => prefix.Length == 0 ? label : $"{label}, B";
}
