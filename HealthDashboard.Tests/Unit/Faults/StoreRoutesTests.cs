using System.Net;
using HealthDashboard.Faults;

namespace HealthDashboard.Tests.Unit.Faults;

/// <summary>Which connection strings can be led through proxies, and what becomes of them.</summary>
public sealed class StoreRoutesTests
{
    [Theory]
    [InlineData("Redis", "redis:6380", "redis:6380", "127.0.0.1:9001")]
    [InlineData("Redis", "redis,user=health,password=p=a:b", "redis:6379", "127.0.0.1:9001,user=health,password=p=a:b")]
    [InlineData("InfluxDb", "http://influx:8086;Token=a/b;Org=x", "influx:8086", "http://127.0.0.1:9001;Token=a/b;Org=x")]
    [InlineData("Neo4j", "http://[::1]:7474;Username=neo4j;Password=http://x", "::1:7474", "http://127.0.0.1:9001;Username=neo4j;Password=http://x")]
    [InlineData("MongoDb", "mongodb://db", "db:27017", "mongodb://127.0.0.1:9001/?directConnection=true")]
    [InlineData("MongoDb", "mongodb://u:p%40@db:27018/health?replicaSet=rs0", "db:27018", "mongodb://u:p%40@127.0.0.1:9001/health?replicaSet=rs0&directConnection=true")]
    [InlineData("MongoDb", "mongodb://db/health", "db:27017", "mongodb://127.0.0.1:9001/health?directConnection=true")]
    [InlineData("MongoDb", "mongodb://db/?directConnection=true", "db:27017", "mongodb://127.0.0.1:9001/?directConnection=true")]
    [InlineData("Cassandra", "Contact Points=c1;Keyspace=health;Datacenter=dc1", "c1:9042", "Contact Points=127.0.0.1:9001;Keyspace=health;Datacenter=dc1")]
    public void One_server_is_led_through_a_proxy(string server, string text, string endpoint, string rewritten)
    {
        var (host, port) = Assert.Single(StoreRoutes.Endpoints(server, text));
        Assert.Equal(endpoint, $"{host}:{port}");
        Assert.Equal(rewritten, StoreRoutes.Rewrite(server, text, [new IPEndPoint(IPAddress.Loopback, 9001)]));
    }

    [Fact]
    public void Nodes_of_a_cluster_on_this_machine_are_led_each_through_its_own()
    {
        const string Text = "Contact Points=127.0.0.1:9100,127.0.0.2:9100,127.0.0.3:9100;Datacenter=dc1";
        Assert.Equal([("127.0.0.1", 9100), ("127.0.0.2", 9100), ("127.0.0.3", 9100)], StoreRoutes.Endpoints("Cassandra", Text));
        Assert.Equal(
            "Contact Points=127.0.0.1:7,127.0.0.2:7;Datacenter=dc1",
            StoreRoutes.Rewrite("Cassandra", Text, [IPEndPoint.Parse("127.0.0.1:7"), IPEndPoint.Parse("127.0.0.2:7")]));
    }

    [Theory]
    [InlineData("Redis", "redis:6379,ssl=true")]
    [InlineData("Redis", "a:26379,b:26379,serviceName=health")]
    [InlineData("Redis", "a:6379,b:6379")]
    [InlineData("InfluxDb", "https://influx:8086;Token=x;Org=y")]
    [InlineData("Neo4j", "https://neo4j:7473")]
    [InlineData("MongoDb", "mongodb+srv://db.example")]
    [InlineData("MongoDb", "mongodb://a,b/?replicaSet=rs0")]
    [InlineData("MongoDb", "mongodb://a/?tls=true")]
    [InlineData("Cassandra", "Contact Points=c1,c2;Datacenter=dc1")]
    [InlineData("Cassandra", "Contact Points=c1;Tls=true")]
    [InlineData("Cassandra", "Datacenter=dc1")]
    [InlineData("InfluxDb", "nonsense")]
    public void What_a_proxy_cannot_lead_is_left_to_the_calls(string server, string text) => Assert.Empty(StoreRoutes.Endpoints(server, text));
}
