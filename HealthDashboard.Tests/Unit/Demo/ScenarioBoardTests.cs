using HealthDashboard.Demo;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Demo;

public sealed class ScenarioBoardTests : IDisposable
{
    private readonly TempDirectory data = new();
    private readonly ManualTime time = new();
    private readonly HealthDashboard.Data.Model.ObjectId patient = DemoHospital.IdOf("patient 0");

    public void Dispose() => data.Dispose();

    [Fact]
    public void A_scenario_goes_on_after_a_restart()
    {
        Open().Start(patient, Scenario.Hypoxia, 20);
        time.Advance(TimeSpan.FromSeconds(40));
        var wrong = Open().At(patient, time.GetUtcNow());
        Assert.True(wrong.Shunt > 20);
        Assert.Equal(default, Open().At(DemoHospital.IdOf("patient 1"), time.GetUtcNow()));
    }

    [Fact]
    public void Ending_lets_the_patient_recover_without_a_jump_and_then_forgets()
    {
        var board = Open();
        board.Start(patient, Scenario.Bleeding, 20);
        time.Advance(TimeSpan.FromMinutes(1));
        var worst = board.At(patient, time.GetUtcNow());
        Assert.True(board.End(patient));
        Assert.False(board.End(patient));
        Assert.Equal(worst, board.At(patient, time.GetUtcNow()));
        time.Advance(TimeSpan.FromSeconds(18));
        Assert.InRange(board.At(patient, time.GetUtcNow()).VolumeLoss, 0.1, 0.4);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(default, board.At(patient, time.GetUtcNow()));
        board.Tidy();
        Assert.Empty(board.Running);
        Assert.Empty(Open().Running);
    }

    [Fact]
    public void A_second_scenario_takes_over_while_the_first_recovers()
    {
        var board = Open();
        board.Start(patient, Scenario.SensorOff, 20);
        time.Advance(TimeSpan.FromSeconds(30));
        board.Start(patient, Scenario.Bradycardia, 20);
        time.Advance(TimeSpan.FromSeconds(20));
        var wrong = board.At(patient, time.GetUtcNow());
        Assert.Equal((0.6, 0), (wrong.Block, wrong.ProbeOff));
    }

    [Fact]
    public void Nobody_has_to_end_a_scenario()
    {
        var board = Open();
        board.Start(patient, Scenario.Sepsis, 20);
        time.Advance(ScenarioBoard.Longest + TimeSpan.FromMinutes(2));
        Assert.Equal(default, board.At(patient, time.GetUtcNow()));
    }

    [Fact]
    public void A_damaged_file_is_an_empty_board()
    {
        File.WriteAllText(data["scenarios.json"], "[{");
        Assert.Empty(Open().Running);
    }

    private ScenarioBoard Open() => new(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Data:Directory", (string?)data.Path)]).Build(),
        time,
        NullLogger<ScenarioBoard>.Instance);
}
