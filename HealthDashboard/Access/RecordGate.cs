using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.Access;

/// <summary>
/// What every request for a record passes, whichever way it comes. Whoever may not see the patient is refused. A look is written down before anything is shown, and refused where that
/// cannot be done; a change is refused while the audit is unavailable, and written down here unless what does it has done so with more words.
/// </summary>
internal sealed class RecordGate(RequestDelegate next, Audit audit, PatientAccess access)
{
    /// <summary>Set on a request whose page could not be shown, for the page that is shown in its place.</summary>
    public static readonly object NotRecorded = new();

    public async Task InvokeAsync(HttpContext context)
    {
        var caller = Caller.Current = new Caller(context.Connection.RemoteIpAddress?.ToString());
        if (context.GetEndpoint() is not { } endpoint || context.User.Identity is not { IsAuthenticated: true })
        {
            await next(context);
            return;
        }
        var isLook = RecordRouteAttribute.IsLook(context, endpoint);
        if (RecordRouteAttribute.Of(endpoint, !isLook) is not { } route)
        {
            await next(context);
            return;
        }
        var patient = PatientOf(context, route);
        if (patient is { } asked && !route.Always && !route.IsOutside && !await access.MaySeeAsync(context.User, asked, context.RequestAborted))
        {
            await DenyAsync(context, asked);
            return;
        }
        try
        {
            if (isLook)
                await LookAsync(context, route, patient);
            else if (!route.Always)
                await audit.EnsureAsync();
        }
        catch (AuditUnavailableException error)
        {
            await RefuseAsync(context, error);
            return;
        }
        caller.Audited = isLook;
        if (!isLook)
            context.Response.OnStarting(() => WriteChangeAsync(context, caller, route, patient));
        await next(context);
    }

    private async Task LookAsync(HttpContext context, RecordRouteAttribute route, ObjectId? patient)
    {
        try
        {
            await audit.LookAsync(context.User, route.Action!, patient);
        }
        catch (AuditUnavailableException) when (route.Always)
        {
            await audit.WriteAsync(context.User, route.Action!, patient);
        }
    }

    private Task WriteChangeAsync(HttpContext context, Caller caller, RecordRouteAttribute route, ObjectId? patient) =>
        caller.Audited || context.Response.StatusCode >= StatusCodes.Status400BadRequest
            ? Task.CompletedTask
            : audit.WriteAsync(context.User, route.Action!, patient, patient is null ? context.Request.RouteValues.GetValueOrDefault("id") as string : null);

    private static ObjectId? PatientOf(HttpContext context, RecordRouteAttribute route) =>
        route.Patient is { } name && ObjectId.TryParse(context.Request.RouteValues.GetValueOrDefault(name) as string ?? context.Request.Query[name], out var id) ? id : null;

    private async Task DenyAsync(HttpContext context, ObjectId patient)
    {
        await audit.WriteAsync(context.User, "look.refused", patient);
        if (!Problems.IsForPrograms(context.Request.Path))
        {
            var back = Uri.EscapeDataString($"{context.Request.Path}{context.Request.QueryString}");
            context.Response.Redirect(access.BreakGlassIsOn ? $"/patients/{patient}/break-glass?returnUrl={back}" : "/denied");
            return;
        }
        await TypedResults.Problem(
            access.BreakGlassIsOn
                ? $"This patient is neither in your care nor in a ward of yours. In an emergency, POST /api/patients/{patient}/break-glass with {{\"reason\":\"...\"}} opens the record for {(int)GlassBook.Lasts.TotalMinutes} minutes; the team is notified."
                : "This patient is neither in your care nor in a ward of yours.",
            title: "The record is not yours to open.",
            statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
    }

    // A page is answered by the page for whatever cannot be shown (Hosting), a program by a problem.
    private static async Task RefuseAsync(HttpContext context, AuditUnavailableException error)
    {
        // What only an operator can mend is named, as it is wherever a store refuses something.
        var reason = error.InnerException is StoreRefusedException refused ? $"{refused.Message} " : "";
        context.Response.Headers.RetryAfter = "5";
        context.Items[NotRecorded] = true;
        if (Problems.IsForPrograms(context.Request.Path))
            await TypedResults.Problem(
                $"{reason}The audit is unavailable, so it cannot be recorded who looks. Nothing of a record is shown or changed until it is back.",
                statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
        else
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }
}
