using HealthDashboard.Components;
using HealthDashboard.Hosting;
using Radzen;

var builder = WebApplication.CreateBuilder(args);
builder.UseLocalAddressByDefault();
builder.WebHost.UseStaticWebAssets();
builder.AddKeyRing();
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddRadzenComponents();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseAntiforgery();
app.MapStaticAssets();
// Our own headers forbid every frame, so Blazor need not add its milder rule.
app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
app.Run();

internal sealed partial class Program;
