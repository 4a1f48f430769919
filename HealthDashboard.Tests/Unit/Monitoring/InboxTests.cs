using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>What is escalated to somebody waits for that person by name, wherever in the chain, until somebody acknowledges it.</summary>
public sealed class InboxTests : IAsyncLifetime
{
    private AlertWorld world = null!;
    private AlertHost host = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync();
        await world.AddTeamAsync();
        host = await AlertHost.StartAsync(world);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task An_alert_waits_for_those_whom_its_escalation_has_reached_and_for_nobody_after_it_is_acknowledged()
    {
        var alert = await host.RaiseAsync();
        Assert.Empty(await WaitingAsync("nina", "test write", "dora"));
        await EscalateAsync(alert, 1);
        Assert.Equal(["nina 1"], await WaitingAsync("nina", "test write", "dora"));
        await EscalateAsync(alert, 2);
        await EscalateAsync(alert, 3);
        Assert.Equal(["nina 1", "test write 2", "dora 3"], await WaitingAsync("nina", "test write", "dora"));

        await host.Engine.AcknowledgeAsync(alert.Id, "nina", null, CancellationToken.None);
        await SeenAsync(open => open.Response == AlertResponse.Acknowledged);
        Assert.Empty(await WaitingAsync("nina", "test write", "dora"));
    }

    [Fact]
    public async Task Whoever_takes_over_a_shift_takes_over_what_waits()
    {
        var alert = await host.RaiseAsync();
        await EscalateAsync(alert, 1);
        var night = new Clinician(ObjectId.New(world.Time), "Nora", Profession.Nurse, "North", Account: "nora");
        await world.CareTeam.PutCliniciansAsync([night]);
        var now = world.Time.GetUtcNow();
        foreach (var day in await world.CareTeam.TeamAsync(world.Patient.Id, now))
        {
            if (day.Role == CareRole.AssignedNurse)
                await world.CareTeam.AssignAsync([day with { To = now }]);
        }
        await world.CareTeam.AssignAsync([new CareAssignment(world.Patient.Id, night, CareRole.AssignedNurse, now)]);

        Assert.Equal(["nora 1"], await WaitingAsync("nina", "nora"));
    }

    [Fact]
    public async Task Over_HTTP_it_says_where_and_what_and_never_whose_name_and_being_on_the_way_is_in_the_history()
    {
        using var client = host.Client();
        var alert = await host.RaiseAsync();
        await EscalateAsync(alert, 1);
        await EscalateAsync(alert, 2);

        var answered = await client.PostAsync($"/api/alerts/{alert.Id}/respond", null);
        Assert.Equal(("test write", "unacknowledged"), await AnswerAsync(answered));
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/alerts/{ObjectId.New(world.Time)}/respond", null)).StatusCode);
        await SeenAsync(open => open.RespondedBy is not null);

        var text = await client.GetStringAsync("/api/inbox");
        var item = Assert.Single(JsonDocument.Parse(text).RootElement.GetProperty("items").EnumerateArray());
        Assert.Equal((alert.Id.ToString(), 2, "test write"), (item.GetProperty("id").GetString(), item.GetProperty("step").GetInt32(), item.GetProperty("respondedBy").GetString()));
        Assert.DoesNotContain(world.Patient.FamilyName, text);
        using var reader = host.Client(AlertHost.ReadKey);
        var history = await reader.GetFromJsonAsync<JsonElement>($"/api/alerts/{alert.Id}/history");
        Assert.Equal(("responded", "test write"), history.GetProperty("items").EnumerateArray().Select(change => (change.GetProperty("change").GetString()!, change.GetProperty("actor").GetString()!)).Last());
    }

    private async Task EscalateAsync(Alert alert, int step)
    {
        await host.Engine.EscalateAsync(alert.Id, "dora", CancellationToken.None);
        await SeenAsync(open => open.Escalation == step);
    }

    private Task SeenAsync(Func<Alert, bool> holds) => Eventually.HoldsAsync(() => host.Feed.Snapshot().Open.Any(holds), "the feed to have it");

    private async Task<List<string>> WaitingAsync(params string[] accounts)
    {
        var waiting = new List<string>();
        foreach (var account in accounts)
            waiting.AddRange((await host.Service<Inbox>().OfAsync(account, CancellationToken.None)).Select(item => $"{account} {item.Step}"));
        return waiting;
    }

    private static async Task<(string?, string?)> AnswerAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var alert = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (alert.GetProperty("respondedBy").GetString(), alert.GetProperty("response").GetString());
    }
}
