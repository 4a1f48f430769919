using System.Net;
using System.Text;
using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Monitoring;

namespace HealthDashboard.Tests.Unit.Alerts;

/// <summary>The history as a table for a spreadsheet.</summary>
public sealed class HistoryCsvTests
{
    private static readonly ManualTime Clock = new();

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData(" @SUM(A1)", "' @SUM(A1)")]
    [InlineData("\tcmd", "'\tcmd")]
    [InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("Lee, \"Ann\"", "\"Lee, \"\"Ann\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("2 - 1", "2 - 1")]
    public void What_people_wrote_is_text_and_never_a_formula(string note, string cell)
    {
        var alert = Samples.Alert() with { Note = note };
        var file = Encoding.UTF8.GetString(HistoryCsv.Write([new(alert, Samples.Patient("M-1"), null)], Clock));
        Assert.EndsWith($",{cell},,,,\r\n", file, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_says_whose_where_what_how_bad_how_long_and_who()
    {
        var alert = Samples.Alert() with
        {
            EndedAt = Samples.Noon.AddMinutes(3),
            AcknowledgedAt = Samples.Noon.AddSeconds(40),
            AcknowledgedBy = "nina",
            Review = new(AlertVerdict.Artefact, "cuff moved", "dora", Samples.Noon.AddDays(1)),
        };
        var file = Encoding.UTF8.GetString(HistoryCsv.Write([new(alert, Samples.Patient("M-1") with { Bed = "I07" }, "Nina Novák")], Clock));
        var lines = file.Split("\r\n");
        Assert.StartsWith("\uFEFFraised,ended,priority,patient,MRN", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            "2026-03-01T12:00:00+00:00,2026-03-01T12:03:00+00:00,medium,\"Muster, Maria\",M-1,north,ICU,I07,spo2,low,84.5,90,** SpO\u2082 84 < 90,1,180,40,Nina Novák,nina,,,artefact,cuff moved,dora",
            lines[1]);
    }

    [Fact]
    public async Task The_download_has_what_the_filters_let_through_and_is_audited_without_the_words_of_the_search()
    {
        await using var world = await AlertWorld.MakeAsync();
        await using var host = await AlertHost.StartAsync(world);
        var now = world.Time.GetUtcNow();
        await world.Alerts.WriteAsync(
            [
                Samples.Raised(Samples.Alert(world.Patient.Id, "spo2") with { RaisedAt = now.AddMinutes(-2) }),
                Samples.Raised(Samples.Alert(world.Patient.Id, "heartRate") with { RaisedAt = now.AddMinutes(-1) }),
            ],
            []);
        using var reader = host.Client(AlertHost.ReadKey);
        using var answer = await reader.GetAsync("/api/alerts/history.csv?patient=quist&sign=heartRate");
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(",heartRate,low,", Assert.Single(lines.Skip(1)), StringComparison.Ordinal);
        var entry = Assert.Single(await host.Service<IAuditStore>().EntriesAsync(), entry => entry.Action == "export.alerts");
        Assert.StartsWith("raised from ", entry.Detail, StringComparison.Ordinal);

        using var nobody = host.Client(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/api/alerts/history.csv")).StatusCode);
    }
}
