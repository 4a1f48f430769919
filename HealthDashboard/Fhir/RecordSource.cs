using System.Globalization;
using System.Runtime.CompilerServices;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What records are as resources: Patient, Condition, AllergyIntolerance, MedicationStatement, Encounter, CareTeam.</summary>
internal sealed class RecordSource(IPatientStore patients, ICareTeamStore team, IOptions<FhirOptions> options, TimeProvider time)
{
    private const int RecordsAtOnce = 100;
    private const int MostRecords = 1_000_000_000;

    /// <summary>The types that it has.</summary>
    public static readonly IReadOnlyList<string> Types = ["Patient", "Condition", "AllergyIntolerance", "MedicationStatement", "Encounter", "CareTeam"];

    /// <summary>A record by its id; null when there is none.</summary>
    /// <exception cref="FhirException">410: it was deleted.</exception>
    public async Task<Patient?> FindAsync(string id, CancellationToken cancel)
    {
        if (!ObjectId.TryParse(id, out var key))
            return null;
        if (await patients.FindAsync(key, cancel) is { } record)
            return record;
        if ((await patients.DeletedAsync([key], cancel)).Count > 0)
            throw new FhirException(StatusCodes.Status410Gone, R4.OperationOutcome.IssueType.Deleted, $"Patient/{id} was deleted.");
        return null;
    }

    /// <summary>All resources of one type that a record is.</summary>
    public async Task<IReadOnlyList<R4.Resource>> OfAsync(string type, Patient record, CancellationToken cancel)
    {
        var updated = UpdatedAt(record);
        return type switch
        {
            "Patient" => [RecordOut.Patient(record, updated, options.Value)],
            "Condition" => [.. RecordOut.Conditions(record, updated)],
            "AllergyIntolerance" => [.. RecordOut.Allergies(record, updated)],
            "MedicationStatement" => [.. RecordOut.Medications(record, updated)],
            "Encounter" => [.. RecordOut.Encounters(record, updated)],
            _ => [.. RecordOut.CareTeam(record, updated, await team.TeamAsync(record.Id, time.GetUtcNow(), cancel))],
        };
    }

    /// <summary>
    /// The resources of a search, each with the cursor behind it; null ones say that a record was looked at. Without a patient or a name
    /// it goes through all records, a stretch a page.
    /// </summary>
    public async IAsyncEnumerable<(R4.Resource? Resource, string Cursor)> GoAsync(SearchQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (place, sub) = Read(query.Cursor);
        if (await KnownAsync(query, cancel) is { } known)
        {
            List<R4.Resource> all = [];
            foreach (var record in known)
                all.AddRange(await OfAsync(query.Type, record, cancel));
            var sorted = query.Sort is not var (by, descending) ? all
                : [.. descending ? all.OrderByDescending(Key(by), StringComparer.Ordinal) : all.OrderBy(Key(by), StringComparer.Ordinal)];
            for (var i = place; i < sorted.Count; i++)
                yield return (sorted[i], Cursor(i + 1, 0));
            yield break;
        }
        if (query.Sort is var (wanted, downward) && !(wanted.Name is "name" or "family" && !downward && query.Type == "Patient"))
            query.RefuseSort("works here for name or family upward, or where a patient is given");
        while (true)
        {
            var page = await patients.SearchAsync(new PatientQuery(Search: Words(query), PageNumber: (place / RecordsAtOnce) + 1, PageSize: RecordsAtOnce), cancel);
            foreach (var record in page.Items.Skip(place % RecordsAtOnce))
            {
                var resources = await OfAsync(query.Type, record, cancel);
                for (; sub < resources.Count; sub++)
                    yield return (resources[sub], sub + 1 < resources.Count ? Cursor(place, sub + 1) : Cursor(place + 1, 0));
                (place, sub) = (place + 1, 0);
                if (resources.Count == 0)
                    yield return (null, Cursor(place, 0));
            }
            // One that is damaged is counted and left out.
            place = ((place / RecordsAtOnce) + (page.Items.Count < RecordsAtOnce ? 1 : 0)) * RecordsAtOnce;
            if (place >= page.Total && !page.IsLeast)
                yield break;
        }
    }

    // The records that the query names itself; null when it names none.
    private async Task<IReadOnlyList<Patient>?> KnownAsync(SearchQuery query, CancellationToken cancel)
    {
        var ids = query.Patients ?? query.ValuesOf("_id")?.Select(id => id.Length > 2 * ObjectId.Size ? id[..(2 * ObjectId.Size)] : id).ToArray();
        List<Patient> found = [];
        if (ids is not null)
        {
            foreach (var id in ids.Distinct(StringComparer.Ordinal))
            {
                if (ObjectId.TryParse(id, out var key) && await patients.FindAsync(key, cancel) is { } record)
                    found.Add(record);
            }
            return found;
        }
        if (query.Type != "Patient" || query.ValuesOf("identifier") is not { } identifiers)
            return null;
        foreach (var mrn in identifiers.Select(token => token.Split('|')[^1]).Distinct(StringComparer.Ordinal))
        {
            if (await patients.FindByMrnAsync(mrn, cancel) is { } record)
                found.Add(record);
        }
        return found;
    }

    private static string? Words(SearchQuery query) => query.Type != "Patient" ? null
        : new[] { query.ValuesOf("name"), query.ValuesOf("family"), query.ValuesOf("given") }.Where(values => values is [_]).Select(values => values![0]).ToList() is { Count: > 0 } words ? string.Join(' ', words) : null;

    private static Func<R4.Resource, string> Key(SearchParameter by) => resource => by.Values(resource).Select(value => value.SortKey).FirstOrDefault() ?? "";

    // A record of an older program does not say when it was changed.
    private static DateTimeOffset UpdatedAt(Patient record) =>
        record.ChangedAt ?? DateTimeOffset.FromUnixTimeSeconds(long.Parse(record.Id.ToString().AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static string Cursor(int place, int sub) => string.Create(CultureInfo.InvariantCulture, $"{place}:{sub}");

    private static (int Place, int Sub) Read(string? cursor)
    {
        if (cursor is null)
            return (0, 0);
        var parts = cursor.Split(':');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place <= MostRecords && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sub)
            ? (place, sub)
            : throw FhirException.Invalid("_cursor is none that a page before has given.");
    }
}
