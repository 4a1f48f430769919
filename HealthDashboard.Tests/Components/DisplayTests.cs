using HealthDashboard.Components;

namespace HealthDashboard.Tests.Components;

public sealed class DisplayTests
{
    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(47, "47 s")]
    [InlineData(60, "1 min")]
    [InlineData(3599, "59 min")]
    [InlineData(7500, "2 h 05")]
    [InlineData(260000, "3 d")]
    public void Ages_are_short(int seconds, string expected) => Assert.Equal(expected, Display.Span(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("heartRate", 71.6, "72")]
    [InlineData("temperature", 38.25, "38.3")]
    [InlineData("consciousness", 2, "V")]
    [InlineData("news2", 7, "7")]
    public void Values_have_the_precision_of_their_sign(string sign, double value, string expected) =>
        Assert.Equal(expected, Display.Value(sign, value));
}
