using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire;

namespace HealthDashboard.Tests.MongoDb.Wire;

/// <summary>The cases of the specification "server discovery and monitoring" that a hospital's servers can come into.</summary>
public sealed class TopologyTests
{
    [Fact]
    public void A_primary_says_who_belongs_to_the_set()
    {
        var set = Of("a,b").With(Primary("a", "a,c", election: 1));
        Assert.Equal("a:1 Primary, c:1 Unknown", Text(set));
        Assert.Equal((TopologyType.ReplicaSet, "rs"), (set.Type, set.SetName));
    }

    [Fact]
    public void A_secondary_finds_the_primary_while_there_is_none()
    {
        Assert.Equal("a:1 Unknown, b:1 Secondary", Text(Of("b").With(Member("b", "a,b"))));
        Assert.Equal("a:1 Primary, b:1 Secondary", Text(Of("b").With(Member("b", "a,b")).With(Primary("a", "a,b", 1)).With(Member("b", "a,b,z"))));
    }

    [Fact]
    public void A_newer_primary_makes_the_older_one_unknown()
    {
        var set = Of("a,b").With(Primary("a", "a,b", 1)).With(Primary("b", "a,b", 2));
        Assert.Equal("a:1 Unknown, b:1 Primary", Text(set));
        Assert.Equal("b:1", set.Primary!.Address);
    }

    [Fact]
    public void A_primary_of_an_older_election_is_not_believed_even_when_the_newer_one_is_gone()
    {
        var set = Of("a,b").With(Primary("b", "a,b", 2)).With(ServerDescription.Unknown("b:1")).With(Primary("a", "a,b", 1));
        Assert.Null(set.Primary);
        Assert.Equal("b:1", set.With(Primary("b", "a,b", 2)).Primary!.Address);
    }

    [Fact]
    public void Of_one_election_the_older_configuration_is_not_believed()
    {
        var set = Of("a,b").With(Primary("a", "a,b", 1) with { SetVersion = 2 });
        Assert.Null(set.With(Primary("a", "a,b,c", 1) with { SetVersion = 1 }).Primary);
        Assert.Equal("a:1 Primary, b:1 Unknown, c:1 Unknown", Text(set.With(Primary("a", "a,b,c", 1) with { SetVersion = 3 })));
    }

    [Fact]
    public void What_is_not_of_the_set_is_left_out()
    {
        var set = Of("a,b,c,d", "rs");
        Assert.Equal("b:1 Unknown, c:1 Unknown, d:1 Unknown", Text(set.With(Primary("a", "a,b", 1) with { SetName = "other" })));
        Assert.Equal("a:1 Unknown, c:1 Unknown, d:1 Unknown", Text(set.With(new("b:1", ServerType.Standalone))));
        Assert.Equal("a:1 Unknown, b:1 Unknown, d:1 Unknown", Text(set.With(new("c:1", ServerType.Mongos))));
        Assert.Equal("a:1 Unknown, b:1 Unknown, c:1 Unknown, d:1 Ghost", Text(set.With(new("d:1", ServerType.Ghost))));
    }

    [Fact]
    public void A_member_that_knows_itself_by_another_name_is_asked_by_that()
    {
        var set = Of("alias").With(Member("alias", "a,b") with { Me = "a:1" });
        Assert.Equal("a:1 Unknown, b:1 Unknown", Text(set));
        Assert.Equal("a:1 Unknown, b:1 Unknown", Text(set.With(Primary("alias", "a,b", 1))));
    }

    [Fact]
    public void Mongos_stand_beside_each_other_and_nothing_else_does()
    {
        var sharded = Of("a,b,c").With(new("a:1", ServerType.Mongos)).With(new("b:1", ServerType.Mongos)).With(Member("c", "c,d"));
        Assert.Equal("a:1 Mongos, b:1 Mongos", Text(sharded));
        Assert.Equal(TopologyType.Sharded, sharded.Type);
        Assert.Equal("a:1 Mongos, b:1 Unknown", Text(sharded.With(ServerDescription.Unknown("b:1"))));
    }

    [Fact]
    public void A_server_that_stands_alone_counts_only_when_it_is_the_only_one()
    {
        Assert.Equal(TopologyType.Single, Of("a").With(new("a:1", ServerType.Standalone)).Type);
        Assert.Equal("b:1 Unknown", Text(Of("a,b").With(new("a:1", ServerType.Standalone))));
    }

    [Fact]
    public void A_direct_connection_takes_what_is_there_but_not_of_another_set()
    {
        var direct = TopologyDescription.Of(new() { Seeds = ["a:1"], DirectConnection = true, ReplicaSet = "rs" });
        Assert.Equal("a:1 Secondary", Text(direct.With(Member("a", "a,b"))));
        Assert.Equal("a:1 Unknown", Text(direct.With(Member("a", "a,b") with { SetName = "other" })));
    }

    [Fact]
    public void Who_is_gone_is_not_heard_any_more()
    {
        var set = Of("a,b").With(Primary("a", "a", 1));
        Assert.Same(set, set.With(Member("b", "a,b")));
    }

    private static TopologyDescription Of(string seeds, string? name = null) =>
        TopologyDescription.Of(new() { Seeds = Addresses(seeds), ReplicaSet = name });

    private static ServerDescription Primary(string address, string members, byte election) => Member(address, members) with
    {
        Type = ServerType.Primary,
        ElectionId = new ObjectId([.. new byte[11], election]),
    };

    private static ServerDescription Member(string address, string members) => new($"{address}:1", ServerType.Secondary)
    {
        SetName = "rs",
        SetVersion = 1,
        Members = Addresses(members),
        MaxWireVersion = 21,
    };

    private static string[] Addresses(string names) => [.. names.Split(',').Select(name => $"{name}:1")];

    private static string Text(TopologyDescription set) => string.Join(", ", set.Servers.Values.Select(server => $"{server.Address} {server.Type}"));
}
