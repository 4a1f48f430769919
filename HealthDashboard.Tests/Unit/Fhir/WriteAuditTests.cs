using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Unit.Access;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Fhir;

/// <summary>A change by FHIR is in the audit, or it is not made.</summary>
public sealed class WriteAuditTests
{
    [Fact]
    public async Task Nothing_is_written_while_something_waits_for_the_audit()
    {
        await using var app = new WholeApp();
        using var client = await app.ClientAsync("key: import");
        var patients = app.Services.GetRequiredService<IPatientStore>();
        using (RecordGateTests.Refuse(app.Services))
        {
            // The first is under way when the audit fails; the second finds that something waits.
            Assert.Equal(HttpStatusCode.OK, await PostAsync(client, "F-1"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(client, "F-2"));
            Assert.Null(await patients.FindByMrnAsync("F-2"));
        }
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, "F-2"));
        Assert.NotNull(await patients.FindByMrnAsync("F-2"));
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string mrn)
    {
        var bundle = $$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","identifier":[{"value":"{{mrn}}"}],"name":[{"family":"Quist"}]},"request":{"method":"POST","url":"Patient"} }]}""";
        using var content = new StringContent(bundle, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/fhir+json"));
        return (await client.PostAsync("/fhir", content)).StatusCode;
    }
}
