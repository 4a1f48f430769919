using System.Reflection;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary><c>/fhir/metadata</c>: what this server can do. It is open, for it says nothing of anybody.</summary>
internal static class Capability
{
    private static readonly string[] NotServed = ["MedicationRequest", "PractitionerRole"];

    // Of the day on which it last changed.
    private const string Changed = "2026-11-28";

    public static Task GetAsync(HttpContext context)
    {
        ReadEndpoints.CheckFormat(context.Request);
        return FhirJson.AnswerAsync(context, Statement(ReadEndpoints.BaseOf(context.Request)));
    }

    /// <summary>The statement.</summary>
    /// <param name="address">Where the server is reached.</param>
    public static R4.CapabilityStatement Statement(string address) => new()
    {
        Status = R4.PublicationStatus.Active,
        Date = Changed,
        Kind = R4.CapabilityStatementKind.Instance,
        FhirVersion = R4.FHIRVersion.N4_0_1,
        Format = [FhirJson.MediaType, "json"],
        Software = new() { Name = "HealthDashboard", Version = typeof(Capability).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] },
        Implementation = new() { Description = "Vital signs, records and alerts of a hospital", Url = address },
        Rest =
        [
            new()
            {
                Mode = R4.CapabilityStatement.RestfulCapabilityMode.Server,
                Security = new() { Description = "A key as X-Api-Key or Authorization: Bearer, or the cookie of a person who signed in." },
                Resource = [.. SearchTable.Served.Concat(NotServed).Select(Resource)],
                Operation = [new() { Name = "export", Definition = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export" }],
                Interaction =
                [
                    new() { Code = R4.CapabilityStatement.SystemRestfulInteraction.Transaction },
                    new() { Code = R4.CapabilityStatement.SystemRestfulInteraction.Batch },
                ],
            },
        ],
    };

    private static R4.CapabilityStatement.ResourceComponent Resource(string type)
    {
        var resource = new R4.CapabilityStatement.ResourceComponent { TypeElement = new R4.Code(type), Versioning = R4.CapabilityStatement.ResourceVersionPolicy.Versioned };
        if (!NotServed.Contains(type))
        {
            resource.Interaction.Add(new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.Read });
            resource.Interaction.Add(new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.SearchType });
            resource.SearchParam = [.. SearchTable.Of(type)!.Select(parameter => new R4.CapabilityStatement.SearchParamComponent { Name = parameter.Name, Type = parameter.Kind })];
        }
        if (BundleReader.Kept.Contains(type))
            resource.Interaction.Add(new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.Create });
        if (type == "Patient")
        {
            resource.Interaction.Add(new() { Code = R4.CapabilityStatement.TypeRestfulInteraction.Update });
            resource.Versioning = R4.CapabilityStatement.ResourceVersionPolicy.VersionedUpdate;
            resource.ConditionalCreate = true;
            resource.Operation.Add(new() { Name = "everything", Definition = "http://hl7.org/fhir/OperationDefinition/Patient-everything" });
        }
        if (type == "Observation")
            resource.Operation.Add(new() { Name = "lastn", Definition = "http://hl7.org/fhir/OperationDefinition/Observation-lastn" });
        return resource;
    }
}
