using System.Net;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Neo4j;

public sealed class Neo4jClientTests : IDisposable
{
    private readonly StoreFactory<ICareTeamStore> behind = SqliteCareTeamStoreTests.Sqlite();
    private readonly FakeNeo4j server;
    private readonly Neo4jCareTeamStore store;

    public Neo4jClientTests()
    {
        server = new(behind.Open());
        store = Neo4jStores.Over(server);
    }

    public void Dispose() => behind.Dispose();

    [Fact]
    public async Task Values_are_parameters_and_never_text_of_the_statement()
    {
        var name = "Robert'}) DETACH DELETE n //";
        await store.PutCliniciansAsync([Clinician(name)]);

        var sent = server.Requests[^1];
        Assert.DoesNotContain("Robert", sent.GetProperty("statement").GetString(), StringComparison.Ordinal);
        Assert.Equal(name, sent.GetProperty("parameters").GetProperty("clinicians")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Bookmarks_of_what_was_written_go_with_what_is_read()
    {
        await store.PutCliniciansAsync([Clinician("Nina")]);
        var written = $"bookmark-{server.Requests.Count}";

        await store.CliniciansAsync();

        Assert.Equal([written], server.Requests[^1].GetProperty("bookmarks").EnumerateArray().Select(b => b.GetString()));
        Assert.Equal("READ", server.Requests[^1].GetProperty("accessMode").GetString());
        Assert.Equal("WRITE", server.Requests[^2].GetProperty("accessMode").GetString());
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "Neo.TransientError.Transaction.DeadlockDetected")]
    [InlineData(HttpStatusCode.BadRequest, "Neo.ClientError.Schema.ConstraintValidationFailed")]
    [InlineData(HttpStatusCode.ServiceUnavailable, null)]
    public async Task What_may_mend_is_tried_again(HttpStatusCode status, string? code)
    {
        await store.CliniciansAsync();
        var failures = 0;
        server.Instead = () =>
        {
            server.Instead = ++failures == 2 ? null : server.Instead;
            return Failure(status, code);
        };

        Assert.Empty(await store.CliniciansAsync());
        Assert.Equal(2, failures);
    }

    [Fact]
    public async Task What_cannot_mend_is_an_error_at_once_by_its_code_alone()
    {
        await store.CliniciansAsync();
        var asked = server.Requests.Count;
        server.Instead = () => Failure(HttpStatusCode.BadRequest, "Neo.ClientError.Statement.SyntaxError");

        var error = await Assert.ThrowsAsync<StoreException>(() => store.CliniciansAsync());

        Assert.Equal("Neo4j care team: refused: Neo.ClientError.Statement.SyntaxError.", error.Message);
        Assert.Equal(asked + 1, server.Requests.Count);
    }

    [Theory]
    [InlineData(401, "Neo.ClientError.Security.Unauthorized", 30, "refuses the user name or password.")]
    [InlineData(401, null, 30, "refuses the user name or password.")]
    [InlineData(429, "Neo.ClientError.Security.AuthenticationRateLimit", 5, "locks the user name for some seconds after wrong passwords: another program sends them.")]
    [InlineData(400, "Neo.ClientError.Security.CredentialsExpired", 30, "asks for a new password of the account before anything else.")]
    [InlineData(403, "Neo.ClientError.Security.Forbidden", null, "does not allow the account to do this (Neo.ClientError.Security.Forbidden).")]
    [InlineData(400, "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", null, "is read-only: what is stored can be read, and nothing can be changed.")]
    [InlineData(202, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", null, "is read-only: what is stored can be read, and nothing can be changed.")]
    [InlineData(404, "Neo.ClientError.Database.DatabaseNotFound", 30, "has no database of the name that ConnectionStrings:Neo4j gives.")]
    [InlineData(404, null, 30, "has no Query API at the address of ConnectionStrings:Neo4j (HTTP 404).")]
    [InlineData(302, null, 30, "has no Query API at the address of ConnectionStrings:Neo4j (HTTP 302).")]
    public async Task What_an_operator_must_mend_is_refused_with_what_to_do_and_not_repeated(int status, string? code, int? wait, string says)
    {
        await store.CliniciansAsync();
        var asked = server.Requests.Count;
        server.Instead = () => Failure((HttpStatusCode)status, code);

        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => store.CliniciansAsync());

        Assert.Equal((says, wait), (error.Reason, (int?)error.RetryAfter?.TotalSeconds));
        Assert.Equal(asked + 1, server.Requests.Count);
    }

    [Theory]
    [InlineData("Neo.DatabaseError.Transaction.TransactionCommitFailed")]
    [InlineData("Neo.DatabaseError.General.UnknownError")]
    [InlineData("Neo.TransientError.General.DatabaseUnavailable")]
    [InlineData("Neo.TransientError.General.MemoryPoolOutOfMemoryError")]
    [InlineData(null)]
    public async Task What_the_database_cannot_do_now_is_unavailable(string? code)
    {
        await store.CliniciansAsync();
        server.Instead = () => Failure(HttpStatusCode.InternalServerError, code);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.PutCliniciansAsync([Clinician("Nina")]));

        Assert.Equal($"Neo4j care team: not now: {code ?? "HTTP 500"}.", error.Message);
    }

    [Theory]
    [InlineData("<html>Neo4j Browser</html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"data":{"values":[{}]}}""")]
    [InlineData("""{"data":{"values":[[{"id":"short"}]]}}""")]
    [InlineData("""{"data":{"values":[[]]}}""")]
    public async Task An_answer_of_another_form_is_an_error_and_no_crash(string content)
    {
        await store.CliniciansAsync();
        server.Instead = () => new(HttpStatusCode.Accepted) { Content = new StringContent(content) };

        var error = await Assert.ThrowsAsync<StoreException>(() => store.CliniciansAsync());
        Assert.Equal(Neo4jClient.Store, error.Store);
    }

    [Fact]
    public async Task A_server_that_was_away_at_the_start_is_found_later_with_its_schema()
    {
        server.Instead = () => throw new HttpRequestException(HttpRequestError.ConnectionError);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CliniciansAsync());

        server.Instead = null;
        var fresh = Neo4jStores.Over(server);
        await fresh.PutCliniciansAsync([Clinician("Nina")]);
        Assert.Single(await fresh.CliniciansAsync());
    }

