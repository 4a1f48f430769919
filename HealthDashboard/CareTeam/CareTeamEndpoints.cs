using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.CareTeam;

/// <summary>One clinician's part in a patient's care.</summary>
/// <param name="Clinician">The clinician.</param>
/// <param name="Role">The part.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends, exclusive; null while open.</param>
internal sealed record TeamMember(Clinician Clinician, CareRole Role, DateTimeOffset From, DateTimeOffset? To);

/// <summary>Who cares for a patient, over HTTP.</summary>
internal static class CareTeamEndpoints
{
    public static void MapTeams(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/clinicians/workload", WorkloadAsync).RequireAuthorization(Policies.Viewer).WithTags("Care team")
            .Describe("getWorkload", "How many patients each clinician has").WithQuery<DateTimeOffset>("at", "When; else now.");
        app.MapGet("/api/clinicians/{id}/shared-patients/{other}", SharedPatientsAsync).RequireAuthorization(Policies.Viewer).WithTags("Care team")
            .Describe("getSharedPatients", "The patients whom two clinicians both care for").WithQuery<DateTimeOffset>("at", "When; else now.")
            .WithMetadata(new RecordRouteAttribute("look.sharedPatients"));
        app.MapGet(
            "/api/clinicians/{id}/referral-path/{to}",
            (ObjectId id, ObjectId to, ICareTeamStore store, CancellationToken cancel) => store.ReferralPathAsync(id, to, cancel))
            .RequireAuthorization(Policies.Viewer).WithTags("Care team").Describe("getReferralPath", "The shortest way of referrals from one clinician to another");
        app.MapGet("/api/patients/{id}/contacts", ContactsAsync).RequireAuthorization(Policies.Clinician).WithTags("Care team")
            .Describe("getContacts", "Who shared a nurse or a room with a patient, for infection control").WithQuery<DateTimeOffset>("since", "From when on; else since a day ago.");
        var team = app.MapGroup("/api/patients/{id}/care-team").WithTags("Care team");
        team.MapGet("", TeamAsync).RequireAuthorization(Policies.Viewer).Describe("getCareTeam", "Who cares for a patient").WithQuery<DateTimeOffset>("at", "When; else now.");
        team.MapPost("", AssignAsync).RequireAuthorization(Policies.Clinician).Describe("assignClinician", "Assign a clinician to a patient. Idempotent.").WithBody<AssignRequest>();
        team.MapDelete("", UnassignAsync).RequireAuthorization(Policies.Clinician).Describe("unassignClinician", "End a clinician's assignment to a patient")
            .WithQuery<ObjectId>("clinicianId", "Whose assignment.", isRequired: true)
            .WithQuery<CareRole>("role", "Which one.", isRequired: true);
    }

    private static async Task<Results<Ok<IEnumerable<TeamMember>>, ValidationProblem, NotFoundProblem>> TeamAsync(
        ObjectId id, QueryFields query, PatientDirectory directory, ICareTeamStore store, TimeProvider time, CancellationToken cancel)
    {
        var at = query.Time("at", time.GetUtcNow());
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (await directory.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        return TypedResults.Ok((await store.TeamAsync(id, at, cancel)).Select(MemberOf));
    }

    private static async Task<Results<Ok<IReadOnlyList<Workload>>, ValidationProblem>> WorkloadAsync(QueryFields query, ICareTeamStore store, TimeProvider time, CancellationToken cancel)
    {
        var at = query.Time("at", time.GetUtcNow());
        return query.Errors is { Count: > 0 } errors ? Problems.Invalid(errors) : TypedResults.Ok(await store.WorkloadAsync(at, cancel));
    }

    private static async Task<Results<Ok<IReadOnlyList<ObjectId>>, ValidationProblem>> SharedPatientsAsync(
        ObjectId id, ObjectId other, QueryFields query, ICareTeamStore store, TimeProvider time, CancellationToken cancel)
    {
        var at = query.Time("at", time.GetUtcNow());
        return query.Errors is { Count: > 0 } errors ? Problems.Invalid(errors) : TypedResults.Ok(await store.SharedPatientsAsync(id, other, at, cancel));
    }

    private static async Task<Results<Ok<IEnumerable<Contact>>, ValidationProblem, NotFoundProblem>> ContactsAsync(
        ObjectId id, QueryFields query, PatientDirectory directory, ICareTeamStore store, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var since = query.Time("since", now.AddDays(-1));
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (await directory.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        var contacts = await store.ContactsAsync(id, since, cancel);
        // The roster is known ahead, and a contact to come is none.
        return TypedResults.Ok(contacts.Where(contact => contact.From <= now));
    }

    private static async Task<Results<Created<TeamMember>, ValidationProblem, NotFoundProblem>> AssignAsync(
        ObjectId id, JsonBody body, CareTeamDesk desk, ClaimsPrincipal user, CancellationToken cancel)
    {
        var fields = body.Fields;
        if (await desk.AssignAsync(user, id, fields, cancel) is { } assignment)
            return TypedResults.Created($"/api/patients/{id}/care-team", MemberOf(assignment));
        return fields.Errors is { Count: > 0 } errors ? Problems.Invalid(errors) : Problems.NotFound("patient");
    }

    private static async Task<Results<NoContent, ValidationProblem, NotFoundProblem>> UnassignAsync(
        ObjectId id, QueryFields query, CareTeamDesk desk, ClaimsPrincipal user, CancellationToken cancel)
    {
        var clinicianId = query.Id("clinicianId");
        var role = query.Choice<CareRole>("role");
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return await desk.EndAsync(user, id, clinicianId, role, cancel) ? TypedResults.NoContent() : Problems.NotFound("open assignment");
    }

    private static TeamMember MemberOf(CareAssignment assignment) => new(assignment.Clinician, assignment.Role, assignment.From, assignment.To);
}
