using System.Security.Claims;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>Adds notes, for the API and for pages.</summary>
internal sealed class NoteDesk(IPatientStore store, Audit audit, TimeProvider time)
{
    private const int Searched = 1000;

    /// <summary>Adds a note that somebody typed.</summary>
    /// <returns>What is wrong, by the names of the API's fields; empty once it is stored.</returns>
    /// <exception cref="ConflictException">Missing: there is no such patient.</exception>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public async Task<IDictionary<string, string[]>> AddAsync(ObjectId patient, string? text, ObjectId? corrects, ClaimsPrincipal user)
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(new { text = FormText.OrNull(text), corrects }));
        return (await AddAsync(patient, fields, user)).Errors;
    }

    /// <summary>Adds a note that a caller sends.</summary>
    /// <returns>The note as stored; null with errors.</returns>
    /// <exception cref="ConflictException">Missing: there is no such patient.</exception>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public async Task<(PatientNote? Note, IDictionary<string, string[]> Errors)> AddAsync(ObjectId patient, JsonFields fields, ClaimsPrincipal user)
    {
        var (text, corrects) = (fields.Lines("text", PatientNote.LongestText), fields.OptionalText("corrects", 2 * ObjectId.Size));
        ObjectId? corrected = ObjectId.TryParse(corrects ?? "", out var other) ? other : null;
        if (corrects is not null && (corrected is null || !await HasAsync(patient, other)))
            fields.Add("corrects", $"is '{corrects}'; allowed is the id of one of the patient's last {Searched} notes.");
        var errors = fields.Errors;
        if (errors.Count > 0)
            return (null, errors);
        var note = new PatientNote { Id = ObjectId.New(time), PatientId = patient, At = time.GetUtcNow(), By = user.Actor(), Text = text, Corrects = corrected };
        await audit.EnsureAsync();
        await store.AddNoteAsync(note, CancellationToken.None);
        await audit.WriteAsync(user, "patient.note", patient);
        return (note, errors);
    }

    private async Task<bool> HasAsync(ObjectId patient, ObjectId note) => (await store.NotesAsync(patient, Searched)).Any(one => one.Id == note);
}
