using System.Security.Cryptography;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>Registration of what writes the audit.</summary>
internal static class AuditServices
{
    private const string Key = "Audit:Key";

    /// <summary>Adds the audit over the <see cref="IAuditStore"/> that is there. A wrong <c>Audit:Key</c> stops the start.</summary>
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton(provider => new AuditChain(provider.GetRequiredService<IAuditStore>(), ChainName(Directory(provider))));
        services.AddSingleton<AuditWriter>();
        services.AddSingleton(static provider => new KeptFile<IReadOnlyList<AuditEntry>>(Path.Combine(Directory(provider), "audit-waiting.json")));
        services.AddSingleton<Audit>();
        services.AddSingleton(static provider => new AuditHeadFile(Path.Combine(Directory(provider), "audit-heads.jsonl")));
        services.AddSingleton(static provider => new AuditKey(Secret(provider.GetRequiredService<IConfiguration>()[Key], Directory(provider))));
        services.AddSingleton<AuditSealer>();
        services.AddHostedService(static provider => provider.GetRequiredService<AuditSealer>());
        services.AddOptions<StoreOptions>().Validate<IConfiguration>(
            static (_, configuration) => configuration[Key] is not { } text || FromBase64(text) is { Length: >= AuditKey.ShortestSecret },
            $"{Key} must be {AuditKey.ShortestSecret} bytes or more in base64, for example from 'openssl rand -base64 32'.");
    }

    private static string Directory(IServiceProvider provider) => provider.GetRequiredService<IOptions<StoreOptions>>().Value.DataDirectory;

    // Each data directory has one node, so a chain has one writer; a copied directory is noticed by the store.
    private static string ChainName(string directory)
    {
        var path = Path.Combine(directory, "audit-chain");
        System.IO.Directory.CreateDirectory(directory);
        if (!File.Exists(path))
            File.WriteAllText(path, $"{Plain(Environment.MachineName)}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");
        return File.ReadAllText(path).Trim();
    }

    // A chain's name ends at a colon in some stores' keys.
    private static string Plain(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Take(32)]);

    private static byte[] Secret(string? configured, string directory)
    {
        if (configured is not null)
            return FromBase64(configured)!;
        return KeyFile.Read(Path.Combine(directory, "keys", "audit.key"), AuditKey.ShortestSecret);
    }

    private static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
