using HealthDashboard.Data.Stores;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>The part of the contract that finds patients among many.</summary>
public abstract partial class PatientStoreContract
{
    [Theory]
    [InlineData("asthma", "A1")]
    [InlineData("meniere", "B2")]
    [InlineData("J45.9", "A1")]
    [InlineData("j459", "A1")]
    [InlineData("muster asthma", "A1")]
    [InlineData("disease", "A1 B2")]
    [InlineData("thma", "")]
    public async Task Search_finds_conditions_by_their_words_and_codes(string search, string mrns)
    {
        await store.AddAsync(
        [
            Patient("A1") with { MedicalHistory = [new("Asthma", new(2020, 1, 1), "J45.9"), new("Coeliac disease")] },
            Patient("B2") with { MedicalHistory = [new("Ménière's disease")] }, Patient("C3"),
        ]);
        Assert.Equal(mrns, string.Join(' ', await MrnsAsync(new PatientQuery(search))));
    }

    [Fact]
    public async Task Search_follows_a_changed_history()
    {
        var patient = (await store.AddAsync([Patient("M1") with { MedicalHistory = [new("Asthma")] }]))[0];
        await store.ReplaceAsync(patient with { MedicalHistory = [new("Epilepsy")] });
        Assert.Empty(await MrnsAsync(new PatientQuery("asthma")));
        Assert.Equal(["M1"], await MrnsAsync(new PatientQuery("epilepsy")));
    }

    [Fact]
    public async Task More_than_is_to_be_counted_is_said_and_the_next_page_is_known()
    {
        await store.AddAsync([.. Enumerable.Range(0, 5).Select(n => Patient($"{n}"))]);
        (int, bool)[] totals = [.. (await Task.WhenAll(Enumerable.Range(1, 4).Select(page => store.SearchAsync(new PatientQuery(PageNumber: page, PageSize: 2, MostCounted: 2))))).Select(page => (page.Total, page.IsLeast))];
        Assert.Equal([(3, true), (5, false), (5, false), (5, false)], totals);
        Assert.Equal((5, false), await store.SearchAsync(new PatientQuery(PageSize: 2, MostCounted: 5)) is var all ? (all.Total, all.IsLeast) : default);
    }
}
