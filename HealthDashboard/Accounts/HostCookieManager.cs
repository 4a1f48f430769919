using Microsoft.AspNetCore.Authentication.Cookies;

namespace HealthDashboard.Accounts;

/// <summary>
/// Over https a cookie's name begins with <c>__Host-</c>: a browser takes such a cookie over https alone, from this host alone, and a
/// neighbour's or an http answer cannot put one in its place [RFC 6265bis, 4.1.3.2]. Over http, as on loopback, browsers would refuse it.
/// </summary>
internal sealed class HostCookieManager : ICookieManager
{
    private const string Prefix = "__Host-";

    private readonly ChunkingCookieManager inner = new();

    public string? GetRequestCookie(HttpContext context, string key) => inner.GetRequestCookie(context, NameOf(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        inner.AppendResponseCookie(context, NameOf(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => inner.DeleteCookie(context, NameOf(context, key), options);

    private static string NameOf(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;
}
