namespace HealthDashboard.Hosting;

/// <summary>
/// Holds <c>Data:Directory</c> for this process alone, whatever the stores are: the spool and what waits for a store have one owner each.
/// The operating system lets go of it when the process ends, however it ends.
/// </summary>
internal sealed class DataLock : IDisposable
{
    /// <summary>The file that is held.</summary>
    public const string FileName = ".lock";

    private FileStream? file;

    /// <summary>Takes the directory, which is there and can be written to.</summary>
    /// <returns>False when another process has it.</returns>
    public bool TryTake(string directory)
    {
        try
        {
            file ??= new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose() => file?.Dispose();
}
