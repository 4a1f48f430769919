using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Faults;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Demo;

public sealed partial class DemoMenu : IDisposable
{
    private static readonly (Scenario Scenario, string Text)[] Names =
    [
        (Scenario.Sepsis, "Sepsis"), (Scenario.Hypoxia, "Hypoxia"), (Scenario.Bleeding, "Bleeding"), (Scenario.Bradycardia, "Bradycardia"),
        (Scenario.SensorOff, "Sensor off"), (Scenario.DeviceSilent, "Device silent"), (Scenario.Recovery, "Recovery"),
    ];

    private readonly CancellationTokenSource closed = new();
    private IReadOnlyList<Patient> patients = [];
    private string? chosen;

    [Inject] private IOptions<SimulationOptions> Settings { get; set; } = default!;

    [Inject] private ScenarioBoard Board { get; set; } = default!;

    [Inject] private DemoRecords Records { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private IServiceProvider Services { get; set; } = default!;

    private bool HasFaults => Services.GetService<FaultBoard>() is not null;

    private int Active => Board.Running.Count;

    public void Dispose()
    {
        closed.Cancel();
        closed.Dispose();
    }

    protected override void OnInitialized()
    {
        FindPatients();
        if (Settings.Value.Demo && RendererInfo.IsInteractive)
            _ = FollowAsync(closed.Token);
    }

    // Time passes on screen only while something is under way.
    private async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
            var shown = Board.Running;
            while (await timer.WaitForNextTickAsync(cancel))
            {
                var known = patients.Count;
                if (known == 0)
                    FindPatients();
                if (ReferenceEquals(shown, Board.Running) && shown.Count == 0 && known == patients.Count)
                    continue;
                shown = Board.Running;
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page has closed.
        }
    }

    // The first bed of intensive care comes first: its pressures are measured every second, so everything shows at once.
    private void FindPatients()
    {
        patients =
        [
            .. Records.Plan.Select(demo => Directory.Find(demo.Patient.Id)?.Patient).OfType<Patient>()
                .Where(patient => patient.Status == PatientStatus.Admitted)
                .OrderByDescending(patient => patient.Ward == DemoCases.Wards[0].Name)
                .ThenBy(patient => patient.Ward, StringComparer.Ordinal).ThenBy(patient => patient.Bed, StringComparer.Ordinal),
        ];
        chosen ??= patients.Count > 0 ? patients[0].Id.ToString() : null;
    }

    private void Start(Scenario scenario)
    {
        if (ObjectId.TryParse(chosen, out var id))
            Board.Start(id, scenario, ScenarioCourse.DefaultSpeed);
    }

    private void End(RunningScenario running) => Board.End(running.PatientId);

    private string PatientOf(ObjectId id) => Directory.Find(id)?.Patient is { } patient ? $"{patient.Bed} {patient.DisplayName}" : "";

    private string Progress(RunningScenario running)
    {
        var now = Time.GetUtcNow();
        return running.EndedAt <= now ? "recovering" : $"for {(now - running.StartedAt).TotalSeconds:0} s, {running.Speed:0.#} times as fast as life";
    }

    private static string Name(Scenario scenario) => Array.Find(Names, name => name.Scenario == scenario).Text;
}
