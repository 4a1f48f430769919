using HealthDashboard.Data.Model;

namespace HealthDashboard.Patients;

/// <summary>Two people changed one record: what each has where they differ, and which of the two is to be saved.</summary>
public sealed class PatientConflict
{
    private readonly PatientDraft mine;
    private readonly Patient theirs;

    /// <param name="mine">The form that could not be saved.</param>
    /// <param name="theirs">The record as it is now.</param>
    public PatientConflict(PatientDraft mine, Patient theirs)
    {
        (this.mine, this.theirs) = (mine, theirs);
        var (before, now) = (new PatientDraft(mine.Stored!), new PatientDraft(theirs));
        Differences =
        [
            .. from field in RecordField.All
               let texts = (Before: field.Text(before), Mine: field.Text(mine), Theirs: field.Text(now))
               where texts.Mine != texts.Theirs
               select new Difference(field.Label, texts.Mine, texts.Theirs, field.Copy)
               {
                   // What only one of the two changed is that one's; where both did, somebody has to choose.
                   KeepMine = texts.Theirs == texts.Before ? true : texts.Mine == texts.Before ? false : null,
               },
        ];
    }

    /// <summary>Where the two differ.</summary>
    public IReadOnlyList<Difference> Differences { get; }

    /// <summary>Whether each field has its choice.</summary>
    public bool IsDecided => Differences.All(one => one.KeepMine is not null);

    /// <summary>The record as it is now with what was chosen of the form.</summary>
    public PatientDraft Merge()
    {
        var merged = new PatientDraft(theirs);
        foreach (var one in Differences.Where(one => one.KeepMine == true))
            one.Copy(mine, merged);
        return merged;
    }

    /// <summary>A field that the two have differently.</summary>
    /// <param name="Label">Its name.</param>
    /// <param name="Mine">What the form has.</param>
    /// <param name="Theirs">What the record has now.</param>
    /// <param name="Copy">Takes the field from the first to the second.</param>
    public sealed record Difference(string Label, string Mine, string Theirs, Action<PatientDraft, PatientDraft> Copy)
    {
        /// <summary>Which of the two is to be saved; null while nobody has chosen.</summary>
        public bool? KeepMine { get; set; }
    }
}
