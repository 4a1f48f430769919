using System.Net;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Neo4j;

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
    public async Task The_schema_is_made_once_and_before_anything_else()
    {
        await Task.WhenAll(store.CliniciansAsync(), store.CliniciansAsync());
        await store.CliniciansAsync();

        var statements = server.Requests.Select(request => request.GetProperty("statement").GetString()!).ToList();
        Assert.Equal(CareTeamSchema.Statements, statements[..CareTeamSchema.Statements.Count]);
        Assert.Equal(CareTeamSchema.Statements.Count + 3, statements.Count);
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

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "Neo.ClientError.Security.Unauthorized")]
    [InlineData(HttpStatusCode.BadRequest, "Neo.ClientError.Statement.SyntaxError")]
    [InlineData(HttpStatusCode.NotFound, null)]
    public async Task What_cannot_mend_is_told_at_once_by_its_code_alone(HttpStatusCode status, string? code)
    {
        await store.CliniciansAsync();
        var asked = server.Requests.Count;
        server.Instead = () => Failure(status, code);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.CliniciansAsync());

        Assert.Equal($"Neo4j care team: refused: {code ?? $"HTTP {(int)status}"}.", error.Message);
        Assert.Equal(asked + 1, server.Requests.Count);
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

    private static HttpResponseMessage Failure(HttpStatusCode status, string? code) => new(status)
    {
        Content = new StringContent(code is null ? "away" : JsonSerializer.Serialize(new { errors = new[] { new { code, message = "Node with name 'Smith'" } } })),
    };
}
