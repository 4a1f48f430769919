using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Patients;

/// <summary>What changes by itself in a row of the list. Equal ones look the same.</summary>
/// <param name="Score">NEWS2 as on the wall; null for one who is not on it.</param>
/// <param name="Alarm">The open alert that the wall names; null when there is none.</param>
/// <param name="Observations">When observations are due, or how late they are, or why none are.</param>
/// <param name="Late">Whether they are late.</param>
public sealed record PatientRow(TileScore? Score, TileAlarm? Alarm, string Observations, bool Late)
{
    /// <summary>The row as of now.</summary>
    internal static PatientRow Of(Patient patient, BedTile? tile, MonitoredPatient? monitored, CurrentVitals current, TimeProvider clock)
    {
        if (monitored is not { Patient.Status: PatientStatus.Admitted } || patient.Status != PatientStatus.Admitted)
            return new(null, null, "", false);
        var watched = current.ObservationsOf(monitored);
        var words = StandbyWords.Of(monitored.Patient, clock) ?? (watched.IsContinuous ? "continuous" : watched.Words(clock));
        return new(tile?.Score, tile?.Alarm, words, !watched.IsContinuous && watched.AreLate(clock.GetUtcNow()));
    }
}
