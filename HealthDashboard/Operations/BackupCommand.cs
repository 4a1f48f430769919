using System.CommandLine;
using HealthDashboard.Data;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Operations;

/// <summary>
/// <c>backup DIR</c> and <c>restore DIR [--overwrite]</c>: everything under <c>Data:Directory</c>, as configured for the program itself, and the
/// commands for the stores that are on servers. Exit codes: 0 done, 1 not done, with the reason.
/// </summary>
internal static class BackupCommand
{
    private const int Failed = 1;

    public static Task<int> RunAsync(string[] args) => Build(Console.Out, Console.Error).Parse(args).InvokeAsync();

    private static RootCommand Build(TextWriter output, TextWriter errors)
    {
        var directory = new Argument<string>("DIR") { Description = "The backup's directory." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Put aside what Data:Directory has; nothing is deleted." };
        var backup = new Command("backup", "Copies everything under Data:Directory, while the program runs too.") { directory };
        backup.SetAction(parsed => Try(errors, () =>
        {
            var (configuration, stores) = Configuration();
            var target = Path.GetFullPath(parsed.GetRequiredValue(directory));
            var content = DataBackup.Create(stores.DataDirectory, target, TimeProvider.System.GetUtcNow());
            output.WriteLine($"Backed up {content.Files.Count} files, {content.Files.Sum(file => file.Bytes):N0} bytes, of {stores.DataDirectory} to {target}. It has the keys: keep it as safe as the program itself.");
            WriteServers(output, configuration, stores, target, restore: false);
        }));
        var restore = new Command("restore", "Puts a backup back into Data:Directory, while the program is stopped.") { directory, overwrite };
        restore.SetAction(parsed => Try(errors, () =>
        {
            var (configuration, stores) = Configuration();
            var source = Path.GetFullPath(parsed.GetRequiredValue(directory));
            var aside = DataBackup.Restore(source, stores.DataDirectory, parsed.GetValue(overwrite), TimeProvider.System.GetUtcNow());
            output.WriteLine($"Restored {source} to {stores.DataDirectory}.{(aside is null ? "" : $" What was there is in {aside}.")}");
            WriteServers(output, configuration, stores, source, restore: true);
        }));
        return new RootCommand("Backs up and restores the data of HealthDashboard.") { backup, restore };
    }

    private static (IConfiguration Configuration, StoreOptions Stores) Configuration()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddStores(builder.Configuration);
        using var provider = builder.Services.BuildServiceProvider();
        return (builder.Configuration, provider.GetRequiredService<IOptions<StoreOptions>>().Value);
    }

    private static void WriteServers(TextWriter output, IConfiguration configuration, StoreOptions stores, string directory, bool restore)
    {
        if (stores.OnServers.Count > 0)
            output.WriteLine(restore ? "What is on servers is put back by their own tools:" : "What is on servers is backed up by their own tools:");
        foreach (var line in ServerBackups.Commands(configuration, stores, directory, restore))
            output.WriteLine($"  {line}");
    }

    private static int Try(TextWriter errors, Action act)
    {
        try
        {
            PrivateFiles.CreateAllPrivate();
            act();
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OptionsValidationException)
        {
            errors.WriteLine(error.Message);
            return Failed;
        }
    }
}
