using HealthDashboard.Data.Model;

namespace HealthDashboard.WhatIf;

/// <summary>One patient whose past is to be looked at.</summary>
/// <param name="Patient">The record.</param>
/// <param name="IsOfWard">Whether the ward was chosen, and not the patient.</param>
internal sealed record Chosen(Patient Patient, bool IsOfWard);

/// <summary>A limit that is tried at many values.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Side">Which limit.</param>
/// <param name="Values">The values, in order.</param>
internal sealed record Search(VitalSign Sign, AlertDirection Side, IReadOnlyList<double> Values);

/// <summary>What a what-if is about.</summary>
/// <param name="Patients">Whose past.</param>
/// <param name="From">The stretch's start.</param>
/// <param name="To">Its end, exclusive.</param>
/// <param name="Proposal">The rules.</param>
/// <param name="Search">A limit to try at many values besides; null for none.</param>
internal sealed record WhatIfPlan(IReadOnlyList<Chosen> Patients, DateTimeOffset From, DateTimeOffset To, Proposal Proposal, Search? Search = null)
{
    /// <summary>The proposal, then one for each value that is tried.</summary>
    public IReadOnlyList<Proposal> Proposals =>
        Search is null ? [Proposal] : [Proposal, .. Search.Values.Select(value => Proposal.With(Search.Sign, Search.Side, value))];
}

/// <summary>What a what-if came to for some patients.</summary>
/// <param name="Proposals">For each of the plan's proposals every pair of alerts.</param>
/// <param name="Readings">How many readings were read.</param>
internal sealed record Compared(IReadOnlyList<IReadOnlyList<Pair>> Proposals, long Readings);
