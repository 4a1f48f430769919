using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Components.Pages;

public sealed partial class PatientList
{
    private const int PageSize = 50;
    private Page<Patient>? page;

    [Inject] private IPatientStore Store { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [CascadingParameter] private HttpContext? Http { get; set; }

    [SupplyParameterFromQuery(Name = "search")] private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "region")] private string? Region { get; set; }

    [SupplyParameterFromQuery(Name = "ward")] private string? Ward { get; set; }

    [SupplyParameterFromQuery(Name = "page")] private int? Wanted { get; set; }

    private int Number => Math.Max(1, Wanted ?? 1);

    private int Pages => page is null ? 0 : (page.Total + PageSize - 1) / PageSize;

    private IEnumerable<(string, string)> Regions => Options(Directory.All.Select(known => known.Patient.Region));

    private IEnumerable<(string, string)> Wards => Options(Directory.All.Select(known => known.Patient)
        .Where(patient => string.IsNullOrEmpty(Region) || patient.Region == Region)
        .Select(patient => patient.Ward));

    protected override async Task OnInitializedAsync()
    {
        var query = new PatientQuery(NullIfEmpty(Search?.Trim()), NullIfEmpty(Region), NullIfEmpty(Ward), Number, PageSize);
        try
        {
            page = await Store.SearchAsync(query, Http?.RequestAborted ?? CancellationToken.None);
        }
        catch (StoreException)
        {
            page = null;
        }
    }

    private string Address(int number) => QueryHelpers.AddQueryString("/patients", new Dictionary<string, string?>
    {
        ["search"] = NullIfEmpty(Search),
        ["region"] = NullIfEmpty(Region),
        ["ward"] = NullIfEmpty(Ward),
        ["page"] = number == 1 ? null : number.ToString(),
    });

    private static IEnumerable<(string, string)> Options(IEnumerable<string> names) =>
        names.Distinct().Order(StringComparer.Ordinal).Select(name => (name, name)).Prepend(("", "All"));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
