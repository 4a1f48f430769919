using System.Text.Json;
using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;

namespace HealthDashboard.Tests.Servers.Fhir;

/// <summary>Whether a resource is valid R4, by Firely's validator and HL7's own definitions: neither is ours.</summary>
internal static class Validity
{
    private static readonly Lazy<Validator> Judge = new(() =>
    {
        var definitions = new CachedResolver(new SnapshotSource(ZipSource.CreateValidationSource()));
        return new Validator(definitions, new LocalTerminologyService(definitions));
    });

    private static readonly FhirJsonDeserializer Reader = new();
    private static readonly Lock Gate = new();

    /// <summary>What is wrong with a resource as it was sent; empty when nothing is.</summary>
    public static IReadOnlyList<string> Errors(JsonElement json)
    {
        var resource = Reader.DeserializeResource(json.GetRawText());
        // The validator caches what it has looked up, and is not made for several at once.
        lock (Gate)
        {
            return [.. Judge.Value.Validate(resource).Issue
                .Where(issue => issue.Severity is OperationOutcome.IssueSeverity.Error or OperationOutcome.IssueSeverity.Fatal)
                .Select(issue => $"{resource.TypeName}: {string.Join(' ', issue.Expression)}: {issue.Details?.Text ?? issue.Diagnostics}")];
        }
    }

    /// <summary>Asserts that a resource is valid.</summary>
    public static void Assert(JsonElement json)
    {
        var errors = Errors(json);
        Xunit.Assert.True(errors.Count == 0, string.Join('\n', errors) + "\n" + json);
    }
}
