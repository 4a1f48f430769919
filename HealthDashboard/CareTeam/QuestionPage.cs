using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Scopes;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.CareTeam;

/// <summary>A page that asks the graph of care something. Static, and the question is in its address, so it can be bookmarked and sent.</summary>
public abstract class QuestionPage : ComponentBase
{
    [CascadingParameter]
    private protected HttpContext Context { get; set; } = null!;

    [Inject]
    private protected CareQuestions Questions { get; set; } = null!;

    [Inject]
    private protected ICareTeamStore Team { get; set; } = null!;

    /// <summary>The hospital's clock.</summary>
    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    /// <summary>Whether a store that is needed is unavailable.</summary>
    protected bool Unavailable { get; private set; }

    private protected QuestionFilter Filter { get; private set; } = new();

    /// <summary>The moment that is asked about.</summary>
    protected DateTimeOffset At { get; private set; }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Filter = QuestionFilter.Of(Context.Request.Query, WardAddress.Parse(ScopeCookie.Read(Context)));
        At = Filter.Time(Clock);
        try
        {
            await ReadAsync(Context.RequestAborted);
        }
        catch (StoreException)
        {
            Unavailable = true;
        }
    }

    /// <summary>Reads the answer.</summary>
    /// <exception cref="StoreException">It cannot be read now.</exception>
    protected abstract Task ReadAsync(CancellationToken cancel);

    /// <summary>The clinicians as options of a list.</summary>
    private protected static IEnumerable<(string Value, string Text)> Options(IReadOnlyList<Clinician> clinicians) =>
        clinicians.Select(clinician => (clinician.Id.ToString(), $"{clinician.Name}, {CareRoleWords.Of(clinician.Profession)}, {clinician.Ward ?? clinician.Region}")).Prepend(("", "Choose a clinician"));

    /// <summary>The wards as options of a list.</summary>
    /// <param name="all">What the option without a ward is called.</param>
    private protected IEnumerable<(string Value, string Text)> Wards(string all) =>
        (Filter.Ward is { } own && !Questions.Wards.Contains(own) ? Questions.Wards.Append(own) : Questions.Wards)
            .Select(ward => (WardAddress.TextOf(ward), $"{ward.Ward}, {ward.Region}")).Prepend(("", all));

    /// <summary>How many patients an answer does not name, as a sentence; null for none.</summary>
    private protected static string? OthersOf(int others) => others switch
    {
        0 => null,
        1 => "One more patient is not named here: of a ward that is not yours, or without a record.",
        _ => $"{others} more patients are not named here: of wards that are not yours, or without a record.",
    };
}
