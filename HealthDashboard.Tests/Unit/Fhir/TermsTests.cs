using HealthDashboard.Data.Model;
using HealthDashboard.Fhir;

namespace HealthDashboard.Tests.Unit.Fhir;

public sealed class TermsTests
{
    [Theory]
    [InlineData("38341003", Terms.Snomed)]
    [InlineData("22298006", Terms.Snomed)]
    [InlineData("10509002", Terms.Snomed)]
    [InlineData("38341004", null)] // its check digit is wrong
    [InlineData("38431003", null)] // two digits have changed places
    [InlineData("12345", null)]
    [InlineData("I10", Terms.Icd10)]
    [InlineData("J44.1", Terms.Icd10)]
    [InlineData("S72.001A", Terms.Icd10)]
    [InlineData("U07.1", Terms.Icd10)]
    [InlineData("I", null)]
    [InlineData("I10.", null)]
    [InlineData("", null)]
    [InlineData("asthma", null)]
    [InlineData(null, null)]
    public void The_system_of_a_code_follows_from_its_form(string? code, string? system) => Assert.Equal(system, Terms.SystemOf(code));

    [Theory]
    [InlineData(VitalSign.Temperature, 98.6, "[degF]", 37)]
    [InlineData(VitalSign.Temperature, 310.15, "K", 37)]
    [InlineData(VitalSign.Temperature, 37.2, "Cel", 37.2)]
    [InlineData(VitalSign.Systolic, 16, "kPa", 120)]
    [InlineData(VitalSign.Systolic, 120, "mm[Hg]", 120)]
    [InlineData(VitalSign.HeartRate, 72, "/min", 72)]
    [InlineData(VitalSign.HeartRate, 72, "{beats}/min", 72)]
    [InlineData(VitalSign.RespiratoryRate, 0.25, "Hz", 15)]
    [InlineData(VitalSign.OxygenFlow, 2500, "mL/min", 2.5)]
    [InlineData(VitalSign.Spo2, 97, "%", 97)]
    public void A_value_is_kept_in_the_unit_of_its_sign(VitalSign sign, double value, string unit, double kept) =>
        Assert.Equal(kept, Units.Convert(sign.Info(), (decimal)value, unit)!.Value, 1);

    [Theory]
    [InlineData(VitalSign.Temperature, "mm[Hg]")]
    [InlineData(VitalSign.Temperature, null)]
    [InlineData(VitalSign.Spo2, "mm[Hg]")]
    [InlineData(VitalSign.HeartRate, "s")]
    public void A_value_in_another_unit_is_none(VitalSign sign, string? unit) => Assert.Null(Units.Convert(sign.Info(), 37, unit));

    [Fact]
    public void A_number_beyond_all_units_is_none_and_no_error() => Assert.Null(Units.Convert(VitalSign.HeartRate.Info(), decimal.MaxValue, "Hz"));

    [Fact]
    public void Every_sign_is_found_by_its_own_code() =>
        Assert.All(VitalSigns.All, info => Assert.Equal(info.Sign, Terms.SignOf(info.Loinc)));

    [Fact]
    public void Every_level_of_consciousness_comes_back_from_its_code() =>
        Assert.All(Enum.GetValues<Acvpu>(), level => Assert.Equal(level, Terms.LevelOf(Terms.Snomed, Terms.Of(level).Code, null)));
}
