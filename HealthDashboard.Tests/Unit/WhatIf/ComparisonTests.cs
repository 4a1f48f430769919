using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.WhatIf;

namespace HealthDashboard.Tests.Unit.WhatIf;

/// <summary>What counts as new, and which alerts of the past somebody acted on, so that a better limit must not miss them.</summary>
public sealed class ComparisonTests
{
    [Theory]
    [InlineData(null, false, 0, false, false)]
    [InlineData(null, true, 0, false, true)]
    [InlineData(null, false, 1, false, true)]
    [InlineData(null, false, 0, true, true)]
    [InlineData(AlertVerdict.TrueAlarm, false, 0, false, true)]
    [InlineData(AlertVerdict.FalseAlarm, false, 0, false, false)]
    // Notes of such alerts say that a cuff moved; what went up the care team or foretold a score did not do so by chance.
    [InlineData(AlertVerdict.FalseAlarm, true, 0, false, false)]
    [InlineData(AlertVerdict.Artefact, true, 0, false, false)]
    [InlineData(AlertVerdict.Artefact, true, 1, false, true)]
    [InlineData(AlertVerdict.FalseAlarm, true, 0, true, true)]
    public void A_review_outweighs_a_note_and_nothing_else(AlertVerdict? verdict, bool note, int escalation, bool worse, bool expected)
    {
        var alert = Samples.Alert() with
        {
            AcknowledgedAt = note ? Samples.Noon.AddMinutes(1) : null,
            Note = note ? "cuff moved" : null,
            Escalation = escalation,
            Review = verdict is { } said ? new(said, null, "doc", Samples.Noon.AddDays(1)) : null,
        };
        Assert.Equal(expected, Comparison.IsActedOn(alert, worse ? [alert.RaisedAt.AddMinutes(20)] : [alert.RaisedAt.AddMinutes(31)]));
    }

    [Fact]
    public void A_time_in_which_the_program_did_not_run_is_no_new_alarm()
    {
        var (feed, limit) = (Samples.Alert() with { Sign = Alert.FeedSign, Kind = AlertKind.Technical, Direction = AlertDirection.None }, Samples.Alert());
        var added = Comparison.Of([], [feed, limit], Samples.Noon.AddHours(-1), Samples.Noon.AddHours(1));
        Assert.Equal((limit, Difference.Added), (Assert.Single(added).Proposed, added[0].Kind));
        // One that the history has is compared as any other.
        Assert.Equal(Difference.Same, Assert.Single(Comparison.Of([feed], [feed], Samples.Noon.AddHours(-1), Samples.Noon.AddHours(1))).Kind);
    }
}
