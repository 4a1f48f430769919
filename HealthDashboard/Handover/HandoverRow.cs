using HealthDashboard.Data.Model;
using HealthDashboard.Patients;

namespace HealthDashboard.Handover;

/// <summary>A patient in the list of a handover. Equal ones look the same.</summary>
/// <param name="Patient">The record.</param>
/// <param name="Row">NEWS2, the alarm that the wall names, and what is due.</param>
/// <param name="Alerts">How many alerts are open.</param>
public sealed record HandoverRow(Patient Patient, PatientRow Row, int Alerts);

/// <summary>A patient who is to be handed over.</summary>
/// <param name="Row">The patient.</param>
/// <param name="To">Who takes over.</param>
public sealed record HandoverMove(HandoverRow Row, Clinician To)
{
    /// <summary>Chosen in place of a clinician for a patient who is not handed over.</summary>
    public const string Stays = "-";
}
