namespace HealthDashboard.Accounts;

/// <summary>
/// States who may do what a part of a page does besides showing. The part decides it again when something is pressed, because a page can be
/// opened by more people than may act on it.
/// </summary>
/// <param name="policy">One of <see cref="Policies"/>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ActsAttribute(string policy) : Attribute
{
    /// <summary>One of <see cref="Policies"/>.</summary>
    public string Policy { get; } = policy;
}
