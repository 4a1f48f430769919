using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>A page of what a search found.</summary>
/// <param name="Items">The resources.</param>
/// <param name="Next">The cursor of the next page; null when there is none.</param>
internal sealed record FoundPage(IReadOnlyList<R4.Resource> Items, string? Next);

/// <summary>Reads and searches resources of every type. Each patient looked at is in the audit before the answer; of whom somebody may not see nothing is given.</summary>
internal sealed class FhirReads(RecordSource records, ObservationSource observations, OtherSources others, Audit audit, PatientAccess access)
{
    // So much is looked at for one page; what was found by then is the page.
    private const int MostLookedAt = 2_000;

    /// <summary>One resource.</summary>
    /// <exception cref="FhirException">403 for who may not see it, 404, or 410 for what was deleted.</exception>
    public async Task<R4.Resource> FindAsync(string type, string id, ClaimsPrincipal user, CancellationToken cancel)
    {
        var found = await FindAsync(type, id, cancel) ?? throw FhirException.NotFound(type, id);
        return (await ShowAsync(user, [found], "read", isNamed: true)).FirstOrDefault() ?? throw NotTheirs();
    }

    /// <summary>A page of a search.</summary>
    /// <exception cref="FhirException">400: it would have to look at too much.</exception>
    public async Task<FoundPage> SearchAsync(SearchQuery query, ClaimsPrincipal user, CancellationToken cancel)
    {
        // Whom it names and somebody may not see is refused, and answered as if nothing were there.
        var isNamed = query.ValuesOf("_id") is not null || query.ValuesOf("identifier") is not null;
        if (query.Patients is { } named && !await MaySeeAnyAsync(user, named))
            return new([], null);
        List<R4.Resource> items = [];
        var (looked, last, next) = (0, query.Cursor, default(string));
        await foreach (var (resource, cursor) in GoAsync(query, cancel))
        {
            if (items.Count == query.Count || looked == MostLookedAt)
            {
                next = last;
                break;
            }
            looked++;
            last = cursor;
            if (resource is not null && query.Matches(resource))
                items.Add(resource);
        }
        return new(await ShowAsync(user, items, "search", isNamed), next);
    }

    /// <summary>A page of everything of one patient: the record, then the alerts and the Observations back in time.</summary>
    public async Task<FoundPage> EverythingAsync(Patient record, IReadOnlySet<string>? types, TimeSpanOf span, int count, string? cursor, ClaimsPrincipal user, CancellationToken cancel)
    {
        await RequireTheirsAsync(user, record.Id);
        List<R4.Resource> items = [];
        var (last, next) = (cursor, default(string));
        await foreach (var (resource, behind) in AllOfAsync(record, types, span, cursor, cancel))
        {
            if (items.Count == count)
            {
                next = last;
                break;
            }
            last = behind;
            items.Add(resource);
        }
        return new(await ShowAsync(user, items, "everything", isNamed: true), next);
    }