    [Fact]
    public async Task Ending_an_assignment_is_not_repeated_by_itself()
    {
        await store.CliniciansAsync();
        var asked = server.Requests.Count;
        server.Instead = () => Failure(HttpStatusCode.ServiceUnavailable, null);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.UnassignAsync(Id(), Id(), CareRole.AssignedNurse, Noon));
        Assert.Equal(asked + 1, server.Requests.Count);
    }

    [Theory]
    [InlineData(null, "ConnectionStrings:Neo4j is missing")]
    [InlineData("bolt://host:7687", "ConnectionStrings:Neo4j must begin with an http or https address")]
    [InlineData("http://host:7474;Colour=red", "ConnectionStrings:Neo4j has the unknown name 'colour'")]
    [InlineData("http://host:7474;Username=a", "ConnectionStrings:Neo4j has only one of Username and Password")]
    [InlineData("http://host:7474;Database=../x", "ConnectionStrings:Neo4j has a Database that is not")]
    public void A_connection_string_that_is_wrong_is_told_by_its_key(string? text, string says)
    {
        Assert.Null(Neo4jOptions.Parse(text, out var error));
        Assert.StartsWith(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_is_read()
    {
        var options = Neo4jOptions.Parse("https://host:7473;Database=care;Username=nurse;Password=\"a;b\"", out var error);
        Assert.Null(error);
        Assert.Equal(new Neo4jOptions { Address = new("https://host:7473"), Database = "care", Username = "nurse", Password = "a;b" }, options);
    }

    internal static HttpResponseMessage Failure(HttpStatusCode status, string? code) => new(status)
    {
        Content = new StringContent(code is null ? "away" : JsonSerializer.Serialize(new { errors = new[] { new { code, message = "Node with name 'Smith'" } } })),
    };
}
