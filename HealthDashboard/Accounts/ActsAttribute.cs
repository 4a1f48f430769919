namespace HealthDashboard.Accounts;

/// <summary>
/// States who may use a part of a page that does more than show, because a page can be opened by more people than may act on it. For others
/// the part is not there, or does nothing.
/// </summary>
/// <param name="policy">One of <see cref="Policies"/>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ActsAttribute(string policy) : Attribute
{
    /// <summary>One of <see cref="Policies"/>.</summary>
    public string Policy { get; } = policy;
}
