using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.WhatIf;

namespace HealthDashboard.Tests.Unit.WhatIf;

/// <summary>Which alerts of the past somebody acted on, so that a better limit must not miss them.</summary>
public sealed class ActedOnTests
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
}
