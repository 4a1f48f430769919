using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using HealthDashboard.Fhir;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Bench;

/// <summary>
/// Bundles taken over HTTP, each of a patient who is new, durable before the answer. The raw limit is Hl7.Fhir.R4's own reader, which
/// reads the same bundles into memory and does nothing with them.
/// </summary>
internal static partial class FhirBench
{
    private const string DataVariable = "HEALTHDASHBOARD_TEST_DATA";
    private const int Rounds = 20;
    private const int Callers = 2;
    private const int Observations = 10_000;

    public static async Task RunAsync(Table table)
    {
        await using var server = await AppServer.StartAsync(Hospital.Settings);
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        if (Synthea() is { } folder)
            await SyntheaAsync(table, server.Client, folder);
        else
            table.Add("FHIR bundles of Synthea", "not measured: HEALTHDASHBOARD_TEST_DATA does not name the folder that has synthea/");
        await ObservationsAsync(table, server.Client);
    }

    private static async Task SyntheaAsync(Table table, HttpClient client, string folder)
    {
        var originals = await Task.WhenAll(Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(file => File.ReadAllTextAsync(file)));
        var bundles = Enumerable.Range(0, Rounds).SelectMany(round => originals.Select(text => Another(text, round))).ToArray();
        await PostAsync(client, Another(originals[0], Rounds));

        var next = -1;
        var kept = 0;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < bundles.Length)
                Interlocked.Add(ref kept, Readings().Count(await PostAsync(client, bundles[i])));
        }));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        foreach (var text in bundles.Take(originals.Length))
            FhirJson.Parse(text);
        var raw = originals.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
        table.Add("FHIR, bundles of Synthea", bundles.Length / seconds, raw, "/s", "read by Hl7.Fhir.R4 alone, one thread");
        table.Add("of these, Observations kept", $"{Table.Say(kept / seconds)} /s");
        table.Add("of these, MB", $"{Table.Say(bundles.Sum(text => (double)text.Length) / 1e6 / seconds)} /s");
    }

    private static async Task ObservationsAsync(Table table, HttpClient client)
    {
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var entries = Enumerable.Range(0, Observations).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""
            {"resource":{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"urn:uuid:p"},"effectiveDateTime":"{{from.AddMinutes(i):yyyy-MM-ddTHH:mm:ssZ}}","valueQuantity":{"value":{{60 + (i % 40)}},"code":"/min"} } }
            """));
        var bundle = $$"""{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","identifier":[{"value":"bench"}],"name":[{"family":"Bench"}]} },{{string.Join(',', entries)}}]}""";
        await PostAsync(client, Encoding.UTF8.GetBytes(bundle));
        var start = Stopwatch.GetTimestamp();
        await PostAsync(client, Encoding.UTF8.GetBytes(bundle));
        var rate = Observations / Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        FhirJson.Parse(Encoding.UTF8.GetBytes(bundle));
        table.Add("FHIR, a bundle of 10,000 Observations, readings", rate, Observations / Stopwatch.GetElapsedTime(start).TotalSeconds, "/s", "read by Hl7.Fhir.R4 alone");
    }

    private static async Task<string> PostAsync(HttpClient client, byte[] bundle)
    {
        using var content = new ByteArrayContent(bundle);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        using var answer = await client.PostAsync("fhir", content);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{answer.StatusCode}: {text}");
    }

    // The same of somebody else: another number at the end of each UUID.
    private static byte[] Another(string text, int round) =>
        Encoding.UTF8.GetBytes(Uuid().Replace(text, match => $"{match.Value[..^4]}{round:x4}"));

    private static string? Synthea() =>
        Environment.GetEnvironmentVariable(DataVariable) is { Length: > 0 } named && Path.Combine(named, "synthea") is var folder && Directory.Exists(folder) ? folder : null;

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Uuid();

    [GeneratedRegex("\"location\":\"Observation/", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Readings();
}
