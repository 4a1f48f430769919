using HealthDashboard.CareTeam;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>Stays follow the records, whatever is unavailable meanwhile.</summary>
public sealed class StayKeeperTests : IAsyncDisposable
{
    private static readonly Room One = new("north", "ICU", "1"), Two = One with { Name = "2" };
    private readonly TempDirectory data = new();
    private readonly ManualTime time = new();
    private readonly MemoryPatientStore records = new();
    private readonly SqliteDatabase database;
    private readonly SqliteCareTeamStore stays;
    private readonly ICareTeamStore team;
    private readonly KeptFile<IReadOnlyList<PatientMove>> file;
    private readonly List<StayKeeper> keepers = [];
    private volatile bool unavailable;

    public StayKeeperTests()
    {
        database = CareTeamSchema.Open(data["careteam.db"]);
        stays = new(database);
        team = BrokenStore.Of(
            BrokenStore.Of<ICareTeamStore>(stays, nameof(ICareTeamStore.MoveAsync), (store, args) =>
                unavailable ? Gone() : store.MoveAsync((IReadOnlyList<PatientMove>)args[0]!)),
            nameof(ICareTeamStore.OpenStaysAsync),
            (store, _) => unavailable ? Gone() : store.OpenStaysAsync());
        file = new(data["moves-waiting.json"]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var keeper in keepers)
            await StopAsync(keeper);
        database.Dispose();
        data.Dispose();
    }

    [Fact]
    public async Task Records_that_were_there_before_begin_a_stay_at_the_start_and_another_node_changes_nothing()
    {
        var (inOne, left, nowhere) = (Make("A", "1"), Make("B", "2") with { Status = PatientStatus.Discharged }, Make("C", null));
        records.Patients.AddRange([inOne, left, nowhere]);
        await StartAsync();
        await HoldsAsync(new Stay(inOne.Id, One, time.GetUtcNow()));

        time.Advance(TimeSpan.FromHours(1));
        await StartAsync();
        var moved = Set(await DirectoryAsync(), inOne with { Room = "2", Version = 2 });
        await StartAsync();
        await HoldsAsync(new Stay(moved.Id, Two, time.GetUtcNow()));
    }

