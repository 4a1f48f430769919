using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What every store of patient records does.</summary>
public abstract partial class PatientStoreContract(StoreFactory<IPatientStore> factory) : IDisposable
{
    private readonly IPatientStore store = factory.Open();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task A_record_comes_back_as_it_was_written()
    {
        var patient = Patient("MRN-1", "Łukasiewicz-Ångström", "Zoë 李 👩‍⚕️") with
        {
            Room = "4 b",
            Bed = "12",
            BirthDateEstimated = true,
            Sex = Sex.Other,
            Status = PatientStatus.Discharged,
            Spo2Scale = 2,
            MedicalHistory = [new("Asthma \"bronchiale\"", new DateOnly(1999, 12, 31), "195967001"), new("Grippe – schwer")],
            Allergies = ["Penicillin", "Nüsse"],
            Medications = ["Aspirin 100 mg"],
            CodeStatus = CodeStatus.Dnacpr,
            ChangedBy = "nurse",
            ChangedAt = new DateTimeOffset(2026, 2, 28, 23, 59, 59, 999, TimeSpan.Zero),
            Version = 77,
        };
        var added = Assert.Single(await store.AddAsync([patient]));

        Assert.Equal(Json(patient with { Version = 1 }), Json(added));
        Assert.Equal(Json(added), Json(await store.FindAsync(patient.Id)));
        Assert.Equal(Json(added), Json(await store.FindByMrnAsync("MRN-1")));
    }

    [Fact]
    public async Task A_record_without_anything_optional_comes_back_too()
    {
        var patient = (await store.AddAsync([Patient("M", given: "")]))[0];
        var found = await store.FindAsync(patient.Id);
        Assert.Equal(Json(patient), Json(found));
        Assert.Null(found!.Bed);
        Assert.False(found.BirthDateEstimated);
        Assert.Equal("Muster", found.DisplayName);
        Assert.Null(found.Room);
        Assert.Empty(found.MedicalHistory);
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        await store.AddAsync([Patient("M1")]);
        Assert.Null(await store.FindAsync(Id()));
        Assert.Null(await store.FindByMrnAsync("M"));
        Assert.Null(await store.FindByMrnAsync("m1"));
    }

    [Fact]
    public async Task A_taken_mrn_or_id_refuses_the_whole_batch()
    {
        var first = (await store.AddAsync([Patient("M1")]))[0];
        await ConflictAsync(ConflictReason.Duplicate, () => store.AddAsync([Patient("M2"), Patient("M1")]));
        await ConflictAsync(ConflictReason.Duplicate, () => store.AddAsync([Patient("M3"), Patient("M4") with { Id = first.Id }]));
        await ConflictAsync(ConflictReason.Duplicate, () => store.AddAsync([Patient("M5"), Patient("M5")]));
        Assert.Equal(["M1"], (await store.SearchAsync(new PatientQuery())).Items.Select(p => p.Mrn));
    }

    [Fact]
    public async Task Replacing_makes_the_next_version()
    {
        var patient = (await store.AddAsync([Patient("M1")]))[0];
        var second = await store.ReplaceAsync(patient with { Mrn = "M2", Room = "1", Bed = "3" });
        Assert.Equal(2, second.Version);
        var third = await store.ReplaceAsync(second with { Room = null, Bed = null });
        Assert.Equal(3, third.Version);
        Assert.Equal(Json(third), Json(await store.FindAsync(patient.Id)));
        Assert.Null(await store.FindByMrnAsync("M1"));
    }

    [Fact]
    public async Task A_stale_version_changes_nothing()
    {
        var patient = (await store.AddAsync([Patient("M1")]))[0];
        var second = await store.ReplaceAsync(patient with { Bed = "2" });
        await ConflictAsync(ConflictReason.Stale, () => store.ReplaceAsync(patient with { Bed = "lost update" }));
        await ConflictAsync(ConflictReason.Stale, () => store.ReplaceAsync(patient with { Version = 3 }));
        await ConflictAsync(ConflictReason.Stale, () => store.DeleteAsync(patient.Id, 1));
        Assert.Equal(Json(second), Json(await store.FindAsync(patient.Id)));
    }

    [Fact]
    public async Task A_missing_record_can_be_neither_replaced_nor_deleted()
    {
        await ConflictAsync(ConflictReason.Missing, () => store.ReplaceAsync(Patient("M1") with { Version = 1 }));
        await ConflictAsync(ConflictReason.Missing, () => store.DeleteAsync(Id(), 1));
        Assert.Equal(0, (await store.SearchAsync(new PatientQuery())).Total);
    }

