using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>A replica set of scripted servers over the same data, the first of them primary.</summary>
internal sealed class ScriptedSet : IAsyncDisposable
{
    private byte elections;

    public ScriptedSet(int members = 3)
    {
        Members = [.. Enumerable.Range(0, members).Select(_ => new ScriptedMongo(new MiniMongod(Data)))];
        foreach (var member in Members)
            member.Node.Hosts = [.. Members.Select(other => other.Address)];
        Elect(Members[0]);
    }

    public MiniData Data { get; } = new();

    public IReadOnlyList<ScriptedMongo> Members { get; }

    public ScriptedMongo Primary => Members.Single(member => member.Node.Type == MemberType.Primary);

    public string Uri => $"mongodb://{string.Join(',', Members.Select(member => member.Address))}/health?replicaSet=rs0";

    /// <summary>Makes a member primary and all others secondary.</summary>
    public void Elect(ScriptedMongo chosen)
    {
        foreach (var member in Members)
            member.Node.Type = MemberType.Secondary;
        chosen.Node.Election = new ObjectId([.. new byte[11], ++elections]);
        chosen.Node.Type = MemberType.Primary;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
            await member.DisposeAsync();
    }
}
