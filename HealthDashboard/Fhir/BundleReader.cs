using System.Runtime.InteropServices;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What a bundle holds.</summary>
/// <param name="IsTransaction">Whether it is all or nothing.</param>
/// <param name="IsBatch">Whether its entries say what to do with them; those of a collection do not.</param>
/// <param name="Entries">The entries in order.</param>
internal sealed record BundleContent(bool IsTransaction, bool IsBatch, IReadOnlyList<Entry> Entries)
{
    /// <summary>The keys that resources of earlier parts were given, by <c>Type/id</c> as they are called there; null where this is all there is.</summary>
    public Func<string, ObjectId?>? KnownBefore { get; init; }
}

/// <summary>
/// Reads a bundle entry by entry. Only resources of which something is kept are looked at by the rules of R4; the others are counted by
/// their type alone, so that a bundle that is mostly bills costs little.
/// </summary>
internal static class BundleReader
{
    // Bytes that are no UTF-8, or half of a surrogate pair.
    private const string NotUnicode = "The body has text that is not Unicode.";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = FhirJson.MaxDepth };

    /// <summary>The types of which something is kept.</summary>
    public static readonly IReadOnlySet<string> Kept = new HashSet<string>(StringComparer.Ordinal)
    {
        "Patient", "Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Observation", "Encounter", "Location",
        "Practitioner", "PractitionerRole", "CareTeam", "Device",
    };

    /// <summary>Reads a bundle.</summary>
    /// <exception cref="FhirException">400: no bundle, or of a kind that is not accepted; 413: too many entries.</exception>
    public static BundleContent Read(ReadOnlySpan<byte> json, int maxEntries)
    {
        try
        {
            return ReadBundle(json, maxEntries);
        }
        catch (JsonException error)
        {
            throw FhirException.Invalid($"The body is not acceptable JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}. XML is not accepted, nor JSON nested deeper than {FhirJson.MaxDepth}.");
        }
        catch (InvalidOperationException)
        {
            throw FhirException.Invalid(NotUnicode);
        }
    }

    /// <summary>Reads one resource as the only entry.</summary>
    /// <param name="json">The resource.</param>
    /// <param name="type">The type that it must have; null for any.</param>
    /// <param name="isWanted">Of which types more than the name is wanted; null for all.</param>
    /// <exception cref="FhirException">400: it is no such resource.</exception>
    public static Entry ReadOne(ReadOnlySpan<byte> json, string? type, Predicate<string>? isWanted = null)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = FhirJson.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            // Finds what follows the resource.
            reader.Read();
            var entry = new Entry(0, null);
            TakeResource(entry, document.RootElement, isWanted);
            if (type is not null && entry.Type != type)
                throw FhirException.Invalid($"The body is a {Excerpt.Of(entry.Type)}; this address takes a {type}.");
            return entry;
        }
        catch (JsonException error)
        {
            throw FhirException.Invalid($"The body is not acceptable JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            throw FhirException.Invalid(NotUnicode);
        }
    }

    private static BundleContent ReadBundle(ReadOnlySpan<byte> json, int maxEntries)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = FhirJson.MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw FhirException.Invalid("The body must be a Bundle.");
        var entries = new List<Entry>();
        string? type = null, resourceType = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("entry"u8))
            {
                if (entries.Count > 0)
                    throw FhirException.Invalid("The Bundle has 'entry' twice.");
                ReadEntries(ref reader, entries, maxEntries);
                continue;
            }
            var (isType, isKind) = (reader.ValueTextEquals("resourceType"u8), reader.ValueTextEquals("type"u8));
            reader.Read();
            if (isType)
                resourceType = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            else if (isKind)
                type = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }
        // Finds what follows the object.
        reader.Read();
        if (resourceType != "Bundle")
            throw FhirException.Invalid($"The body is a '{Excerpt.Of(resourceType)}'; this address takes a Bundle, and /fhir/TYPE one resource.");
        if (type is not ("transaction" or "batch" or "collection"))
            throw FhirException.Invalid($"The Bundle's type is '{Excerpt.Of(type)}'; allowed are transaction, batch and collection.");
        return new(type == "transaction", type != "collection", entries);
    }

    private static void ReadEntries(ref Utf8JsonReader reader, List<Entry> entries, int maxEntries)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw FhirException.Invalid("Bundle.entry must be an array.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (entries.Count == maxEntries)
                throw new FhirException(StatusCodes.Status413PayloadTooLarge, R4.OperationOutcome.IssueType.TooLong, $"The Bundle has more than {maxEntries} entries: send several.");
            using var document = JsonDocument.ParseValue(ref reader);
            entries.Add(ReadEntry(document.RootElement, entries.Count));
        }
    }

    private static Entry ReadEntry(JsonElement json, int index)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return new Entry(index, null).Refuse(StatusCodes.Status400BadRequest, "An entry must be an object.");
        var entry = new Entry(index, TextOf(json, "fullUrl"));
        if (json.TryGetProperty("request", out var request) && request.ValueKind == JsonValueKind.Object)
        {
            (entry.Method, entry.Url) = (TextOf(request, "method") ?? "", TextOf(request, "url") ?? "");
            (entry.IfNoneExist, entry.IfMatch) = (TextOf(request, "ifNoneExist"), TextOf(request, "ifMatch"));
        }
        if (json.TryGetProperty("resource", out var resource))
            TakeResource(entry, resource, isWanted: null);
        else
            entry.Type = NameOf(entry.Url.Split('/', '?')[0]);
        return entry;
    }

    private static void TakeResource(Entry entry, JsonElement resource, Predicate<string>? isWanted)
    {
        if (resource.ValueKind != JsonValueKind.Object || TextOf(resource, "resourceType") is not { } type)
        {
            entry.Refuse(StatusCodes.Status400BadRequest, "The entry's resource has no resourceType.");
            return;
        }
        entry.Type = NameOf(type);
        entry.Id = TextOf(resource, "id");
        if (!Kept.Contains(type) || isWanted?.Invoke(type) == false)
            return;
        try
        {
            var raw = JsonMarshal.GetRawUtf8Value(resource).ToArray();
            using (JsonDocument.Parse(raw, Strict))
                entry.Resource = FhirJson.Parse(raw);
        }
        catch (JsonException)
        {
            entry.Refuse(StatusCodes.Status400BadRequest, $"The {type} has a field twice.");
        }
        catch (FormatException error)
        {
            entry.Refuse(StatusCodes.Status400BadRequest, $"The {type} is not valid: {error.Message}");
        }
    }

    // A name is counted, remembered and put into a header; empty stays empty.
    private static string NameOf(string type) => type.Length <= 40 && type.All(char.IsAsciiLetterOrDigit) ? type : "unknown";

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
