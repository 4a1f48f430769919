using System.Text;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Primitives;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>
/// What a search asks for. A parameter that is not known, or cannot be used so, is left out and said in a warning; with
/// <c>Prefer: handling=strict</c> it refuses the request.
/// </summary>
internal sealed class SearchQuery
{
    /// <summary>The most resources on a page.</summary>
    public const int MostOnPage = 500;

    private const int UsualOnPage = 50;
    private const int MostValues = 100;
    private const string CursorName = "_cursor";
    private static readonly string[] ForAnswer = ["_format", "_pretty", "_total", "_summary"];

    private readonly List<(SearchParameter Parameter, string[] Values)> criteria = [];
    private readonly List<KeyValuePair<string, string>> kept = [];

    private SearchQuery(string type) => Type = type;

    public string Type { get; }

    /// <summary>How many resources a page has at most; 1 to <see cref="MostOnPage"/>.</summary>
    public int Count { get; private set; } = UsualOnPage;

    /// <summary>Where the page begins, as the page before said it; null for the first.</summary>
    public string? Cursor { get; private set; }

    /// <summary>By what the page is sorted, and whether downward; null where nothing was said.</summary>
    public (SearchParameter By, bool Descending)? Sort { get; private set; }

    /// <summary>What was left out, and why.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Whether what cannot be done refuses the request.</summary>
    public bool IsStrict { get; private init; }

    /// <summary>Reads a query.</summary>
    /// <exception cref="FhirException">400: a value that is none, or with strict handling a parameter that is left out.</exception>
    public static SearchQuery Read(string type, HttpRequest request, IEnumerable<KeyValuePair<string, StringValues>> parameters, params string[] others)
    {
        var query = new SearchQuery(type) { IsStrict = request.Headers["Prefer"].ToString().Contains("handling=strict", StringComparison.OrdinalIgnoreCase) };
        foreach (var (name, values) in parameters)
        {
            foreach (var value in values)
            {
                if (!others.Contains(name, StringComparer.Ordinal))
                    query.Take(name, value ?? "");
                else
                    query.kept.Add(new(name, value ?? ""));
            }
        }
        return query;
    }

    /// <summary>The values that one parameter asks for, each of which will do; null when it is not asked for.</summary>
    public string[]? ValuesOf(string name) => criteria.Find(criterion => criterion.Parameter.Name == name).Values;

    /// <summary>The patients that it asks for by reference; null when it asks for all.</summary>
    public string[]? Patients => (ValuesOf("patient") ?? ValuesOf("subject"))?.Select(value => value.Split('/')[^1]).ToArray();

    /// <summary>The stretch of time that all dates of one parameter leave, in milliseconds, both ends inclusive.</summary>
    public TimeSpanOf SpanOf(string name)
    {
        var (from, to) = (long.MinValue, long.MaxValue);
        foreach (var (parameter, values) in criteria)
        {
            if (parameter.Name != name || values is not [var value] || DateValue.Parse(value) is not var (prefix, span))
                continue;
            if (prefix is "eq" or "ge" or "gt" or "sa")
                from = Math.Max(from, span.From);
            if (prefix is "eq" or "le" or "lt" or "eb")
                to = Math.Min(to, span.To);
        }
        return new(from, to);
    }

    /// <summary>Whether a resource is what it asks for.</summary>
    public bool Matches(R4.Resource resource) => criteria.TrueForAll(criterion =>
        criterion.Parameter.Values(resource).ToList() is var has && Array.Exists(criterion.Values, wanted => has.Exists(value => value.Matches(wanted))));

    /// <summary>Sorting cannot be done: it is left out.</summary>
    public void RefuseSort(string why)
    {
        if (Sort is null)
            return;
        Sort = null;
        Leave("_sort", why);
    }

    /// <summary>The address of a page.</summary>
    /// <param name="address">The address without its query.</param>
    /// <param name="cursor">Where the page begins; null for the first.</param>
    public string Address(string address, string? cursor)
    {
        var parts = kept.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}").ToList();
        if (cursor is not null)
            parts.Add($"{CursorName}={Convert.ToBase64String(Encoding.UTF8.GetBytes(cursor)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}");
        return parts.Count == 0 ? address : $"{address}?{string.Join('&', parts)}";
    }

    private void Take(string name, string value)
    {
        if (name == CursorName)
        {
            Cursor = Decode(value) ?? throw FhirException.Invalid("_cursor is none that a page before has given.");
            return;
        }
        if (ForAnswer.Contains(name, StringComparer.Ordinal))
        {
            kept.Add(new(name, value));
            return;
        }
        if (name == "_count")
        {
            if (!int.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) || count == 0)
                throw FhirException.Invalid($"_count is '{Excerpt.Of(value)}'; allowed are whole numbers from 1, of which {MostOnPage} are given at most.");
            Count = Math.Min(count, MostOnPage);
            kept.Add(new(name, value));
            return;
        }
        if (name == "_sort")
        {
            TakeSort(value);
            return;
        }
        if (SearchTable.Find(Type, name) is not { } parameter)
        {
            Leave(name, $"is not known for {Type}; known are {string.Join(", ", SearchTable.Of(Type)!.Select(known => known.Name))}");
            return;
        }
        var values = value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (values.Length is 0 or > MostValues)
            throw FhirException.Invalid($"{name} has {values.Length} values; 1 to {MostValues} are allowed.");
        if (parameter.Kind == R4.SearchParamType.Date && Array.Find(values, date => DateValue.Parse(date) is null) is { } wrong)
            throw FhirException.Invalid($"{name} is '{Excerpt.Of(wrong)}'; allowed is a date such as 2026-01-31 or ge2026-01-31T08:00:00Z, with {string.Join(", ", DateValue.Prefixes)} before it.");
        criteria.Add((parameter, values));
        kept.Add(new(name, value));
    }

    private void TakeSort(string value)
    {
        var (name, descending) = value.StartsWith('-') ? (value[1..], true) : (value, false);
        if (SearchTable.Find(Type, name) is not { } parameter)
        {
            Leave("_sort", $"by '{Excerpt.Of(value)}' is not known; one parameter can be sorted by");
            return;
        }
        Sort = (parameter, descending);
        kept.Add(new("_sort", value));
    }

    private void Leave(string name, string why)
    {
        if (IsStrict)
            throw FhirException.Invalid($"{Excerpt.Of(name)} {why}.");
        Warnings.Add($"{Excerpt.Of(name)} {why}: it is left out.");
    }

    private static string? Decode(string value)
    {
        var base64 = value.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[base64.Length];
        return base64.Length <= 200 && Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