    [Fact]
    public async Task Another_records_mrn_is_refused()
    {
        var added = await store.AddAsync([Patient("M1"), Patient("M2")]);
        await ConflictAsync(ConflictReason.Duplicate, () => store.ReplaceAsync(added[1] with { Mrn = "M1" }));
        Assert.Equal(Json(added[1]), Json(await store.FindAsync(added[1].Id)));
    }

    [Fact]
    public async Task Of_writers_that_race_for_one_version_exactly_one_wins()
    {
        var patient = (await store.AddAsync([Patient("M1")]))[0];
        var other = factory.Open();
        var (done, failed) = await RaceAsync(8, n => (n % 2 == 0 ? store : other).ReplaceAsync(patient with { Bed = $"{n}" }));
        Assert.All(failed, error => Assert.Equal(ConflictReason.Stale, Assert.IsType<ConflictException>(error).Reason));
        Assert.Equal(Json(Assert.Single(done)), Json(await other.FindAsync(patient.Id)));
    }

    [Fact]
    public async Task Of_writers_that_race_for_one_mrn_exactly_one_wins()
    {
        var other = factory.Open();
        var (done, failed) = await RaceAsync(8, n => (n % 2 == 0 ? store : other).AddAsync([Patient("M1", given: $"{n}")]));
        Assert.All(failed, error => Assert.Equal(ConflictReason.Duplicate, Assert.IsType<ConflictException>(error).Reason));
        Assert.Equal(Json(Assert.Single(done)[0]), Json(await store.FindByMrnAsync("M1")));
    }

    [Fact]
    public async Task A_deleted_record_is_out_of_sight_and_frees_its_mrn()
    {
        var patient = (await store.AddAsync([Patient("M1")]))[0];
        await store.DeleteAsync(patient.Id, 1);
        Assert.Null(await store.FindAsync(patient.Id));
        Assert.Null(await store.FindByMrnAsync("M1"));
        Assert.Equal(0, (await store.SearchAsync(new PatientQuery(Search: "muster"))).Total);
        Assert.Empty(await store.AllAsync().ToListAsync());
        await ConflictAsync(ConflictReason.Missing, () => store.DeleteAsync(patient.Id, 1));

        var next = (await store.AddAsync([Patient("M1")]))[0];
        Assert.Equal(next.Id, (await store.FindByMrnAsync("M1"))!.Id);
    }

    [Theory]
    [InlineData(null, "A1 B2 C3 D4")]
    [InlineData("", "A1 B2 C3 D4")]
    [InlineData("  ", "A1 B2 C3 D4")]
    [InlineData("ström", "A1")]
    [InlineData("STRÖM", "A1")]
    [InlineData("łuka", "B2")]
    [InlineData("мари", "C3")]
    [InlineData("b2", "B2")]
    [InlineData("mar", "A1 D4")]
    [InlineData("  mar   smi ", "D4")]
    [InlineData("smi mar", "D4")]
    [InlineData("jones", "D4")]
    [InlineData("strom", "A1")]
    [InlineData("STRO\u0308M", "A1")]
    [InlineData("luka", "B2")]
    [InlineData("Smith-Jones, Mary", "D4")]
    [InlineData("smithjones", "D4")]
    [InlineData("I-07", "A1")]
    [InlineData("i07", "A1")]
    [InlineData("smith-jo", "D4")]
    [InlineData("arie", "")]
    [InlineData("mar nobody", "")]
    [InlineData("%", "")]
    [InlineData("m_r", "")]
    [InlineData("*", "")]
    [InlineData("' OR 1=1 --", "")]
    public async Task Search_finds_what_each_word_begins(string? search, string mrns)
    {
        await store.AddAsync(
        [
            Patient("A1", "Strömberg", "Anna Marie") with { Bed = "I-07" }, Patient("B2", "Łukasz", "Jan"),
            Patient("C3", "Иванова", "Мария"), Patient("D4", "Smith-Jones", "Mary"),
        ]);
        var page = await store.SearchAsync(new PatientQuery(search));
        Assert.Equal(mrns, string.Join(' ', page.Items.Select(p => p.Mrn).Order()));
        Assert.Equal(page.Items.Count, page.Total);
    }

