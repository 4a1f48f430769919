using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Hosting;

/// <summary>A body that is no text, no JSON or no body is the sender's fault, and is said so.</summary>
public sealed class BadBodyTests(FeatureHostFixture fixture) : IClassFixture<FeatureHostFixture>
{
    private readonly FeatureHost host = fixture.Host;

    [Theory]
    [InlineData("{\"mrn\":\"\u00ff\"}", "not UTF-8")]
    [InlineData("{\"\u00ff\":1}", "not UTF-8")]
    [InlineData("{\"\\ud800\":1}", "not Unicode")]
    [InlineData("{\"medicalHistory\":[{\"\\udc00\":1}]}", "not Unicode")]
    [InlineData("{\"mrn\":", "not valid at")]
    public async Task What_is_no_text_is_a_bad_request(string latin, string says)
    {
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(latin));
        content.Headers.ContentType = new("application/json");
        var answer = await host.Client(FeatureHost.WriteKey).PostAsync("/api/patients", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("7FFFFFFFFFFFFFFF")]
    [InlineData("80000000")]
    [InlineData("-1")]
    [InlineData("xyz")]
    public async Task An_absurd_chunk_size_is_a_bad_request(string size)
    {
        using var client = new TcpClient();
        var address = host.Client().BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/patients HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {FeatureHost.WriteKey}\r\n"
            + $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n0\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());

        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync());
    }
}
