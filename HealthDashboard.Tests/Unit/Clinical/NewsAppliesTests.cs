using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class NewsAppliesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("77386006")]
    [InlineData("72892002")]
    [InlineData("47200007")]
    [InlineData("65147003")]
    [InlineData("Z33")]
    [InlineData("Z33.1")]
    [InlineData("Z34.83")]
    [InlineData("z3490")]
    [InlineData("O00")]
    [InlineData("O24.410")]
    [InlineData("o14")]
    [InlineData("O99.89")]
    [InlineData("O9A")]
    [InlineData("O9A.213")]
    public void A_code_of_pregnancy_excludes(string code) => Assert.Equal(NewsExclusion.Pregnancy, Why(new MedicalCondition("as recorded", Code: code)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("195967001")]
    [InlineData("773860060")]
    [InlineData("Z35")]
    [InlineData("Z3")]
    [InlineData("O9")]
    [InlineData("O8A")]
    [InlineData("OA1")]
    [InlineData("E10.1")]
    public void Another_code_does_not(string? code) => Assert.Equal(NewsExclusion.None, Why(new MedicalCondition("Pregnant", Code: code)));

    [Theory]
    [InlineData(null, null, NewsExclusion.Pregnancy)]
    [InlineData("2026-01-06", null, NewsExclusion.Pregnancy)]
    [InlineData("2026-01-05", null, NewsExclusion.None)]
    [InlineData("2025-12-24", ClinicalStatus.Active, NewsExclusion.None)]
    [InlineData(null, ClinicalStatus.Active, NewsExclusion.Pregnancy)]
    [InlineData(null, ClinicalStatus.Recurrence, NewsExclusion.Pregnancy)]
    [InlineData(null, ClinicalStatus.Resolved, NewsExclusion.None)]
    [InlineData(null, ClinicalStatus.Inactive, NewsExclusion.None)]
    [InlineData(null, ClinicalStatus.Remission, NewsExclusion.None)]
    public void A_pregnancy_that_is_over_excludes_no_longer(string? abatement, ClinicalStatus? status, object expected) =>
        Assert.Equal(expected, Why(new MedicalCondition("Pregnant", Code: "77386006", Abatement: abatement is null ? null : DateOnly.Parse(abatement, null), ClinicalStatus: status)));

    [Fact]
    public void Two_pregnancies_of_which_one_is_over_exclude() => Assert.Equal(
        NewsExclusion.Pregnancy,
        Why(new MedicalCondition("Pregnant", Code: "77386006", Abatement: new DateOnly(2020, 3, 1)), new MedicalCondition("Pregnant", Code: "Z33")));

    [Theory]
    [InlineData("2010-01-05", NewsExclusion.None)]
    [InlineData("2010-01-06", NewsExclusion.Age)]
    [InlineData("2026-01-05", NewsExclusion.Age)]
    public void The_age_counts_before_everything(string born, object expected) =>
        Assert.Equal(expected, NewsApplies.WhyNot(Adult([]) with { BirthDate = DateOnly.Parse(born, null) }, Now));

    private static NewsExclusion Why(params MedicalCondition[] history) => NewsApplies.WhyNot(Adult(history), Now);

    private static Patient Adult(MedicalCondition[] history) => new()
    {
        Mrn = "M1",
        Region = "North",
        Ward = "ICU",
        GivenName = "Ada",
        FamilyName = "Berg",
        BirthDate = new DateOnly(1990, 5, 1),
        MedicalHistory = history,
    };
}
