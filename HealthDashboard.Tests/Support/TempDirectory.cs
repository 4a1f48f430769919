namespace HealthDashboard.Tests.Support;

/// <summary>A directory of its own for one test, gone when disposed.</summary>
/// <param name="purpose">What it is for, as the end of its name begins; empty when that helps nobody.</param>
internal sealed class TempDirectory(string purpose = "") : IDisposable
{
    /// <summary>The directory's full path; it exists until disposed.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory(purpose.Length == 0 ? "healthdashboard-" : $"healthdashboard-{purpose}-").FullName;

    /// <summary>The full path of something in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
