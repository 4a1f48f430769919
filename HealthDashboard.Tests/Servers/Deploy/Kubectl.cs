using System.Diagnostics;

namespace HealthDashboard.Tests.Servers.Deploy;

/// <summary>Kubernetes' own client, for what it does without a cluster. Debian's is too old for it, so where there is none the test skips.</summary>
internal static class Kubectl
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>What <c>kubectl apply -k</c> would send.</summary>
    /// <param name="folder">The folder of the kustomization.</param>
    public static async Task<string> KustomizeAsync(string folder)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(path => Path.Combine(path, "kubectl")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "kubectl is not installed.");
        using var process = Process.Start(new ProcessStartInfo(program!, ["kustomize", folder]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
