using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What every store of the audit does.</summary>
public abstract class AuditStoreContract(StoreFactory<IAuditStore> factory) : IDisposable
{
    private static readonly AuditKey Key = new(new byte[AuditKey.ShortestSecret]);

    private readonly IAuditStore store = factory.Open();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task A_row_comes_back_as_it_was_written()
    {
        var full = new AuditEntry(Noon.AddTicks(12_345), "Žofie", "limits.update", Id(), "ünïcode 李")
        {
            From = "10.1.2.3",
            Reason = "post-op",
            Before = "HR 50 to 120",
            After = "HR 40 to 120",
        };
        var chain = new AuditChain(store, "ward-1");
        await chain.AppendAsync([full, new AuditEntry(Noon, "nina", "look.wall")]);
        var rows = await store.ReadAsync("ward-1", 0, 10);
        Assert.All(rows, row => Assert.True(row.IsIntact));
        Assert.Equal([1, 2], rows.Select(row => row.Sequence));
        Assert.Equal([full with { Time = Noon.AddMilliseconds(1) }, new AuditEntry(Noon, "nina", "look.wall")], rows.Select(row => row.Entry));
        Assert.Equal(rows[0].Hash, rows[1].Previous);
        Assert.Equal(rows[1].Head, await store.HeadAsync("ward-1"));
        Assert.Equal(chain.Head, rows[1].Head);
    }

    [Fact]
    public async Task A_chain_that_is_not_there_is_empty()
    {
        await new AuditChain(store, "b").AppendAsync([Entry("look")]);
        Assert.Equal(AuditHead.Empty("a"), await store.HeadAsync("a"));
        Assert.Empty(await store.ReadAsync("a", 0, 10));
        Assert.Empty(await store.SealsAsync("a"));
        Assert.Equal(["b"], await store.ChainsAsync());
    }

    [Fact]
    public async Task Chains_are_kept_apart_also_when_one_name_begins_another()
    {
        foreach (var name in new[] { "node", "node-2", "a" })
            await new AuditChain(store, name).AppendAsync([Entry("look"), Entry(name)]);
        Assert.Equal(["a", "node", "node-2"], await store.ChainsAsync());
        Assert.Equal(["look", "node"], (await store.ReadAsync("node", 0, 10)).Select(row => row.Entry.Action));
        Assert.Equal(["node"], (await store.ReadAsync("node", 1, 10)).Select(row => row.Entry.Action));
        Assert.Equal(["look"], (await store.ReadAsync("node", 0, 1)).Select(row => row.Entry.Action));
    }

    [Fact]
    public async Task The_same_rows_again_change_nothing_and_another_row_with_the_number_is_refused()
    {
        var first = AuditRow.After(AuditHead.Empty("c"), Entry("one"));
        var second = AuditRow.After(first.Head, Entry("two"));
        await store.AppendAsync([first, second]);
        await store.AppendAsync([first, second]);
        await store.AppendAsync([second, AuditRow.After(second.Head, Entry("three"))]);
        var other = AuditRow.After(first.Head, Entry("other"));
        Assert.Equal(ConflictReason.Duplicate, (await Assert.ThrowsAsync<ConflictException>(() => store.AppendAsync([other]))).Reason);
        Assert.Equal(["one", "two", "three"], (await store.ReadAsync("c", 0, 10)).Select(row => row.Entry.Action));
    }

