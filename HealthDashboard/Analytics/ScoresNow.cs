using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Analytics;

/// <summary>How many admitted patients have which NEWS2 score now.</summary>
/// <param name="ByScore">How many, by score, 0 to 20; a lower bound where parts of a score are missing.</param>
/// <param name="Without">How many have none: too little is known, or the score is not for them.</param>
public sealed record ScoresNow(IReadOnlyList<int> ByScore, int Without)
{
    private const int Greatest = 20;

    /// <summary>How many there are.</summary>
    public int Patients => ByScore.Sum() + Without;

    /// <summary>How many have this score or a greater one.</summary>
    public int AtLeast(int score) => ByScore.Skip(score).Sum();

    /// <summary>The scores of a ward's patients, or of all, in the caller's wards.</summary>
    internal static ScoresNow Of(PatientDirectory directory, CurrentVitals current, WardKey? ward, AccountWards wards, DateTimeOffset now)
    {
        var byScore = new int[Greatest + 1];
        var without = 0;
        foreach (var monitored in directory.All.Where(one => wards.Has(one.Patient.Region, one.Patient.Ward)).Where(one => ward is null || new WardKey(one.Patient.Region, one.Patient.Ward) == ward))
        {
            if (NewsApplies.To(monitored.Patient, now) && Standing.Score(current.Of(monitored), monitored.Patient, now).Score is { } score)
                byScore[Math.Min(score, Greatest)]++;
            else
                without++;
        }
        return new(byScore, without);
    }
}
