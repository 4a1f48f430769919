using System.Globalization;
using System.Text.Json.Serialization;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.CareTeam;

/// <summary>By what a workload is sorted.</summary>
[JsonConverter(typeof(NamesOnly<WorkloadSort>))]
internal enum WorkloadSort
{
    /// <summary>Most patients first.</summary>
    [JsonStringEnumMemberName("patients")] Patients,

    /// <summary>The name, from A.</summary>
    [JsonStringEnumMemberName("name")] Name,

    /// <summary>The ward, from A; who works across wards comes last.</summary>
    [JsonStringEnumMemberName("ward")] Ward,
}

/// <summary>What a question about care teams is about. It is the query of an address; what it does not understand is left out.</summary>
internal sealed record QuestionFilter
{
    /// <summary>How far back contacts can be asked for, in hours, the first of them when nothing is.</summary>
    public static IReadOnlyList<int> Stretches { get; } = [24, 72, 24 * 7];

    /// <summary>The longest stretch of contacts, in hours: a month.</summary>
    public const int MostHours = 31 * 24;

    /// <summary>The patient; null for none.</summary>
    public ObjectId? Patient { get; init; }

    /// <summary>Words of a patient who is looked for; empty for nobody.</summary>
    public string Find { get; init; } = "";

    /// <summary>The ward; null for the whole hospital.</summary>
    public WardKey? Ward { get; init; }

    /// <summary>The clinician, of two the first; null for none.</summary>
    public ObjectId? Clinician { get; init; }

    /// <summary>The second clinician; null for none.</summary>
    public ObjectId? Other { get; init; }

    /// <summary>The time of the hospital's clock that is asked about; null for now.</summary>
    public DateTime? At { get; init; }

    /// <summary>How far back, in hours; 1 to <see cref="MostHours"/>.</summary>
    public int Hours { get; init; } = Stretches[0];

    /// <summary>In which order.</summary>
    public WorkloadSort Sort { get; init; }

    /// <summary>Whether the order is turned round.</summary>
    public bool Reversed { get; init; }

    /// <summary>Reads it from an address.</summary>
    /// <param name="query">The address's query.</param>
    /// <param name="scope">The ward where the address names none, as opposed to an empty one; null for the whole hospital.</param>
    public static QuestionFilter Of(IQueryCollection query, WardKey? scope)
    {
        return new()
        {
            Patient = Id("patient"),
            Find = Text("find") ?? "",
            Ward = query.ContainsKey("ward") ? WardAddress.Parse(Text("ward")) : scope,
            Clinician = Id("clinician"),
            Other = Id("other"),
            At = TimeField.Local(Text("at")) is { Year: >= 1970 and < 2200 } local ? local : null,
            Hours = int.TryParse(Text("hours"), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is >= 1 and <= MostHours ? hours : Stretches[0],
            Sort = Enum.TryParse<WorkloadSort>(Text("sort"), ignoreCase: true, out var sort) && Enum.IsDefined(sort) ? sort : WorkloadSort.Patients,
            Reversed = Text("reversed") is not null,
        };

        string? Text(string name) => query[name].ToString().Trim() is { Length: > 0 and <= 200 } text ? ComposedText.Of(text) : null;

        ObjectId? Id(string name) => ObjectId.TryParse(Text(name), out var id) ? id : null;
    }

    /// <summary><see cref="At"/> as a field for day and time has it.</summary>
    public string? AtField => TimeField.Of(At);

    /// <summary>The moment that is asked about.</summary>
    public DateTimeOffset Time(TimeProvider clock) => At is { } local ? clock.LocalTimeZone.FirstAt(local) : clock.GetUtcNow();

    /// <summary>As the query of an address.</summary>
    public string ToQuery() => QueryHelpers.AddQueryString("", new Dictionary<string, string?>
    {
        ["patient"] = Patient?.ToString(),
        ["find"] = Find.Length > 0 ? Find : null,
        ["ward"] = WardAddress.TextOf(Ward),
        ["clinician"] = Clinician?.ToString(),
        ["other"] = Other?.ToString(),
        ["at"] = AtField,
        ["hours"] = Hours != Stretches[0] ? Hours.ToString(CultureInfo.InvariantCulture) : null,
        ["sort"] = Sort != WorkloadSort.Patients ? Sort.ToString().ToLowerInvariant() : null,
        ["reversed"] = Reversed ? "1" : null,
    });
}
