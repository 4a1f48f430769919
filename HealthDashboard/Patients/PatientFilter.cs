using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Patients;

/// <summary>Which patients a list shows. Kept in the page's address.</summary>
/// <param name="Search">Words of name, MRN, bed or condition; empty for all.</param>
/// <param name="Region">Only this region; null for all.</param>
/// <param name="Ward">Only this ward; null for all.</param>
/// <param name="Status">Who is here or who has left; null for both.</param>
/// <param name="Page">1 for the first page.</param>
internal sealed record PatientFilter(string Search = "", string? Region = null, string? Ward = null, PatientStatus? Status = PatientStatus.Admitted, int Page = 1)
{
    private const string Everybody = "all";

    /// <summary>Reads the filter from an address; what it does not understand does not restrict.</summary>
    public static PatientFilter FromUri(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri).Query);
        string? Text(string key) => query.TryGetValue(key, out var value) && value[0] is { Length: > 0 } text ? text : null;
        return new(
            Text("search") ?? "",
            Text("region"),
            Text("ward"),
            Text("status") == Everybody ? null : AlertFilter.Choice<PatientStatus>(Text("status")) ?? PatientStatus.Admitted,
            int.TryParse(Text("page"), out var page) && page > 0 ? page : 1);
    }

    /// <summary>The filter as the query of an address; empty when it is the default.</summary>
    public string ToQuery() => QueryHelpers.AddQueryString("", new Dictionary<string, string?>
    {
        ["search"] = Search.Length > 0 ? Search : null,
        ["region"] = Region,
        ["ward"] = Ward,
        ["status"] = Status switch { PatientStatus.Admitted => null, { } status => status.ToString().ToLowerInvariant(), null => Everybody },
        ["page"] = Page > 1 ? Page.ToString() : null,
    });

    /// <summary>What the store is asked.</summary>
    public PatientQuery ToStore(int page, int pageSize) => new(Search.Length > 0 ? Search : null, Region, Ward, page, pageSize, Status);
}