    [Fact]
    public async Task Several_who_write_one_chain_at_once_lose_nothing_and_leave_one_chain()
    {
        var other = factory.Open();
        await RaceAsync(6, async n =>
        {
            var chain = new AuditChain(n % 2 == 0 ? store : other, "shared");
            for (var entry = 0; entry < 4; entry++)
                await chain.AppendAsync([Entry($"{n} {entry} a"), Entry($"{n} {entry} b")]);
            return n;
        });
        var rows = await store.ReadAsync("shared", 0, 1000);
        Assert.Equal(48, rows.Select(row => row.Entry.Action).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 48), rows.Select(row => (int)row.Sequence));
        Assert.Null((await AuditVerifier.VerifyAsync(store, "shared", Key, [])).Fault);
    }

    [Fact]
    public async Task A_search_finds_what_is_asked_for_the_latest_first_page_by_page()
    {
        var (patient, chain, second) = (Id(), new AuditChain(store, "a"), new AuditChain(store, "b"));
        await chain.AppendAsync([
            new(Noon, "nina", "look.patient", patient), new(Noon.AddMinutes(1), "dora", "look.vitals", patient), new(Noon.AddMinutes(1), "dora", "lookout"),
            new(Noon.AddMinutes(-1), "nina", "look"),
        ]);
        await second.AppendAsync([new(Noon.AddMinutes(1), "dora", "patient.update", patient)]);
        Assert.Equal(["patient.update", "lookout", "look.vitals", "look.patient", "look"], await FindAsync(new()));
        Assert.Equal(["look.patient", "look"], await FindAsync(new(Actor: "nina")));
        Assert.Equal(["patient.update", "look.vitals", "look.patient"], await FindAsync(new(PatientId: patient)));
        Assert.Equal(["look.vitals", "look.patient", "look"], await FindAsync(new(Action: "look")));
        Assert.Equal(["look.vitals"], await FindAsync(new(Action: "look.vitals")));
        Assert.Equal(["look.patient"], await FindAsync(new(From: Noon, To: Noon.AddMinutes(1))));
        Assert.Equal(["look.vitals"], await FindAsync(new("dora", patient, "look", Noon, Noon.AddHours(1))));
        Assert.Empty(await FindAsync(new(Actor: "ni%")));

        List<string> paged = [];
        for (AuditPlace? before = null; ;)
        {
            var page = await store.SearchAsync(new AuditQuery(Before: before, Limit: 2));
            paged.AddRange(page.Select(row => row.Entry.Action));
            if (page.Count < 2)
                break;
            before = new(page[^1].Entry.Time, page[^1].Chain, page[^1].Sequence);
        }
        Assert.Equal(await FindAsync(new()), paged);

        async Task<IEnumerable<string>> FindAsync(AuditQuery query) => (await store.SearchAsync(query)).Select(row => row.Entry.Action);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_limit_that_cannot_be_is_refused(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.SearchAsync(new AuditQuery(Limit: limit)));

    [Fact]
    public async Task Signed_heads_are_kept_and_a_second_with_the_number_is_refused()
    {
        var chain = new AuditChain(store, "c");
        await chain.AppendAsync([Entry("one")]);
        var seal = Key.Sign(chain.Head!, 1, Noon);
        await store.SealAsync(seal);
        await store.SealAsync(seal);
        await chain.AppendAsync([Entry("two")]);
        var second = Key.Sign(chain.Head!, 2, Noon.AddHours(1));
        await store.SealAsync(second);
        await Assert.ThrowsAsync<ConflictException>(() => store.SealAsync(Key.Sign(chain.Head!, 1, Noon)));
        Assert.Equal([seal, second], await store.SealsAsync("c"));
        Assert.Equal(new AuditVerdict("c", 2, 2, null), await AuditVerifier.VerifyAsync(store, "c", Key, []));
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart_and_the_chain_goes_on()
    {
        await new AuditChain(store, "c").AppendAsync([Entry("one")]);
        var again = factory.Reopen();
        await new AuditChain(again, "c").AppendAsync([Entry("two")]);
        Assert.Equal(["two", "one"], (await again.SearchAsync(new())).OrderByDescending(row => row.Sequence).Select(row => row.Entry.Action));
        Assert.Null((await AuditVerifier.VerifyAsync(again, "c", Key, [])).Fault);
    }

    private static AuditEntry Entry(string action) => new(Noon, "nina", action);
}
