using HealthDashboard.Data.Cassandra;

namespace HealthDashboard.Tests.Servers.Cassandra;

public sealed class CassandraOptionsTests
{
    [Fact]
    public void Everything_can_be_said()
    {
        var options = Parse(
            "Contact Points=h1:9142, h2 ,[fd00::1]:9043,10.0.0.7;Keyspace=ward_7;Datacenter=dc-1;Username=app;Password=\"a;b\";Tls=true;Tls Host=db.example;"
            + "Create Schema=false;Replication Factor=2");
        Assert.Equal([("h1", 9142), ("h2", 9042), ("fd00::1", 9043), ("10.0.0.7", 9042)], options.Cluster.ContactPoints);
        Assert.Equal(("ward_7", false, 2), (options.Keyspace, options.CreateSchema, options.ReplicationFactor));
        Assert.Equal(("dc-1", "app", "a;b", true, "db.example"), (
            options.Cluster.Datacenter, options.Cluster.Username, options.Cluster.Password, options.Cluster.Tls, options.Cluster.TlsHost));
    }

    [Fact]
    public void Contact_points_are_enough()
    {
        var options = Parse("contact points=localhost");
        Assert.Equal([("localhost", 9042)], options.Cluster.ContactPoints);
        Assert.Equal(("health", true, null), (options.Keyspace, options.CreateSchema, options.ReplicationFactor));
        Assert.Equal((null, null, false), (options.Cluster.Datacenter, options.Cluster.Username, options.Cluster.Tls));
    }

    [Theory]
    [InlineData(null, "ConnectionStrings:Cassandra names no Contact Points: for example Contact Points=host1:9042,host2.")]
    [InlineData("Contact Points=a;Keyspace=Health", "ConnectionStrings:Cassandra: Keyspace is not legal: legal values are a lower-case letter, then at most 47 of a-z, 0-9 and _.")]
    [InlineData("Contact Points=a;Keyspace=x;DROP", "ConnectionStrings:Cassandra is not of the form Key=value;Key=value: a value with ; or quotes stands in quotes.")]
    [InlineData("Contact Points=a;Datacenter='dc''1'", "ConnectionStrings:Cassandra: Datacenter is not legal: legal values are letters, digits, _, - and ..")]
    [InlineData("Contact Points=a;Tls=yes", "ConnectionStrings:Cassandra: Tls is not legal: legal values are true, false.")]
    [InlineData("Contact Points=a;Tls Ca=/nowhere/ca.pem", "ConnectionStrings:Cassandra: Tls Ca is not legal: legal values are a readable file with certificates in PEM.")]
    [InlineData("Contact Points=a;Replication Factor=0", "ConnectionStrings:Cassandra: Replication Factor is not legal: legal values are 1 to 9.")]
    [InlineData("Contact Points=a;Password=secret", "ConnectionStrings:Cassandra has a Password but no Username.")]
    [InlineData("Contact Points=a;Pasword=secret", "ConnectionStrings:Cassandra has no key 'pasword': legal keys are Contact Points, Keyspace, Datacenter, Username, Password, Tls, Tls Host, Tls Ca, Create Schema, Replication Factor.")]
    public void What_is_wrong_is_told_in_one_line(string? text, string error)
    {
        var errors = new List<string>();
        CassandraOptions.Parse(text, errors);
        if (errors.Count > 1)
            Assert.Equal("ConnectionStrings:Cassandra names no Contact Points: for example Contact Points=host1:9042,host2.", errors[1]);
        Assert.Equal(error, errors[0]);
        Assert.DoesNotContain("secret", string.Concat(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a:99999")]
    [InlineData("a b")]
    [InlineData("user@host")]
    [InlineData("host/path")]
    public void A_contact_point_that_is_none_is_named(string point)
    {
        var errors = new List<string>();
        CassandraOptions.Parse($"Contact Points=h1,{point}", errors);
        Assert.Contains($"'{point}'", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static CassandraOptions Parse(string text)
    {
        var errors = new List<string>();
        var options = CassandraOptions.Parse(text, errors);
        Assert.Empty(errors);
        return options;
    }
}
