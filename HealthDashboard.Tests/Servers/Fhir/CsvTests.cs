using System.Net;
using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Fhir;

/// <summary>A hospital's records as a table, out of one program and into another.</summary>
public sealed class CsvTests
{
    private const string Header = "mrn,familyName,givenName,birthDate,sex,region,ward,room,bed,status,conditions,allergies,medications,codeStatus,spo2Scale";

    [Fact]
    public async Task What_is_exported_imports_back_equal_and_is_in_the_audit()
    {
        await using var one = await StartAsync();
        await ImportAsync(one, $"""
            {Header}
            C-1,"Quist, Jr.",Zoë,1960-02-29,female,North,ICU,4,C1,admitted,Asthma|J45.9|2020-02-29; Gout||2001-01-01|2002-01-01|resolved,penicillin; latex,salbutamol,dnacpr,2
            C-2,'=cmd(),Lee,1961,male,South,W2,,,discharged,,,,,1
            C-3,Long,,,unknown,South,W2,,,discharged,"a\;b; c, d",,,full,1

            """);
        var table = await one.Client.GetStringAsync("api/patients.csv");
        var rows = Rows(table);
        Assert.Equal(Header, table.TrimStart('\uFEFF').Split("\r\n")[0]);
        Assert.Equal(3, rows.Length);
        Assert.Contains("Asthma|J45.9|2020-02-29; Gout||2001-01-01|2002-01-01|resolved", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("C-2,'=cmd(),Lee,1961,male,South,W2,,,discharged", rows[1], StringComparison.Ordinal);

        await using var other = await StartAsync();
        Assert.Equal(0, (await ImportAsync(other, table)).GetProperty("refused").GetInt32());
        Assert.Equal(rows, Rows(await other.Client.GetStringAsync("api/patients.csv")));
        // Again changes nothing.
        await ImportAsync(other, table);
        Assert.Equal(rows, Rows(await other.Client.GetStringAsync("api/patients.csv")));
        Assert.Equal(rows[..1], Rows(await other.Client.GetStringAsync("api/patients.csv?status=admitted")));
        Assert.Equal(rows[1..], Rows(await other.Client.GetStringAsync("api/patients.csv?region=South&ward=W2")));
        Assert.Equal(HttpStatusCode.BadRequest, (await other.Client.GetAsync("api/patients.csv?status=gone")).StatusCode);
        using var stranger = new HttpClient { BaseAddress = other.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("api/patients.csv")).StatusCode);
    }

    [Fact]
    public async Task A_table_whose_import_was_killed_goes_on_where_it_was()
    {
        const int Patients = 12_000;
        await using var server = await StartAsync();
        var table = "mrn,familyName,sex\n" + string.Join('\n', Enumerable.Range(0, Patients).Select(i => $"K-{i},Killed,{(i == Patients - 100 ? "x" : "male")}"));
        var address = await BeginAsync(server, table);
        await Eventually.HoldsAsync(async () => (await server.Client.GetStringAsync("api/patients?search=Killed&pageSize=1")).Contains("\"items\":[{", StringComparison.Ordinal), "the first part");

        await server.KillAsync();
        await server.StartAgainAsync();
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");

        var done = await DoneAsync(server, address);
        Assert.Equal((Patients - 1, 1), (done.GetProperty("kept").GetProperty("Patient").GetInt32(), done.GetProperty("refused").GetInt32()));
        Assert.Equal($"{Patients - 98} Patient sex is 'x'; allowed: male, female, other and unknown.", done.GetProperty("firstRefused")[0] is var line ? $"{line.GetProperty("line")} {line.GetProperty("type")} {line.GetProperty("reason")}" : "");
        Assert.Equal(Patients - 1, Rows(await server.Client.GetStringAsync("api/patients.csv")).Length);
    }

    private static async Task<AppServer> StartAsync()
    {
        var server = await AppServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        return server;
    }

    private static string[] Rows(string table) => [.. table.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Order(StringComparer.Ordinal)];

    private static async Task<JsonElement> ImportAsync(AppServer server, string table) => await DoneAsync(server, await BeginAsync(server, table));

    private static async Task<string> BeginAsync(AppServer server, string table)
    {
        using var content = new StringContent(table, Encoding.UTF8, "text/csv");
        var begun = await server.Client.PostAsync("fhir/$import", content);
        Assert.True(begun.StatusCode == HttpStatusCode.Accepted, await begun.Content.ReadAsStringAsync());
        return begun.Content.Headers.ContentLocation!.ToString();
    }

    private static async Task<JsonElement> DoneAsync(AppServer server, string address)
    {
        var answer = await server.Client.GetAsync(address);
        // As long as it takes: the time limit of the test ends it.
        for (; answer.StatusCode == HttpStatusCode.Accepted; answer = await server.Client.GetAsync(address))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }
}
