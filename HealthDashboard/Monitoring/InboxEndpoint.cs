using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Monitoring;

/// <summary>One alert of an inbox, as a screen shows and announces it.</summary>
/// <param name="Id">The alert's key.</param>
/// <param name="PatientId">The patient's; null for a whole ward's.</param>
/// <param name="Place">The bed and ward in words.</param>
/// <param name="Text">What the alert says.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Step">The step at which it is the caller's, 1 for the first.</param>
/// <param name="RaisedAt">Since when.</param>
/// <param name="RespondedBy">The account that said to be on the way; null while none has.</param>
internal sealed record InboxEntry(ObjectId Id, ObjectId? PatientId, string Place, string Text, AlertPriority Priority, int Step, DateTimeOffset RaisedAt, string? RespondedBy);

/// <summary>What waits for the caller.</summary>
internal sealed record InboxAnswer(IReadOnlyList<InboxEntry> Items);

internal static class InboxEndpoint
{
    public static void MapInbox(this IEndpointRouteBuilder app) => app.MapGet("/api/inbox", GetAsync).WithTags("Alerts")
        .RequireAuthorization(Policies.Clinician).Describe("getInbox", "Alerts that were escalated to the caller and that nobody has acknowledged")
        .WithMetadata(new RecordRouteAttribute("look.inbox") { Always = true });

    private static async Task<Ok<InboxAnswer>> GetAsync(Inbox inbox, ClaimsPrincipal user, CancellationToken cancel) => TypedResults.Ok(new InboxAnswer(
    [
        .. (await inbox.OfAsync(user.Actor(), cancel)).Select(item => new InboxEntry(
            item.Alert.Id,
            item.Alert.Group is null ? item.Alert.PatientId : null,
            PlaceOf(item),
            item.Alert.Text.TrimStart('*', ' '),
            item.Alert.Priority,
            item.Step,
            item.Alert.RaisedAt,
            item.Alert.RespondedBy)),
    ]));

    /// <summary>Where it is: the bed and ward of a patient, or the ward alone.</summary>
    public static string PlaceOf(InboxItem item) => item switch
    {
        { Alert.Group: { } ward } => ward,
        { Patient: { Bed: { } bed } patient } => $"bed {bed}, {patient.Ward}",
        { Patient: { } patient } => patient.Ward,
        _ => "unknown",
    };
}