    [Fact]
    public async Task Search_takes_a_text_of_any_length()
    {
        await store.AddAsync([Patient("M1")]);
        var words = string.Join(' ', Enumerable.Repeat("mus", 3000)) + " " + string.Join(' ', Enumerable.Range(0, 3000));
        Assert.Equal(0, (await store.SearchAsync(new PatientQuery(words))).Total);
        Assert.Equal(1, (await store.SearchAsync(new PatientQuery(words[..10_000]))).Total);
        Assert.Equal(0, (await store.SearchAsync(new PatientQuery(new string('m', 100_000)))).Total);
    }

    [Fact]
    public async Task Search_follows_a_changed_name()
    {
        var patient = (await store.AddAsync([Patient("M1", "Before")]))[0];
        await store.ReplaceAsync(patient with { FamilyName = "After" });
        Assert.Equal(0, (await store.SearchAsync(new PatientQuery("before"))).Total);
        Assert.Equal(1, (await store.SearchAsync(new PatientQuery("after"))).Total);
    }

    [Fact]
    public async Task Region_and_ward_restrict_the_list()
    {
        await store.AddAsync(
        [
            Patient("1", region: "north", ward: "ICU"), Patient("2", region: "north", ward: "Ward 2"), Patient("3", region: "south", ward: "ICU"),
        ]);
        Assert.Equal(["1", "2"], await MrnsAsync(new PatientQuery(Region: "north")));
        Assert.Equal(["1", "3"], await MrnsAsync(new PatientQuery(Ward: "ICU")));
        Assert.Equal(["3"], await MrnsAsync(new PatientQuery("must", "south", "ICU")));
        Assert.Empty(await MrnsAsync(new PatientQuery(Region: "nor")));
    }

    [Fact]
    public async Task Who_is_here_and_who_has_left_are_listed_apart()
    {
        await store.AddAsync([Patient("1"), Patient("2") with { Status = PatientStatus.Discharged }]);
        Assert.Equal(["1"], await MrnsAsync(new PatientQuery(Status: PatientStatus.Admitted)));
        Assert.Equal(["2"], await MrnsAsync(new PatientQuery("must", Status: PatientStatus.Discharged)));
    }

    [Fact]
    public async Task Pages_follow_each_other_by_name()
    {
        await store.AddAsync(
        [
            Patient("5", "zeta"), Patient("1", "Alpha", "a"), Patient("2", "alpha", "B"), Patient("4", "Öhm"), Patient("3", "beta"),
        ]);
        var pages = new List<string>();
        for (var page = 1; page <= 4; page++)
        {
            var found = await store.SearchAsync(new PatientQuery(PageNumber: page, PageSize: 2));
            Assert.Equal(5, found.Total);
            pages.Add(string.Concat(found.Items.Select(p => p.Mrn)));
        }

        Assert.Equal(["12", "35", "4", ""], pages);
    }

    [Theory]
    [InlineData(0, 50)]
    [InlineData(-1, 50)]
    [InlineData(1, 0)]
    [InlineData(1, 501)]
    public async Task A_page_that_cannot_be_is_refused(int number, int size) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        () => store.SearchAsync(new PatientQuery(PageNumber: number, PageSize: size)));

    [Fact]
    public async Task The_largest_page_and_the_last_page_number_are_legal()
    {
        await store.AddAsync([Patient("1")]);
        Assert.Single((await store.SearchAsync(new PatientQuery(PageSize: 500))).Items);
        Assert.Empty((await store.SearchAsync(new PatientQuery(PageNumber: int.MaxValue, PageSize: 500))).Items);
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        var patient = (await store.AddAsync([Patient("M1")]))[0];
        await store.ReplaceAsync(patient with { Bed = "9" });
        await store.PutLimitsAsync(LimitScope.OfPatient(patient.Id), new AlarmLimits { SetBy = "dora" });
        var again = factory.Reopen();
        Assert.Equal("9", (await again.FindByMrnAsync("M1"))!.Bed);
        Assert.Equal("dora", (await again.FindLimitsAsync(LimitScope.OfPatient(patient.Id)))!.SetBy);
    }

    [Fact]
    public async Task A_cancelled_call_writes_nothing()
    {
        var cancelled = new CancellationToken(true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AddAsync([Patient("M1")], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.SearchAsync(new PatientQuery(), cancelled));
        Assert.Null(await store.FindByMrnAsync("M1"));
    }

    private async Task<IEnumerable<string>> MrnsAsync(PatientQuery query) => (await store.SearchAsync(query)).Items.Select(p => p.Mrn).Order();

    private static async Task ConflictAsync(ConflictReason reason, Func<Task> act) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<ConflictException>(act)).Reason);
}
