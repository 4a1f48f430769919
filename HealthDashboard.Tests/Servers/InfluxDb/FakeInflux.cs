using System.IO.Compression;
using System.Net;
using System.Text;
using HealthDashboard.Data.InfluxDb;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>A server that answers as a test says. Databases and policies are there, unless the test says otherwise.</summary>
/// <param name="answer">The answer to a path and the text of its body; null for the usual one.</param>
internal sealed class FakeInflux(Func<string, string, HttpResponseMessage?> answer) : HttpMessageHandler
{
    public static readonly InfluxDbOptions Options = new() { Address = new Uri("http://influx.test:8086"), RawRetention = TimeSpan.FromDays(3650) };

    /// <summary>What came in: the header Authorization and the text of each body.</summary>
    public List<(string? Authorization, string Body)> Requests { get; } = [];

    /// <summary>What requests wait for before they are answered.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>An answer to a query.</summary>
    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var body = request.Content is { } content ? await TextAsync(content, cancellationToken) : "";
        lock (Requests)
            Requests.Add((request.Headers.Authorization?.ToString(), body));
        if (path == "/write")
            await Hold.WaitAsync(cancellationToken);
        return answer(path, body) ?? Usual(path, body);
    }

    private static async Task<string> TextAsync(HttpContent content, CancellationToken cancel)
    {
        await using var body = await content.ReadAsStreamAsync(cancel);
        using var reader = content.Headers.ContentEncoding.Contains("gzip")
            ? new StreamReader(new GZipStream(body, CompressionMode.Decompress))
            : new StreamReader(body);
        return WebUtility.UrlDecode(await reader.ReadToEndAsync(cancel));
    }

    private static HttpResponseMessage Usual(string path, string body) => path is "/write" or "/ping"
        ? new HttpResponseMessage(HttpStatusCode.NoContent)
        : Json($$"""{"results":[{"statement_id":0,"series":[{"columns":[],"values":[{{Rows(body)}}]}]}]}""");

    private static string Rows(string body) =>
        body.Contains("SHOW DATABASES") ? """["health"]"""
        : body.Contains("SHOW RETENTION") ? """["raw","87601h0m0s"],["rollup","0s"]"""
        : body.Contains("SELECT until") ? "[1767600000000,1767600000000]"
        : "";
}
