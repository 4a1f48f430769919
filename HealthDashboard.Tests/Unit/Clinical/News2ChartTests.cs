using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

/// <summary>Both sides of every boundary of the NEWS2 chart [Royal College of Physicians 2017].</summary>
public class News2ChartTests
{
    [Theory]
    [InlineData(1, 3), InlineData(8, 3), InlineData(9, 1), InlineData(11, 1), InlineData(12, 0), InlineData(20, 0)]
    [InlineData(21, 2), InlineData(24, 2), InlineData(25, 3), InlineData(150, 3)]
    public void Respiratory_rate(double value, int points) => Assert.Equal(points, Points(VitalSign.RespiratoryRate, value));

    [Theory]
    [InlineData(1, 3), InlineData(91, 3), InlineData(92, 2), InlineData(93, 2), InlineData(94, 1), InlineData(95, 1), InlineData(96, 0), InlineData(100, 0)]
    public void Spo2_on_scale_1_is_the_same_with_and_without_oxygen(double value, int points)
    {
        Assert.Equal(points, News2Chart.Points(VitalSign.Spo2, value, 1, oxygen: false));
        Assert.Equal(points, News2Chart.Points(VitalSign.Spo2, value, 1, oxygen: true));
        Assert.Equal(points, News2Chart.Points(VitalSign.Spo2, value, 1, oxygen: null));
    }

    [Theory]
    [InlineData(1, 3), InlineData(83, 3), InlineData(84, 2), InlineData(85, 2), InlineData(86, 1), InlineData(87, 1), InlineData(88, 0), InlineData(92, 0)]
    [InlineData(93, 1), InlineData(94, 1), InlineData(95, 2), InlineData(96, 2), InlineData(97, 3), InlineData(100, 3)]
    public void Spo2_on_scale_2_with_oxygen(double value, int points) =>
        Assert.Equal(points, News2Chart.Points(VitalSign.Spo2, value, 2, oxygen: true));

    [Theory]
    [InlineData(83, 3), InlineData(84, 2), InlineData(85, 2), InlineData(86, 1), InlineData(87, 1), InlineData(88, 0), InlineData(92, 0)]
    [InlineData(93, 0), InlineData(94, 0), InlineData(95, 0), InlineData(96, 0), InlineData(97, 0), InlineData(100, 0)]
    public void Spo2_on_scale_2_on_air_or_where_oxygen_is_not_known(double value, int points)
    {
        Assert.Equal(points, News2Chart.Points(VitalSign.Spo2, value, 2, oxygen: false));
        Assert.Equal(points, News2Chart.Points(VitalSign.Spo2, value, 2, oxygen: null));
    }

    [Theory]
    [InlineData(0, 0), InlineData(0.04, 0), InlineData(0.05, 2), InlineData(0.5, 2), InlineData(60, 2)]
    public void Air_or_oxygen(double value, int points) => Assert.Equal(points, Points(VitalSign.OxygenFlow, value));

    [Theory]
    [InlineData(1, 3), InlineData(90, 3), InlineData(91, 2), InlineData(100, 2), InlineData(101, 1), InlineData(110, 1), InlineData(111, 0)]
    [InlineData(219, 0), InlineData(220, 3), InlineData(350, 3)]
    public void Systolic(double value, int points) => Assert.Equal(points, Points(VitalSign.Systolic, value));

    [Theory]
    [InlineData(1, 3), InlineData(40, 3), InlineData(41, 1), InlineData(50, 1), InlineData(51, 0), InlineData(90, 0), InlineData(91, 1)]
    [InlineData(110, 1), InlineData(111, 2), InlineData(130, 2), InlineData(131, 3), InlineData(350, 3)]
    public void Pulse(double value, int points) => Assert.Equal(points, Points(VitalSign.HeartRate, value));

    [Theory]
    [InlineData(Acvpu.A, 0), InlineData(Acvpu.C, 3), InlineData(Acvpu.V, 3), InlineData(Acvpu.P, 3), InlineData(Acvpu.U, 3)]
    public void Consciousness(Acvpu value, int points) => Assert.Equal(points, Points(VitalSign.Consciousness, (double)value));

    [Theory]
    [InlineData(20, 3), InlineData(35.0, 3), InlineData(35.1, 1), InlineData(36.0, 1), InlineData(36.1, 0), InlineData(38.0, 0)]
    [InlineData(38.1, 1), InlineData(39.0, 1), InlineData(39.1, 2), InlineData(46, 2)]
    public void Temperature(double value, int points) => Assert.Equal(points, Points(VitalSign.Temperature, value));

    [Theory]
    [InlineData(VitalSign.RespiratoryRate, 8.49, 3), InlineData(VitalSign.RespiratoryRate, 8.5, 1), InlineData(VitalSign.RespiratoryRate, 24.5, 3)]
    [InlineData(VitalSign.Spo2, 91.5, 2), InlineData(VitalSign.Spo2, 91.4, 3), InlineData(VitalSign.Spo2, 95.5, 0)]
    [InlineData(VitalSign.Systolic, 90.5, 2), InlineData(VitalSign.Systolic, 219.5, 3), InlineData(VitalSign.Systolic, 219.4, 0)]
    [InlineData(VitalSign.HeartRate, 40.5, 1), InlineData(VitalSign.HeartRate, 130.5, 3), InlineData(VitalSign.HeartRate, 130.4, 2)]
    [InlineData(VitalSign.Temperature, 35.04, 3), InlineData(VitalSign.Temperature, 35.05, 1), InlineData(VitalSign.Temperature, 36.05, 0)]
    [InlineData(VitalSign.Temperature, 38.05, 1), InlineData(VitalSign.Temperature, 39.05, 2), InlineData(VitalSign.Temperature, 39.049, 1)]
    public void A_value_is_rounded_half_away_from_zero_before_it_is_scored(VitalSign sign, double value, int points) =>
        Assert.Equal(points, Points(sign, value));

    [Theory]
    [InlineData(VitalSign.Diastolic), InlineData(VitalSign.MeanPressure)]
    public void What_is_no_parameter_cannot_be_scored(VitalSign sign) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Points(sign, 80));

    private static int Points(VitalSign sign, double value) => News2Chart.Points(sign, value, 1, oxygen: false);
}
