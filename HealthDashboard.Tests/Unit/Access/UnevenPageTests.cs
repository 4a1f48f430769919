using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>A page renders while a read is pending: none may rely on which of its reads that is.</summary>
public sealed class UnevenPageTests
{
    private const int Rounds = 12;

    [Fact]
    public async Task Every_page_is_drawn_in_whatever_order_its_stores_answer()
    {
        await using var app = new WholeApp(services => UnevenStore.Replace(services, seed: 1));
        var (admin, doctor, auditor) = (await app.ClientAsync(Roles.Admin), await app.ClientAsync(Roles.Doctor), await app.ClientAsync(Roles.Auditor));
        var patient = (await FeatureHost.AddPatientAsync(doctor)).Id.ToString();
        using var added = await admin.PostAsJsonAsync("/api/clinicians", new { name = "Uma Even", profession = "nurse", region = "Testland" });
        var clinician = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        var account = (await app.Services.GetRequiredService<IAccountStore>().AllAsync())[0].Id.ToString();

        List<string> drawn = [];
        List<string> broken = [];
        foreach (var page in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.Any(one => one.GetType().Name == "ComponentTypeMetadata"))
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/')).Distinct().Order(StringComparer.Ordinal))
        {
            var address = page.Replace("{Time}", "2026-11-01T10:00:00Z", StringComparison.Ordinal)
                .Replace("{Id}", page.Contains("/accounts", StringComparison.Ordinal) ? account : page.Contains("/clinicians", StringComparison.Ordinal) ? clinician : patient, StringComparison.Ordinal);
            var client = page.StartsWith("/audit", StringComparison.Ordinal) ? auditor
                : page.StartsWith("/accounts", StringComparison.Ordinal) || page.StartsWith("/clinicians", StringComparison.Ordinal) || page == "/keys" ? admin : doctor;
            for (var i = 0; i < Rounds; i++)
            {
                using var answer = await client.GetAsync(address);
                if ((int)answer.StatusCode >= 500)
                    broken.Add($"{address}: {answer.StatusCode}");
                else if (answer.IsSuccessStatusCode)
                    drawn.Add(page);
            }
        }
        Assert.Empty(broken);
        Assert.Superset(new HashSet<string> { "/", "/accounts/{Id}", "/clinicians/{Id}", "/patients/{Id}", "/patients/{Id}/edit", "/at/{Time}/patients/{Id}", "/analytics" }, drawn.ToHashSet());
    }
}
