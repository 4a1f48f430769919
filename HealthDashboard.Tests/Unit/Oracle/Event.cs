using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>What the alarms are given, in the order in which it happens at the server.</summary>
/// <param name="At">The server's time, milliseconds since 1970-01-01 UTC.</param>
internal abstract record Event(long At);

/// <summary>Readings that arrive together; none when only time passes.</summary>
internal sealed record Arrive(long At, params Reading[] Readings) : Event(At);

/// <summary>The record, the limits, or both are now these; also discharge and readmission.</summary>
internal sealed record Become(long At, MonitoredPatient Patient) : Event(At);

/// <summary>A person acknowledges what is open of a sign and direction; nothing is done where nothing is.</summary>
internal sealed record Acknowledge(long At, string Sign, AlertDirection Direction) : Event(At);

/// <summary>The program is killed and starts again; to the rules nothing has happened.</summary>
internal sealed record Restart(long At) : Event(At);
