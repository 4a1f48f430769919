using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Fhir;

/// <summary>fhir-kit-client, which others wrote, on the real app.</summary>
public sealed class FhirClientTests(FhirApp app) : IClassFixture<FhirApp>
{
    [Fact]
    public async Task A_client_of_others_creates_reads_updates_and_pages()
    {
        var got = JsonElement.Parse(await NodeScript.RunAsync("fhir-client.mjs", app.Server.Address.ToString(), "demo-key"));

        Assert.Equal(
            """
            {"fhirVersion":"4.0.1","created":"Kitsch","createdOnce":true,"version":"1","updated":"2 Kitsch-Jones","stale":"412 OperationOutcome","missing":"404 OperationOutcome","transaction":"201 Created, 201 Created, 201 Created, 201 Created, 201 Created","pages":[[61,62],[63,64],[65]],"everything":["Patient","Observation","Observation","Observation","Observation","Observation"]}
            """,
            got.GetRawText());
    }
}
