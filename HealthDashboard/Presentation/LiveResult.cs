namespace HealthDashboard.Presentation;

/// <summary>What a live part has found.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Store">The store that answered, or what was looked at.</param>
/// <param name="Answered">Whether it answered.</param>
/// <param name="State">Whether it answered, in words.</param>
/// <param name="Milliseconds">How long that took.</param>
/// <param name="Columns">The headings of the table.</param>
/// <param name="Rows">The table; counts and no names.</param>
internal sealed record LiveResult(
    string Name, string Store, bool Answered, string State, double Milliseconds, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
