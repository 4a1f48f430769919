using HealthDashboard.Accounts;
using HealthDashboard.Charts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Patients;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.TimeTravel;

public sealed partial class PastPatientPage
{
    private const int MostPoints = 360;

    private static readonly TimeSpan Shown = TimeSpan.FromHours(2);

    private static readonly (int Minutes, string Label)[] Steps =
        [(-60, "\u22121 h"), (-10, "\u221210 min"), (-1, "\u22121 min"), (1, "+1 min"), (10, "+10 min"), (60, "+1 h")];

    private DateTimeOffset at;
    private string? wrong;
    private bool failure;
    private bool isCoarse;
    private bool isTeamKnown;
    private PastPatient? then;
    private PatientNow? now;
    private TimeProvider clock = TimeProvider.System;
    private IReadOnlyList<(VitalSign Sign, IReadOnlyList<VitalPoint> Points)> charts = [];
    private IReadOnlyList<CareAssignment> team = [];

    [Inject] private PastReader Reader { get; set; } = default!;

    [Inject] private PastVitals Values { get; set; } = default!;

    [Inject] private IVitalStore Vitals { get; set; } = default!;

    [Inject] private ICareTeamStore Teams { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    [Inject] private PersonNames People { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    /// <summary>The moment.</summary>
    [Parameter] public string? Time { get; set; }

    /// <summary>Whose page it is.</summary>
    [Parameter] public string? Id { get; set; }

    protected override async Task OnInitializedAsync()
    {
        wrong = PastTime.Read(Time, Clock, out at, ahead: TimeSpan.FromSeconds(1));
        if (wrong is not null || !ObjectId.TryParse(Id, out var id))
            return;
        clock = new PastClock(Clock, at);
        try
        {
            then = await Reader.FindAsync(id, at, CancellationToken.None);
            if (then is null)
                return;
            isCoarse = Values.IsCoarse(at);
            var signs = ChartPanel.All.SelectMany(panel => panel.Signs).Where(sign => sign is not (VitalSign.MeanPressure or VitalSign.Diastolic)).ToList();
            var points = await Task.WhenAll(signs.Select(sign => Vitals.ChartAsync(id, sign, at - Shown, at.AddSeconds(1), MostPoints, CancellationToken.None)));
            charts = [.. signs.Zip(points).Where(chart => chart.Second.Count > 0)];
            now = PatientNow.Of(then.Monitored, then.Values, Rules, actor: null, at) with
            {
                IsContinuous = Watch.IsContinuous(then.Watch, then.Patient),
                Standby = StandbyWords.Of(then.Patient, clock),
                Alarms = then.Alerts.Where(alert => alert.Condition == AlertCondition.Active).GroupBy(alert => alert.Sign).ToDictionary(sign => sign.Key, sign => sign.Max(alert => alert.Priority)),
            };
            (team, isTeamKnown) = await TeamAsync(id);
        }
        catch (StoreException)
        {
            failure = true;
        }
    }

    // Without the teams the rest is still worth seeing.
    private async Task<(IReadOnlyList<CareAssignment> Team, bool IsKnown)> TeamAsync(ObjectId id)
    {
        try
        {
            return (await Teams.TeamAsync(id, at, CancellationToken.None), true);
        }
        catch (StoreException)
        {
            return ([], false);
        }
    }

    private Alert? AlertOn(VitalSign sign) => then?.Alerts.FirstOrDefault(alert => alert.Sign == sign.Info().Name && alert.Condition == AlertCondition.Active);
}