    // A cursor is the letter of the part, then the part's own.
    private async IAsyncEnumerable<(R4.Resource Resource, string Cursor)> AllOfAsync(
        Patient record, IReadOnlySet<string>? types, TimeSpanOf span, string? cursor, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (part, within) = cursor is { Length: > 1 } ? (cursor[0], cursor[1..]) : ('r', null);
        if (cursor is { Length: 1 } || part is not ('r' or 'f' or 'o'))
            throw NoCursor();
        if (part == 'r')
        {
            var place = within is null ? 0 : int.TryParse(within, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : throw NoCursor();
            foreach (var (i, resource) in (await AroundAsync(record, types, cancel)).Index().Skip(place))
                yield return (resource, string.Create(CultureInfo.InvariantCulture, $"r{i + 1}"));
        }
        if (part is 'r' or 'f' && types?.Contains("Flag") != false)
        {
            await foreach (var (flag, behind) in others.FlagsOfAsync(record.Id, part == 'f' ? within : null, cancel))
                yield return (flag, "f" + behind);
        }
        if (types?.Contains("Observation") != false)
        {
            await foreach (var (observation, behind) in observations.GoAsync(record.Id, static _ => true, span, newestFirst: true, part == 'o' ? within : null, cancel))
                yield return (observation, "o" + behind);
        }
    }

    /// <summary>The newest Observations of each code.</summary>
    public async Task<IReadOnlyList<R4.Resource>> LastAsync(ObjectId patientId, SearchQuery query, int most, ClaimsPrincipal user, CancellationToken cancel)
    {
        await RequireTheirsAsync(user, patientId);
        List<R4.Resource> items = [];
        string[] names = [.. VitalSigns.All.Where(info => !ObservationIds.IsPressure(info.Sign)).Select(info => info.Name), Ids.Pressure, Ids.Score];
        foreach (var name in names.Where(Wanted(query)))
        {
            var (taken, looked) = (0, 0);
            await foreach (var (observation, _) in observations.GoAsync(patientId, one => one == name, query.SpanOf("date"), newestFirst: true, null, cancel))
            {
                if (query.Matches(observation))
                {
                    items.Add(observation);
                    taken++;
                }
                if (taken == most || ++looked == MostLookedAt)
                    break;
            }
        }
        return await ShowAsync(user, items, "lastn", isNamed: true);
    }

    private async Task<R4.Resource?> FindAsync(string type, string id, CancellationToken cancel)
    {
        if (RecordSource.Types.Contains(type))
        {
            var record = Ids.PatientOf(id) is { } patient ? await records.FindAsync(patient.ToString(), cancel) : null;
            return record is null ? null : (await records.OfAsync(type, record, cancel)).FirstOrDefault(resource => resource.Id == id);
        }
        return type switch
        {
            "Observation" => ObservationIds.Parse(id) is { } observation && await records.FindAsync(observation.Patient.ToString(), cancel) is not null ? await observations.FindAsync(observation, cancel) : null,
            "Flag" => await others.FindFlagAsync(id, cancel),
            _ => (await others.AllAsync(type, cancel)).FirstOrDefault(resource => resource.Id == id),
        };
    }

    private IAsyncEnumerable<(R4.Resource? Resource, string Cursor)> GoAsync(SearchQuery query, CancellationToken cancel)
    {
        if (RecordSource.Types.Contains(query.Type))
            return records.GoAsync(query, cancel);
        if (query.Type == "Observation")
            return ObservationsAsync(query, cancel);
        if (query.Type == "Flag")
        {
            query.RefuseSort("is not known for Flag: the one changed last comes first");
            return others.FlagsAsync(query, cancel);
        }
        return ListAsync(query, cancel);
    }

    private async IAsyncEnumerable<(R4.Resource? Resource, string Cursor)> ObservationsAsync(SearchQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (query.ValuesOf("_id") is [var id])
        {
            if (await FindAsync("Observation", id, cancel) is { } found)
                yield return (found, "0:0");
            yield break;
        }
        if (query.Patients is not [var patient])
            throw new FhirException(StatusCodes.Status400BadRequest, R4.OperationOutcome.IssueType.TooCostly, "Observations are looked for of one patient: give patient or subject.");
        if (await records.FindAsync(patient, cancel) is not { } record)
            yield break;
        if (query.Sort is { By.Name: not "date" })
            query.RefuseSort("works for Observation by date alone");
        await foreach (var (observation, cursor) in observations.GoAsync(record.Id, Wanted(query), query.SpanOf("date"), query.Sort?.Descending ?? true, query.Cursor, cancel))
            yield return (observation, cursor);
    }

    private async IAsyncEnumerable<(R4.Resource? Resource, string Cursor)> ListAsync(SearchQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        query.RefuseSort($"is not known for {query.Type}: it comes by id");
        foreach (var resource in await others.AllAsync(query.Type, cancel))
        {
            if (query.Cursor is null || string.CompareOrdinal(resource.Id, query.Cursor) > 0)
                yield return (resource, resource.Id!);
        }
    }

    // Which names of signs the codes and categories leave, so that others are not read at all.
    private static Func<string, bool> Wanted(SearchQuery query)
    {
        var names = query.ValuesOf("code")?.Select(code => ObservationSource.NameOf(code.Split('|')[^1])).ToHashSet();
        var categories = query.ValuesOf("category")?.Select(category => category.Split('|')[^1]).ToList();
        return name => (names is null || names.Contains(name)) && (categories is null || categories.Contains(name == Ids.Score ? "survey" : "vital-signs"));
    }

    private async Task<IReadOnlyList<R4.Resource>> AroundAsync(Patient record, IReadOnlySet<string>? types, CancellationToken cancel)
    {
        List<R4.Resource> all = [];
        foreach (var type in RecordSource.Types.Where(type => types?.Contains(type) != false))
            all.AddRange(await records.OfAsync(type, record, cancel));
        var mentioned = all.OfType<R4.CareTeam>().SelectMany(team => team.Participant).Select(part => References.IdOf(part.Member, "Practitioner")).ToHashSet();
        if (types?.Contains("Practitioner") != false && mentioned.Count > 0)
            all.AddRange((await others.AllAsync("Practitioner", cancel)).Where(practitioner => mentioned.Contains(practitioner.Id)));
        var place = all.OfType<R4.Encounter>().SelectMany(encounter => encounter.Location).Select(there => References.IdOf(there.Location, "Location")).ToHashSet();
        if (types?.Contains("Location") != false && place.Count > 0)
            all.AddRange((await others.AllAsync("Location", cancel)).Where(location => place.Contains(location.Id)));
        return all;
    }

    // What somebody may see of it, written down before it is given; and of patients whom they named and may not see, the refusal. A page has at most 500, so
    // that all looks of one share a write.
    private async Task<IReadOnlyList<R4.Resource>> ShowAsync(ClaimsPrincipal user, IReadOnlyList<R4.Resource> found, string how, bool isNamed)
    {
        HashSet<R4.Resource> shown = new(ReferenceEqualityComparer.Instance);
        List<Task> looks = [];
        foreach (var group in found.GroupBy(PatientOf))
        {
            if (group.Key is not { } patient)
                shown.UnionWith(group);
            else if (isNamed ? await MaySeeAsync(user, patient) : await access.MaySeeAsync(user, patient, CancellationToken.None))
            {
                shown.UnionWith(group);
                looks.Add(audit.LookAsync(user, "look.fhir", patient, $"{how}: {string.Join(", ", group.CountBy(resource => resource.TypeName).Select(count => $"{count.Value} {count.Key}"))}"));
            }
        }
        await Task.WhenAll(looks);
        return [.. found.Where(shown.Contains)];
    }

    private async Task RequireTheirsAsync(ClaimsPrincipal user, ObjectId patient)
    {
        if (!await MaySeeAsync(user, patient))
            throw NotTheirs();
    }

    private async Task<bool> MaySeeAnyAsync(ClaimsPrincipal user, IEnumerable<string> ids)
    {
        var any = false;
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
            any |= !ObjectId.TryParse(id, out var patient) || await MaySeeAsync(user, patient);
        return any;
    }

    // Whether somebody may see a patient whom they named; a refusal is written to the audit.
    private async Task<bool> MaySeeAsync(ClaimsPrincipal user, ObjectId patient)
    {
        var may = await access.MaySeeAsync(user, patient, CancellationToken.None);
        if (!may)
            await audit.WriteAsync(user, "look.refused", patient);
        return may;
    }

    private FhirException NotTheirs() => new(
        StatusCodes.Status403Forbidden,
        R4.OperationOutcome.IssueType.Forbidden,
        $"This patient is neither in your care nor in a ward of yours.{(access.BreakGlassIsOn ? " In an emergency, POST /api/patients/ID/break-glass with a reason opens the record." : "")}");

    private static FhirException NoCursor() => FhirException.Invalid("_cursor is none that a page before has given.");

    private static ObjectId? PatientOf(R4.Resource resource) => resource switch
    {
        R4.Flag flag => ObjectId.TryParse(References.IdOf(flag.Subject, "Patient"), out var subject) ? subject : null,
        R4.Device device => ObjectId.TryParse(References.IdOf(device.Patient, "Patient"), out var patient) ? patient : null,
        R4.Location or R4.Practitioner => null,
        _ => Ids.PatientOf(resource.Id ?? ""),
    };
}
