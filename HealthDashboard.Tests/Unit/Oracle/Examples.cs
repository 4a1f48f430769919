namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>A small story and the alerts that it must give, worked out by hand from docs/clinical.md.</summary>
/// <param name="Name">What it is about; a number is that of the fault that was seen.</param>
/// <param name="Story">What happens.</param>
/// <param name="Seconds">How long it lasts.</param>
/// <param name="Alerts">The alerts, in the words of <see cref="ExpectedAlert.ToLine"/>, in any order.</param>
internal sealed record Example(string Name, Stream Story, double Seconds, params string[] Alerts)
{
    public override string ToString() => Name;
}
