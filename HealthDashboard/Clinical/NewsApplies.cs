using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>Why NEWS2 is not made for a patient.</summary>
internal enum NewsExclusion
{
    /// <summary>It is made for the patient.</summary>
    None,

    /// <summary>The patient is younger than 16.</summary>
    Age,

    /// <summary>The patient is pregnant.</summary>
    Pregnancy,
}

/// <summary>Whom NEWS2 is made for [Royal College of Physicians 2017]: 16 or older, and not pregnant (docs/clinical.md, N5).</summary>
internal static class NewsApplies
{
    /// <summary>The youngest age, in full years, that the score is made for.</summary>
    public const int AdultAge = 16;

    /// <summary>Whether the score is made for the patient.</summary>
    public static bool To(Patient patient, DateTimeOffset now) => WhyNot(patient, now) == NewsExclusion.None;

    /// <summary>Why the score is not made for the patient; <see cref="NewsExclusion.None"/> when it is.</summary>
    public static NewsExclusion WhyNot(Patient patient, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (patient.AgeOn(today) < AdultAge)
            return NewsExclusion.Age;
        // Not a foreach: the enumerator of an interface is an allocation, and this runs for every batch.
        for (var i = 0; i < patient.MedicalHistory.Count; i++)
        {
            var condition = patient.MedicalHistory[i];
            if (Pregnancy.Is(condition.Code) && !condition.IsOver(today))
                return NewsExclusion.Pregnancy;
        }

        return NewsExclusion.None;
    }
}
