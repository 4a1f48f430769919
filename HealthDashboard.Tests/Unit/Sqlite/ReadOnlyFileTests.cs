using System.Diagnostics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Unit.Sqlite;

/// <summary>A file that may be read and not written: reads go on, and whoever writes hears why it cannot be done.</summary>
public sealed class ReadOnlyFileTests : IDisposable
{
    private readonly TempDirectory directory = new();
    private bool mounted;

    private string File => directory["patients.db"];

    public void Dispose()
    {
        if (mounted)
            Run("umount", "-l", File);
        directory.Dispose();
    }

    [Fact]
    public async Task Reads_go_on_writes_are_refused_with_the_reason_and_health_says_so()
    {
        ObjectId patient;
        using (var before = PatientSchema.Open(File))
            patient = (await new SqlitePatientStore(before).AddAsync([Patient("M1")]))[0].Id;
        MakeReadOnly();

        using var database = PatientSchema.Open(File);
        var store = new SqlitePatientStore(database);
        var found = (await store.FindAsync(patient))!;
        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => store.ReplaceAsync(found with { Bed = "9" }));
        Assert.Equal("its file or the file's directory is read-only.", error.Reason);
        var health = await new SqliteHealthCheck(database, TimeProvider.System).CheckHealthAsync(new()
        {
            Registration = new HealthCheckRegistration("patients", _ => throw new InvalidOperationException(), HealthStatus.Unhealthy, tags: null),
        });
        Assert.Equal((HealthStatus.Unhealthy, error.Message), (health.Status, health.Description));
        Assert.Equal("M1", Assert.Single((await store.SearchAsync(new PatientQuery())).Items).Mrn);
    }

    // Root may write what nobody may, so for it the file lies on a mount that is read-only.
    private void MakeReadOnly()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("A file is made read-only as Linux does it.");
            return;
        }
        if (!Environment.IsPrivilegedProcess)
        {
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead);
            return;
        }
        mounted = Run("mount", "--bind", File, File) == 0;
        if (!mounted || Run("mount", "-o", "remount,bind,ro", File) != 0)
            Assert.Skip("A file that is read-only for root needs the right to mount one.");
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
