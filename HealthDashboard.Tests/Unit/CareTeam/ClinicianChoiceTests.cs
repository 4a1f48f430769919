using Bunit;
using HealthDashboard.CareTeam;
using HealthDashboard.Tests.Contracts;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>A clinician is chosen among a few and among thousands.</summary>
public sealed class ClinicianChoiceTests
{
    [Fact]
    public async Task A_few_are_a_list_and_nothing_besides()
    {
        await using var page = new BunitContext();
        var choice = Render(page, People(ClinicianChoice.Most), "");
        Assert.Empty(choice.FindAll("input"));
        Assert.Equal(1 + ClinicianChoice.Most, choice.FindAll("option").Count);
        Assert.Equal(["Ward 0", "Ward 1"], choice.FindAll("optgroup").Select(group => group.GetAttribute("label")));
    }

    [Fact]
    public async Task Of_thousands_some_are_listed_those_that_are_looked_for_and_who_is_chosen()
    {
        await using var page = new BunitContext();
        var people = People(2_000);
        var chosen = people[1_998].Clinician.Id.ToString();
        string? given = null;
        var choice = Render(page, people, chosen, value => given = value);
        Assert.Equal(1 + ClinicianChoice.Most + 1, choice.FindAll("option").Count);
        Assert.Contains(chosen, choice.FindAll("option").Select(option => option.GetAttribute("value")));
        Assert.Equal("The first 50 of 2000: type a part of the name or ward.", choice.Find("[role=status]").TextContent);

        choice.Find("input").Input("novak 777");
        Assert.Equal(["", "Novák 777", "Novák 1777", "Novák 1998"], choice.FindAll("option").Select(option => option.GetAttribute("value") is "" ? "" : option.TextContent));
        choice.Find("select").Change(people[777].Clinician.Id.ToString());
        Assert.Equal(people[777].Clinician.Id.ToString(), given);

        choice.Find("input").Input("nobody");
        Assert.Equal("Nobody of this name.", choice.Find("[role=status]").TextContent);
    }

    private static ClinicianOption[] People(int count) =>
        [.. Enumerable.Range(0, count).Select(n => new ClinicianOption($"Ward {n * 2 / count}", Samples.Clinician($"Novák {n}"), $"Novák {n}"))];

    private static IRenderedComponent<ClinicianChoice> Render(BunitContext page, IReadOnlyList<ClinicianOption> people, string value, Action<string>? changed = null) =>
        page.Render<ClinicianChoice>(set => set
            .Add(choice => choice.Id, "who").Add(choice => choice.Label, "Clinician").Add(choice => choice.People, people)
            .Add(choice => choice.Value, value).Add(choice => choice.ValueChanged, changed ?? (_ => { })));
}
