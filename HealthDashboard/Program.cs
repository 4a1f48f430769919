using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Alerts;
using HealthDashboard.Analytics;
using HealthDashboard.CareTeam;
using HealthDashboard.Clinical;
using HealthDashboard.Data;
using HealthDashboard.Demo;
using HealthDashboard.Fhir;
using HealthDashboard.Hosting;
using HealthDashboard.Ingest;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Operations;
using HealthDashboard.Patients;
using HealthDashboard.Shared;
using HealthDashboard.Shell;

if (await Commands.RunAsync(args) is { } exit)
    return exit;

return await Starting.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.UseLocalAddressByDefault();
    builder.AddKeyRing();
    builder.Services.AddHospitalTime();
    builder.Services.AddHosting();
    builder.Services.AddStores(builder.Configuration);
    builder.Services.AddClinical(builder.Configuration);
    builder.Services.AddPatients();
    builder.Services.AddCareTeam();
    builder.Services.AddAccounts();
    builder.Services.AddMonitoring();
    builder.Services.AddAlerts();
    builder.Services.AddIngest();
    builder.Services.AddFhir();
    builder.Services.AddLive();
    builder.Services.AddAnalytics();
    builder.Services.AddOperations();
    builder.Services.AddDemo(builder.Configuration, builder.Environment);
    builder.AddShell();

    var app = builder.Build();
    app.CheckConfiguration();
    app.UseHosting();
    app.UseAccess().UseRateLimiter().UseAntiforgery();
    app.MapHosting();
    app.MapAccounts();
    app.MapPatients();
    app.MapCareTeam();
    app.MapMonitoring();
    app.MapAlerts();
    app.MapIngest();
    app.MapFhir();
    app.MapAnalytics();
    app.MapOperations();
    app.MapDemo();
    app.MapShell();
    return app;
});
