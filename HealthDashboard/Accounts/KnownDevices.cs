using System.Security.Cryptography;
using HealthDashboard.Data.Model;
using Microsoft.AspNetCore.DataProtection;

namespace HealthDashboard.Accounts;

/// <summary>
/// Remembers in a browser who has signed in there before, so that guesses from elsewhere do not keep them out (OWASP, "device cookies").
/// It lets nobody in.
/// </summary>
internal sealed class KnownDevices(IDataProtectionProvider protection, TimeProvider time)
{
    private const string Cookie = "HealthDashboard.Device";
    private const int MaxPeople = 20;

    private static readonly HostCookieManager Cookies = new();

    private readonly IDataProtector protector = protection.CreateProtector("HealthDashboard.KnownDevices");

    /// <summary>The device's own id when the account has signed in on it; null when it has not.</summary>
    public string? Of(HttpContext context, ObjectId account) =>
        Read(context) is [var device, .. var people] && people.Contains(account.ToString()) ? device : null;

    /// <summary>The account has signed in.</summary>
    public void Remember(HttpContext context, ObjectId account)
    {
        string[] before = Read(context) is { Length: > 0 } known ? known : [Convert.ToHexString(RandomNumberGenerator.GetBytes(16))];
        string[] now = [before[0], account.ToString(), .. before.Skip(1).Where(one => one != account.ToString()).Take(MaxPeople - 1)];
        Cookies.AppendResponseCookie(context, Cookie, protector.Protect(string.Join(' ', now)), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
            Expires = time.GetUtcNow().AddYears(1),
            IsEssential = true,
        });
    }

    private string[] Read(HttpContext context)
    {
        try
        {
            return Cookies.GetRequestCookie(context, Cookie) is { } text ? protector.Unprotect(text).Split(' ') : [];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}
