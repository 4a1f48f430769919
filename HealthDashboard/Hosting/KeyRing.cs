using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Data;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HealthDashboard.Hosting;

/// <summary>
/// Where the keys lie that protect cookies and circuits: under Data:Directory, or with <c>KeyRing:Store=Redis</c> in Redis, where every
/// node behind one address finds them. Whoever is signed in stays so when the server restarts.
/// </summary>
internal static class KeyRing
{
    private const string Store = "KeyRing:Store";
    private const string Certificate = "KeyRing:Certificate";
    private const string CertificatePassword = "KeyRing:CertificatePassword";
    private const string Connection = "ConnectionStrings:Redis";

    public static void AddKeyRing(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var keys = builder.Services.AddDataProtection().SetApplicationName("HealthDashboard");
        List<string> errors = [];
        if (CertificateOf(configuration, errors) is { } certificate)
            keys.ProtectKeysWithCertificate(certificate);

        var store = configuration[Store] ?? "Files";
        if (store.Equals("Redis", StringComparison.OrdinalIgnoreCase))
            PersistToRedis(keys, configuration, errors);
        else if (store.Equals("Files", StringComparison.OrdinalIgnoreCase))
            keys.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(StoreServices.DataDirectory(configuration), "keys")));
        else
            errors.Add($"{Store} is '{store}': legal values are Files, Redis.");

        // Reported with all else that is wrong.
        foreach (var error in errors)
            builder.Services.AddSingleton<IValidateOptions<StoreOptions>>(new ValidateOptions<StoreOptions>(name: null, static _ => false, error));
    }

    private static void PersistToRedis(IDataProtectionBuilder keys, ConfigurationManager configuration, List<string> errors)
    {
        // Whoever reads a key signs in as anybody, and Redis is read by more programs than a file.
        if (string.IsNullOrEmpty(configuration[Certificate]))
            errors.Add($"{Certificate} is missing: with {Store}=Redis it names a PKCS #12 file (.pfx) with a private key, which encrypts the keys.");
        try
        {
            var options = ConfigurationOptions.Parse($"connectTimeout=2000,name=HealthDashboard keys,{configuration[Connection]}");
            if (options.EndPoints.Count == 0)
                throw new ArgumentException("It names no server.");
            options.AbortOnConnectFail = false;
            // A name that cannot be resolved now is tried again with the next key.
            var redis = new Lazy<ConnectionMultiplexer>(() => ConnectionMultiplexer.Connect(options), LazyThreadSafetyMode.PublicationOnly);
            // In braces as all keys of the program, so that its account may have it.
            keys.PersistKeysToStackExchangeRedis(() => redis.Value.GetDatabase(), $"{{{configuration["Redis:Prefix"] ?? "health"}}}:keys");
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            errors.Add($"{Connection} is missing or cannot be read: {Store}=Redis needs it as host:port[,user=...][,password=...][,ssl=true].");
        }
    }

    private static X509Certificate2? CertificateOf(ConfigurationManager configuration, List<string> errors)
    {
        if (configuration[Certificate] is not { Length: > 0 } path)
            return null;
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12(File.ReadAllBytes(path), configuration[CertificatePassword]);
            if (certificate.GetRSAPrivateKey() is not null)
                return certificate;
            errors.Add($"{Certificate} '{path}' has no private RSA key: without it the keys could not be read again.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{Certificate} '{path}' cannot be read.");
        }
        catch (CryptographicException)
        {
            errors.Add($"{Certificate} '{path}' cannot be opened: it must be a PKCS #12 file (.pfx), and {CertificatePassword} its password.");
        }
        return null;
    }
}
