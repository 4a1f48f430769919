using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;

namespace HealthDashboard.Accounts;

internal static class AccountEndpoints
{
    public static void MapSignOut(this IEndpointRouteBuilder app) => app.MapPost("/signout", SignOutAsync).RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();

    // Checked here and not by the middleware, which leaves it to whoever reads the form.
    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, SignIns signIns, ClaimsPrincipal user)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return TypedResults.Problem("The form's antiforgery token is missing or old. Load the page again.", statusCode: StatusCodes.Status400BadRequest);
        await signIns.SignOutAsync(user.Actor(), context);
        return TypedResults.LocalRedirect("/signin");
    }
}