    [Fact]
    public async Task A_stay_follows_the_record_and_ends_with_it()
    {
        var directory = await StartAsync();
        var patient = Set(directory, Make("A", "1"));
        var start = time.GetUtcNow();
        await HoldsAsync(new Stay(patient.Id, One, start));
        time.Advance(TimeSpan.FromMinutes(1));
        patient = Set(directory, patient with { Bed = "another bed of the room", Version = 2 });
        patient = Set(directory, patient with { Ward = "ER", Version = 3 });
        await HoldsAsync(new Stay(patient.Id, One with { Ward = "ER" }, start.AddMinutes(1)));
        patient = Set(directory, patient with { Status = PatientStatus.Discharged, Version = 4 });
        await HoldsAsync();

        patient = Set(directory, patient with { Status = PatientStatus.Admitted, Version = 5 });
        await HoldsAsync(new Stay(patient.Id, One with { Ward = "ER" }, start.AddMinutes(1)));
        records.Patients.Clear();
        directory.Remove(patient.Id);
        await HoldsAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Moves_while_the_store_is_away_are_recorded_with_their_times(bool restarts)
    {
        var (patient, other) = (Make("A", "1"), Make("B", "2"));
        records.Patients.AddRange([patient, other]);
        var directory = await StartAsync();
        var start = time.GetUtcNow();
        await HoldsAsync(new Stay(patient.Id, One, start), new Stay(other.Id, Two, start));

        unavailable = true;
        time.Advance(TimeSpan.FromMinutes(10));
        patient = Set(directory, patient with { Room = "2", Version = 2 });
        await Eventually.HoldsAsync(() => file.Read()?.Count == 1, "a move in the file");
        time.Advance(TimeSpan.FromMinutes(20));
        Set(directory, patient with { Status = PatientStatus.Discharged, Version = 3 });
        await Eventually.HoldsAsync(() => file.Read()?.Count == 2, "two moves in the file");
        if (restarts)
        {
            await StopAsync(keepers[0]);
            keepers.Clear();
            await StartAsync();
        }
        time.Advance(TimeSpan.FromMinutes(30));
        unavailable = false;

        await HoldsAsync(new Stay(other.Id, Two, start));
        Assert.Equal([new RoomContact(other.Id, Two, start.AddMinutes(10), start.AddMinutes(30))], await stays.ContactsAsync(patient.Id, start));
        await Eventually.HoldsAsync(() => file.Read()?.Count == 0, "an empty file");
    }

    [Fact]
    public async Task What_was_missed_is_mended_when_the_store_is_back()
    {
        var patient = Make("A", "1");
        records.Patients.Add(patient);
        var directory = await StartAsync();
        await HoldsAsync(new Stay(patient.Id, One, time.GetUtcNow()));

        unavailable = true;
        Set(directory, patient with { Room = "2", Version = 2 });
        await Eventually.HoldsAsync(() => file.Read()?.Count == 1, "a move in the file");
        // As from a copy of yesterday.
        await stays.MoveAsync([new(patient.Id, new("south", "ER", "9"), time.GetUtcNow()), new(ObjectId.New(time), One, time.GetUtcNow())]);
        unavailable = false;
        await Eventually.HoldsAsync(
            async () =>
            {
                TryAgain();
                return await OpenAsync() is [var stay] && (stay.PatientId, stay.Room) == (patient.Id, Two);
            },
            "the record's room alone");
    }

    [Fact]
    public async Task A_node_whose_directory_is_behind_moves_nobody_back()
    {
        var patient = Make("A", "1");
        records.Patients.Add(patient);
        var behind = await DirectoryAsync();
        records.Patients[0] = patient with { Room = "2", Version = 2 };
        var stay = new Stay(patient.Id, Two, time.GetUtcNow().AddMinutes(-1));
        await stays.MoveAsync([new(stay.PatientId, stay.Room, stay.From)]);
        var asked = records.Asked;

        await StartAsync(behind);
        await Eventually.HoldsAsync(() => records.Asked == asked + 1, "the record's own word");
        Set(behind, Make("B", null));
        Set(behind, Make("C", "1"));
        await Eventually.HoldsAsync(async () => (await OpenAsync()).Count == 2, "another patient's stay");
        Assert.Contains(stay, await OpenAsync());
    }

    private static Task Gone() => throw new StoreUnavailableException("Test", "gone.");

    private static Patient Make(string mrn, string? room) => MemoryPatientStore.Make(mrn) with { Room = room };

    private Patient Set(PatientDirectory directory, Patient patient)
    {
        records.Patients.RemoveAll(record => record.Id == patient.Id);
        records.Patients.Add(patient);
        directory.Set(patient);
        return patient;
    }

    private async Task<PatientDirectory> DirectoryAsync()
    {
        var directory = new PatientDirectory(records, new Dictionary<VitalSign, SignLimits>(), time, NullLogger<PatientDirectory>.Instance);
        await directory.LoadAsync();
        return directory;
    }

    private async Task<PatientDirectory> StartAsync(PatientDirectory? directory = null)
    {
        directory ??= await DirectoryAsync();
        var keeper = new StayKeeper(directory, records, team, file, time, NullLogger<StayKeeper>.Instance);
        keepers.Add(keeper);
        await keeper.StartAsync(default);
        return directory;
    }

    private static async Task StopAsync(StayKeeper keeper)
    {
        await keeper.StopAsync(default);
        keeper.Dispose();
    }

    // A store that was unavailable is tried again when its time has come.
    private void TryAgain()
    {
        if (time.WaitingTimers > 0)
            time.Advance(StayKeeper.RetryAfter);
    }

    private Task<IReadOnlyList<Stay>> OpenAsync() => stays.OpenStaysAsync();

    private Task HoldsAsync(params Stay[] expected) => Eventually.HoldsAsync(
        async () =>
        {
            TryAgain();
            return (await OpenAsync()).ToHashSet().SetEquals(expected);
        },
        string.Join(", ", expected.Select(stay => stay.ToString())));
}
