using HealthDashboard.Data.MongoDb.Wire;

namespace HealthDashboard.Tests.MongoDb.Wire;

public sealed class MongoUriTests
{
    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var options = Read("mongodb://localhost");
        Assert.Equal(["localhost:27017"], options.Seeds);
        Assert.Equal("health", options.Database);
        Assert.Null(options.Credential);
        Assert.False(options.UseTls);
    }

    [Fact]
    public void Everything_that_is_understood_is_read()
    {
        var options = Read(
            "mongodb://us%40er:p%3A%2F%25@A.example:1,b:2,[::1]:3,10.0.0.1/records?replicaSet=rs0&tls=true&appName=ward%20app&maxPoolSize=7&maxIdleTimeMS=1000"
            + "&connectTimeoutMS=2000&serverSelectionTimeoutMS=3000&heartbeatFrequencyMS=4000&wtimeoutMS=5000&authSource=people&authMechanism=SCRAM-SHA-256"
            + "&w=majority&journal=true&readConcernLevel=majority&readPreference=primary&retryWrites=true&retryReads=true");
        Assert.Equal(["a.example:1", "b:2", "[::1]:3", "10.0.0.1:27017"], options.Seeds);
        Assert.Equal(new MongoCredential("us@er", "p:/%", "people"), options.Credential);
        Assert.Equal(("records", "rs0", true, "ward app", 7), (options.Database, options.ReplicaSet, options.UseTls, options.AppName, options.MaxPoolSize));
        Assert.Equal(
            [1, 2, 3, 4, 5],
            new[] { options.MaxIdleTime, options.ConnectTimeout, options.ServerSelectionTimeout, options.HeartbeatFrequency, options.WriteTimeout }
                .Select(time => (int)time.TotalSeconds));
    }

    [Theory]
    [InlineData("mongodb://u:p@h", "admin")]
    [InlineData("mongodb://u:p@h/db", "db")]
    [InlineData("mongodb://u:p@h/db?authSource=x", "x")]
    public void Who_knows_the_user_is_found_as_other_clients_find_it(string uri, string source) => Assert.Equal(source, Read(uri).Credential!.Source);

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData("", "is missing")]
    [InlineData("localhost:27017", "does not begin with mongodb://")]
    [InlineData("mongodb+srv://cluster.example", "mongodb+srv:// is not understood")]
    [InlineData("mongodb://", "no name or address")]
    [InlineData("mongodb://h:0", "no name or address")]
    [InlineData("mongodb://h:65536", "no name or address")]
    [InlineData("mongodb://h:x", "no name or address")]
    [InlineData("mongodb://::1", "no name or address")]
    [InlineData("mongodb://%2Ftmp%2Fmongodb.sock", "no name or address")]
    [InlineData("mongodb://user@h", "user:password")]
    [InlineData("mongodb://u:p@ss@h", "user:password")]
    [InlineData("mongodb://u:p:q@h", "user:password")]
    [InlineData("mongodb://u:50%@h", "two hex digits")]
    [InlineData("mongodb://u:%F0%9F%98%80@h", "has a password that")]
    [InlineData("mongodb://h/a.b", "database name")]
    [InlineData("mongodb://h/?compressors=zstd", "has compressors")]
    [InlineData("mongodb://h/?readPreference=nearest", "has readPreference, which must be primary")]
    [InlineData("mongodb://h/?w=1", "has w, which must be majority")]
    [InlineData("mongodb://h/?journal=false", "has journal")]
    [InlineData("mongodb://h/?retryWrites=false", "has retryWrites")]
    [InlineData("mongodb://h/?authMechanism=MONGODB-X509", "has authMechanism, which must be SCRAM-SHA-256")]
    [InlineData("mongodb://h/?tlsAllowInvalidCertificates=true", "has tlsAllowInvalidCertificates")]
    [InlineData("mongodb://h/?tls=true&ssl=false", "say different things")]
    [InlineData("mongodb://h/?tlsCAFile=/nowhere/ca.pem", "not there")]
    [InlineData("mongodb://h/?maxPoolSize=0", "has maxPoolSize, which must be 1 to 1000")]
    [InlineData("mongodb://h/?wtimeoutMS=-1", "has wtimeoutMS")]
    [InlineData("mongodb://h/?tls=yes", "has tls, which must be true or false")]
    [InlineData("mongodb://h/?tls", "without a value")]
    [InlineData("mongodb://h/?replicaSet=a&replicaSet=b", "has replicaSet twice")]
    [InlineData("mongodb://h,i/?directConnection=true", "several hosts")]
    public void What_is_not_understood_is_refused_by_name(string? uri, string why) =>
        Assert.Contains(MongoUri.Parse(uri).Errors, error => error.Contains(why, StringComparison.Ordinal));

    [Theory]
    [InlineData("mongodb://user:s3cret@h:x/a.b?foo=bar&w=1")]
    [InlineData("mongodb://user:s3cret%@h")]
    [InlineData("mongodb://user:s3cret:s3cret@h")]
    public void No_error_shows_the_password(string uri)
    {
        var errors = MongoUri.Parse(uri).Errors;
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("s3cret", string.Join(' ', errors), StringComparison.Ordinal);
    }

    private static MongoClientOptions Read(string uri)
    {
        var (options, errors) = MongoUri.Parse(uri);
        Assert.Empty(errors);
        return options;
    }
}
