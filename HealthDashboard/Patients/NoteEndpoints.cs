using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Patients;

/// <summary>A note as a caller sends it.</summary>
/// <param name="Text">1 to 10,000 characters; may have lines.</param>
/// <param name="Corrects">The note that it corrects.</param>
internal sealed record NoteRequest(string Text, ObjectId? Corrects = null) : IRequestBody;

/// <summary>Notes on a patient over HTTP. They are added, and never changed.</summary>
internal static class NoteEndpoints
{
    private const int Most = 1000;

    public static void MapNotes(this IEndpointRouteBuilder patients)
    {
        patients.MapGet("{id}/notes", ListAsync).RequireAuthorization(Policies.Viewer).Describe("getNotes", "A patient's notes and charted observations, the latest first")
            .WithQuery<int>("limit", $"How many at most, 1 to {Most}; else 50.");
        patients.MapPost("{id}/notes", AddAsync).RequireAuthorization(Policies.Clinician).Describe("addNote", "Write a note, or one that corrects another").WithBody<NoteRequest>();
    }

    private static async Task<Results<Ok<IReadOnlyList<PatientNote>>, ValidationProblem, NotFoundProblem>> ListAsync(
        ObjectId id, QueryFields query, IPatientStore store, Audit audit, ClaimsPrincipal user, CancellationToken cancel)
    {
        var limit = query.Whole("limit", 1, Most, fallback: 50);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var notes = await store.NotesAsync(id, limit, cancel);
        if (notes.Count == 0 && await store.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        await audit.WriteAsync(user, "patient.read", id, "notes");
        return TypedResults.Ok(notes);
    }

    private static async Task<Results<Ok<PatientNote>, ValidationProblem, NotFoundProblem>> AddAsync(ObjectId id, JsonBody body, NoteDesk desk, ClaimsPrincipal user) =>
        await desk.AddAsync(id, body.Fields, user) switch
        {
            ({ } note, _) => TypedResults.Ok(note),
            (_, var errors) => Problems.Invalid(errors),
        };
}
