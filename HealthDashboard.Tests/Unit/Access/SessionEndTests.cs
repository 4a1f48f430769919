using System.Net;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>After a lock, another role, a new password or signing out everywhere, the cookie, an open page and the alert feed end within 5 s.</summary>
public sealed class SessionEndTests
{
    private const char End = '\u001e';

    [Theory]
    [InlineData("lock")]
    [InlineData("role")]
    [InlineData("password")]
    [InlineData("everywhere")]
    public async Task Cookie_circuit_and_hub_end(string how)
    {
        await using var app = new WholeApp();
        var (nurse, cookie) = await SignInAsync(app);
        using var page = await ConnectAsync(app, "_blazor", cookie, "blazorpack");
        using var feed = await ConnectAsync(app, "hubs/alerts", cookie, "json");
        var (pageEnd, feedEnd) = (EndOfAsync(page), EndOfAsync(feed));
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/patients")).StatusCode);
        Assert.False(pageEnd.IsCompleted || feedEnd.IsCompleted);

        await EndAsync(app, how);
        await Eventually.HoldsAsync(async () => (await nurse.GetAsync("/api/patients")).StatusCode == HttpStatusCode.Unauthorized, "the end of the cookie");
        await Eventually.HoldsAsync(() => pageEnd.IsCompleted, "the end of the page's connection");
        await Eventually.HoldsAsync(() => feedEnd.IsCompleted, "the end of the alert feed");
    }

    [Fact]
    public void What_is_known_is_never_older_than_5_seconds() =>
        Assert.True(SignInCheck.Fresh + Sessions.Fresh <= TimeSpan.FromSeconds(5) && SignInCheck.Fresh + LiveSignIns.Every < TimeSpan.FromSeconds(5) && Sessions.Fresh + LiveSignIns.Every < TimeSpan.FromSeconds(5));

    [Fact]
    public async Task Somebody_elses_connections_go_on()
    {
        await using var app = new WholeApp();
        var (nurse, nurses) = await SignInAsync(app);
        var (_, charges) = await SignInAsync(app, "charge");
        using var feed = await ConnectAsync(app, "hubs/alerts", nurses, "json");
        using var other = await ConnectAsync(app, "hubs/alerts", charges, "json");
        var (feedEnd, otherEnd) = (EndOfAsync(feed), EndOfAsync(other));
        await EndAsync(app, "lock");
        await Eventually.HoldsAsync(() => feedEnd.IsCompleted, "the end of the alert feed");
        Assert.False(otherEnd.IsCompleted);
        Assert.NotNull(nurse);
    }

    private static async Task EndAsync(WholeApp app, string how)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var account = (await app.Services.GetRequiredService<IAccountStore>().FindByNameAsync("nurse"))!;
        var admin = scope.ServiceProvider.GetRequiredService<AccountAdmin>();
        var by = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "admin")], "test"));
        Assert.Empty(await (how switch
        {
            "lock" => admin.LockAsync(by, account.Id),
            "role" => admin.ChangeAsync(by, account.Id, account.DisplayName, Roles.Doctor),
            "password" => admin.ResetPasswordAsync(by, account.Id, "a slow green harbour 93"),
            _ => admin.EndSessionAsync(by, account, ""),
        }));
    }

    private static async Task<(HttpClient Client, string Cookie)> SignInAsync(WholeApp app, string name = "nurse")
    {
        var client = app.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        var page = await client.GetAsync("/signin");
        var token = FeatureHost.Token().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value;
        using var form = new HttpRequestMessage(HttpMethod.Post, "/signin")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "signin",
                ["__RequestVerificationToken"] = token,
                ["Input.UserName"] = name,
                ["Input.Password"] = DemoAccounts.Password,
            }),
        };
        form.Headers.Add("Cookie", Cookies(page));
        var answer = await client.SendAsync(form);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var cookie = Cookies(answer);
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        return (client, cookie);
    }

    private static string Cookies(HttpResponseMessage answer) => string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));

    private static async Task<WebSocket> ConnectAsync(WholeApp app, string path, string cookie, string protocol)
    {
        var sockets = app.Server.CreateWebSocketClient();
        sockets.ConfigureRequest = request => request.Headers.Cookie = cookie;
        var socket = await sockets.ConnectAsync(new Uri(app.Server.BaseAddress, path), CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes($"{{\"protocol\":\"{protocol}\",\"version\":1}}{End}"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return socket;
    }

    // Returns once the server has closed the connection.
    private static async Task EndOfAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
                // What it sends does not matter here.
            }
        }
        catch (Exception over) when (over is WebSocketException or IOException or ObjectDisposedException)
        {
            // Closed without a word.
        }
    }
}
