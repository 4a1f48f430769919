using System.Data.Common;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>The statements on notes, and how a note and a row become each other.</summary>
internal static class NoteStatements
{
    private const string Columns = "id, patient_id, at, author, text, observations, corrects";

    public const string Insert = $"INSERT INTO patient_note ({Columns}) VALUES (@Id, @PatientId, @At, @By, @Text, @Observations, @Corrects) ON CONFLICT DO NOTHING";
    public const string OfPatient = $"SELECT {Columns} FROM patient_note WHERE patient_id = @patientId ORDER BY at DESC, id DESC LIMIT @limit";

    public static object Parameters(PatientNote note) => new
    {
        note.Id,
        note.PatientId,
        note.At,
        note.By,
        note.Text,
        Observations = JsonSerializer.Serialize(note.Observations, StoredJson.Columns.IReadOnlyDictionaryVitalSignDouble),
        note.Corrects,
    };

    /// <summary>Reads a note.</summary>
    /// <exception cref="DamagedRecordException">It is damaged.</exception>
    public static PatientNote Map(DbDataReader row, DamagedRecords damaged)
    {
        var fields = new RecordReader<DbDataReader>(damaged, "patient_note", row);
        var note = new PatientNote
        {
            Id = fields.Need("id", static from => from.GetId(0)),
            PatientId = fields.Need("patient_id", static from => from.GetId(1)),
            At = fields.Read("at", static from => from.GetTime(2), default),
            By = fields.Text("author", static from => from.GetString(3)),
            Text = fields.Text("text", static from => from.GetString(4)),
            Observations = fields.Read<IReadOnlyDictionary<VitalSign, double>>(
                "observations", static from => StoredJson.Of(from.GetString(5), StoredJson.Columns.IReadOnlyDictionaryVitalSignDouble), new Dictionary<VitalSign, double>()),
            Corrects = fields.Read("corrects", static from => from.IsDBNull(6) ? (ObjectId?)null : from.GetId(6), null),
        };
        return fields.Whole(row.IdText(0), note);
    }
}
