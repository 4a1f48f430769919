using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>Every version of a record, and the notes on it.</summary>
public abstract partial class PatientStoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_version_is_kept_as_it_was_stored()
    {
        var first = (await store.AddAsync([Patient("M1") with { Allergies = ["Penicillin"], ChangedBy = "nurse", ChangedAt = Noon }]))[0];
        var second = await store.ReplaceAsync(first with { Allergies = [], ChangedBy = "doctor", ChangedAt = Noon.AddHours(1) });
        var third = await store.ReplaceAsync(second with { Bed = "7", CodeStatus = CodeStatus.Limited });

        Assert.Equal(Json<IReadOnlyList<Patient>>([third, second, first]), Json(await store.VersionsAsync(first.Id, 1000)));
        Assert.Equal(Json<IReadOnlyList<Patient>>([third, second]), Json(await store.VersionsAsync(first.Id, 2)));
        Assert.Equal(Json<IReadOnlyList<Patient>>([third]), Json(await store.VersionsAsync(first.Id, 1)));
        Assert.Empty(await store.VersionsAsync(Id(), 10));
    }

    [Fact]
    public async Task A_version_is_kept_when_the_record_goes_to_another_region_or_gets_another_MRN()
    {
        var first = (await store.AddAsync([Patient("M1")]))[0];
        var second = await store.ReplaceAsync(first with { Region = "elsewhere" });
        var third = await store.ReplaceAsync(second with { Mrn = "M2" });

        Assert.Equal(Json<IReadOnlyList<Patient>>([third, second, first]), Json(await store.VersionsAsync(first.Id, 10)));
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_no_version()
    {
        var first = (await store.AddAsync([Patient("M1")]))[0];
        var second = await store.ReplaceAsync(first with { Bed = "1" });
        await Assert.ThrowsAsync<ConflictException>(() => store.ReplaceAsync(first with { Bed = "2" }));
        await Assert.ThrowsAsync<ConflictException>(() => store.ReplaceAsync(second with { Version = 9 }));

        Assert.Equal(["1", null], (await store.VersionsAsync(first.Id, 10)).Select(version => version.Bed));
        var third = await store.ReplaceAsync(second with { Bed = "3" });
        Assert.Equal(Json<IReadOnlyList<Patient>>([third, second, first]), Json(await store.VersionsAsync(first.Id, 10)));
    }

    [Fact]
    public async Task Of_changes_at_the_same_time_each_that_was_made_is_one_version()
    {
        var first = (await store.AddAsync([Patient("M1")]))[0];
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            try
            {
                return await store.ReplaceAsync(first with { Bed = $"{i}" });
            }
            catch (ConflictException)
            {
                return null;
            }
        })));

        var made = Assert.Single(outcomes, outcome => outcome is not null)!;
        Assert.Equal(Json<IReadOnlyList<Patient>>([made, first]), Json(await store.VersionsAsync(first.Id, 10)));
    }

    [Fact]
    public async Task Notes_come_back_as_they_were_written_the_latest_first()
    {
        var patient = (await store.AddAsync([Patient("M1"), Patient("M2")]))[0];
        var note = Note(patient, 0, "Zoë: „more short of breath“\n2nd line 👩‍⚕️");
        var set = Note(patient, 5, "") with
        {
            Observations = new Dictionary<VitalSign, double> { [VitalSign.HeartRate] = 88, [VitalSign.Temperature] = 36.6, [VitalSign.Consciousness] = 0, [VitalSign.OxygenFlow] = 0.5 },
        };
        var correction = Note(patient, 7, "left, not right") with { Corrects = note.Id };
        foreach (var one in new[] { set, note, correction })
            await store.AddNoteAsync(one);

        var read = await store.NotesAsync(patient.Id, 1000);
        Assert.Equal([Json(correction), Json(set), Json(note)], read.Select(Json));
        Assert.Equal([correction.Id, set.Id], (await store.NotesAsync(patient.Id, 2)).Select(one => one.Id));
        Assert.Empty(await store.NotesAsync((await store.FindByMrnAsync("M2"))!.Id, 10));
    }

    [Fact]
    public async Task A_note_sent_twice_is_one_and_one_for_nobody_is_refused()
    {
        var patient = (await store.AddAsync([Patient("M1")]))[0];
        var note = Note(patient, 0, "slept well");
        await store.AddNoteAsync(note);
        await store.AddNoteAsync(note with { Text = "slept badly" });

        Assert.Equal("slept well", Assert.Single(await store.NotesAsync(patient.Id, 10)).Text);
        var refused = await Assert.ThrowsAsync<ConflictException>(() => store.AddNoteAsync(note with { Id = Id(), PatientId = Id() }));
        Assert.Equal(ConflictReason.Missing, refused.Reason);
    }

    [Fact]
    public async Task Notes_stay_with_a_record_that_goes_to_another_region()
    {
        var patient = (await store.AddAsync([Patient("M1")]))[0];
        await store.AddNoteAsync(Note(patient, 0, "here"));
        await store.ReplaceAsync(patient with { Region = "elsewhere" });
        await store.AddNoteAsync(Note(patient, 1, "there"));

        Assert.Equal(["there", "here"], (await store.NotesAsync(patient.Id, 10)).Select(note => note.Text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task Versions_and_notes_are_asked_for_in_numbers_that_are_allowed(int limit)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.VersionsAsync(Id(), limit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.NotesAsync(Id(), limit));
    }

    private static PatientNote Note(Patient patient, int minutes, string text) =>
        new() { Id = Id(), PatientId = patient.Id, At = Noon.AddMinutes(minutes), By = "nurse", Text = text };
}
