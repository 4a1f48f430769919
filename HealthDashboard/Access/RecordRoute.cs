using HealthDashboard.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace HealthDashboard.Access;

/// <summary>
/// How an endpoint, page or hub is written down in the audit, and whose record it shows. An address below <c>/patients/{id}</c> needs none:
/// it shows that patient's record, whatever else is said.
/// </summary>
/// <param name="action">What is written down, for example <c>look.patients</c>; null for the name of the endpoint.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RecordRouteAttribute(string? action = null) : Attribute
{
    private static readonly HashSet<string> Unaudited = [Policies.Ingest, Policies.Import, Policies.Metrics];

    public string? Action => action;

    /// <summary>The value of the route or of the query that has the patient's id; null when no single patient is meant.</summary>
    public string? Patient { get; init; }

    /// <summary>Goes on when the audit is unavailable, and is written down once it is back: an alarm is never hidden, nor its acknowledgement refused.</summary>
    public bool Always { get; init; }

    /// <summary>Below a patient's address, but nothing of the record is shown: for somebody who may not open it yet.</summary>
    public bool IsOutside { get; init; }

    /// <summary>What an endpoint says of itself or its address says of it; null when it neither shows nor changes anything that the audit has.</summary>
    public static RecordRouteAttribute? Of(Endpoint endpoint, bool isChange)
    {
        var stated = endpoint.Metadata.GetMetadata<RecordRouteAttribute>();
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => data.Policy is { } policy && Unaudited.Contains(policy)))
            return null;
        var name = endpoint.Metadata.GetMetadata<EndpointNameMetadata>()?.EndpointName;
        if (PatientIn(endpoint) is { } patient)
            return new(stated?.Action ?? Named(name, isChange)) { Patient = patient, Always = stated?.Always ?? false, IsOutside = stated?.IsOutside ?? false };
        return stated is { Action: null } ? new(Named(name, isChange)) { Patient = stated.Patient, Always = stated.Always }
            : stated ?? (isChange && name is not null ? new(Named(name, isChange)) : null);
    }

    /// <summary>The value of the route that has a patient's id, as every address below <c>/patients/{id}</c> has; null when it is another address.</summary>
    public static string? PatientIn(Endpoint endpoint)
    {
        var parts = (endpoint as RouteEndpoint)?.RoutePattern.PathSegments;
        for (var i = 0; i + 1 < parts?.Count; i++)
        {
            if (parts[i].Parts is [Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart { Content: "patients" }]
                && parts[i + 1].Parts is [Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: var name }]
                && i <= 1)
                return name;
        }
        return null;
    }

    /// <summary>Whether the request looks rather than changes: by its method, and every call that a hub begins with.</summary>
    public static bool IsLook(HttpContext context, Endpoint endpoint) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || endpoint.Metadata.GetMetadata<HubMetadata>() is not null;

    // "getVitals" is the look "look.vitals"; a page has no name.
    private static string Named(string? name, bool isChange) =>
        isChange ? $"call.{name ?? "page"}"
        : name is null ? "look.patient"
        : $"look.{(name.StartsWith("get", StringComparison.Ordinal) && name.Length > 3 ? char.ToLowerInvariant(name[3]) + name[4..] : name)}";
}
