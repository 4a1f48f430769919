using HealthDashboard.Data.Model;

namespace HealthDashboard.Fhir;

/// <summary>What a bundle will write, worked out before anything is written.</summary>
internal sealed class ImportPlan
{
    /// <summary>Everybody whom it concerns.</summary>
    public List<PatientWork> Patients { get; } = [];

    /// <summary>Clinicians to put.</summary>
    public List<Clinician> Clinicians { get; } = [];

    /// <summary>Parts in the care of patients.</summary>
    public List<CareAssignment> Assignments { get; } = [];

    /// <summary>Readings of the past, which no alarm sees.</summary>
    public List<Reading> Past { get; } = [];

    /// <summary>Readings of now, which the alarms see.</summary>
    public List<Reading> Now { get; } = [];
}

/// <summary>A patient and what a bundle changes of the record.</summary>
/// <param name="id">The record's key.</param>
/// <param name="current">The record as it is stored; null for a new one.</param>
/// <param name="given">The new record; null when it is there.</param>
internal sealed class PatientWork(ObjectId id, Patient? current, Patient? given)
{
    public ObjectId Id { get; } = id;

    /// <summary>The record as it is stored; null for a new one.</summary>
    public Patient? Current { get; } = current;

    /// <summary>The entry that is the patient; null when the bundle only refers to the patient.</summary>
    public Entry? Entry { get; set; }

    /// <summary>The entries about the patient, the patient's own among them.</summary>
    public List<Entry> Entries { get; } = [];

    /// <summary>Whether nothing of the patient is written.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>How many readings of the patient the bundle has.</summary>
    public int Readings { get; set; }

    /// <summary>The record with all changes.</summary>
    public Patient Result { get; private set; } = current ?? given!;

    /// <summary>Whether the record is to be written.</summary>
    public bool IsChanged => Current is null || !ReferenceEquals(Result, Current);

    /// <summary>Refuses everything about the patient.</summary>
    public void Refuse(int status, string reason)
    {
        IsRefused = true;
        foreach (var entry in Entries)
            entry.Refuse(status, reason);
    }

    /// <summary>Adds a change, which gives back the same record when it changes nothing.</summary>
    public void Change(Func<Patient, Patient> change) => Result = change(Result);
}
