using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Census;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hl7;

/// <summary>HL7 v2 over MLLP, from the configuration section <c>Hl7</c>; off unless <see cref="Port"/> is set.</summary>
internal sealed class Hl7Options
{
    /// <summary>The section's name.</summary>
    public const string Section = "Hl7";

    /// <summary>Where it listens, 1 to 65535; null for nowhere.</summary>
    [Range(1, 65_535)]
    public int? Port { get; set; }

    /// <summary>The address it listens at; the loopback address, which only this machine reaches, unless another is set.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Addresses and networks (10.0.0.0/8) that may connect; needed for every address but the loopback one.</summary>
    public List<string> Allow { get; } = [];

    /// <summary>The server's certificate, PEM or PKCS#12; null for no TLS.</summary>
    public string? Certificate { get; set; }

    /// <summary>The key of a certificate in PEM; null where it is in the same file.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>The password of <see cref="Certificate"/> or its key; null where it has none.</summary>
    public string? CertificatePassword { get; set; }

    /// <summary>Certificates in PEM of those who issue certificates to clients: each client must then have one. Null where none needs any.</summary>
    public string? ClientIssuers { get; set; }

    /// <summary>How long a message, or a batch of them, may be; 4 KiB to 64 MiB.</summary>
    [Range(4 * 1024, 64 * 1024 * 1024)]
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>How many connections there may be at once; 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 256;

    /// <summary>How long a connection may be without a whole message; a second to a day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a message may take from its first byte to its last, and an answer to be received; a second to an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MessageTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The processing id (MSH-11) that messages must have: P, T or D.</summary>
    public string ProcessingId { get; set; } = "P";

    /// <summary>The assigning authority (PID-3.4) of our medical record numbers; null where every identifier of the type MR is one.</summary>
    public string? MrnAuthority { get; set; }

    /// <summary>The region of wards of which nothing says another; null where a message must say it.</summary>
    public string? Region { get; set; }

    /// <summary>Which ward a point of care (PV1-3.1) is: <c>Hl7:Wards:4N</c> is <c>North/ICU</c>.</summary>
    public Dictionary<string, string> Wards { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a client may connect.</summary>
    public bool Allows(IPAddress client) => Allow.Count == 0 || Allow.Select(NetworkOf).Any(network => network?.Contains(client) == true);

    /// <summary>A network, or an address as one; null when it is none.</summary>
    public static System.Net.IPNetwork? NetworkOf(string text) =>
        System.Net.IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;

    /// <summary>Reads the server's certificate; null where there is none.</summary>
    /// <exception cref="CryptographicException">It is none, or has no key.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public X509Certificate2? ReadCertificate()
    {
        if (Certificate is null)
            return null;
        if (!File.ReadAllText(Certificate).Contains("-----BEGIN", StringComparison.Ordinal))
            return X509CertificateLoader.LoadPkcs12FromFile(Certificate, CertificatePassword);
        using var pem = CertificatePassword is null
            ? X509Certificate2.CreateFromPemFile(Certificate, CertificateKey)
            : X509Certificate2.CreateFromEncryptedPemFile(Certificate, CertificatePassword, CertificateKey);
        // TLS cannot use a key that is in memory alone on every system.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>Reads who issues certificates to clients; null where no client needs one.</summary>
    /// <exception cref="CryptographicException">There is no certificate in the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public X509Certificate2Collection? ReadClientIssuers()
    {
        if (ClientIssuers is null)
            return null;
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPemFile(ClientIssuers);
        return issuers.Count > 0 ? issuers : throw new CryptographicException("there is no certificate in it.");
    }
}

/// <summary>Reports what of the section <c>Hl7</c> cannot be, before anything listens.</summary>
internal sealed class Hl7OptionsValidator : IValidateOptions<Hl7Options>
{
    public ValidateOptionsResult Validate(string? name, Hl7Options options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (!IPAddress.TryParse(options.Address, out var address))
            errors.AddError($"Hl7:Address is '{options.Address}': allowed is an address such as 127.0.0.1 or 0.0.0.0.");
        else if (options is { Port: not null, Allow.Count: 0 } && !IPAddress.IsLoopback(address))
            errors.AddError($"Hl7:Address is '{options.Address}', which other machines reach: name those that may connect in Hl7:Allow, such as 10.1.0.0/16.");
        foreach (var text in options.Allow.Where(text => Hl7Options.NetworkOf(text) is null))
            errors.AddError($"Hl7:Allow has '{text}': allowed are networks as 10.0.0.0/8 or fd00::/8, and addresses.");
        if (options.ProcessingId is not ("P" or "T" or "D"))
            errors.AddError($"Hl7:ProcessingId is '{options.ProcessingId}': allowed are P, T and D.");
        if (options.Region is { Length: > 64 } region)
            errors.AddError($"Hl7:Region has {region.Length} characters: allowed are 64.");
        foreach (var (point, ward) in options.Wards.Where(pair => WardAddress.Parse(pair.Value) is not { Region.Length: <= 64, Ward.Length: <= 64 }))
            errors.AddError($"Hl7:Wards:{point} is '{ward}': allowed is a ward as REGION/WARD, such as North/ICU.");
        if (options.Certificate is null && options.ClientIssuers is not null)
            errors.AddError("Hl7:ClientIssuers is set and Hl7:Certificate is not: clients have certificates with TLS alone.");
        Check(errors, "Hl7:Certificate", options.Certificate, () => options.ReadCertificate()?.Dispose());
        Check(errors, "Hl7:ClientIssuers", options.ClientIssuers, () => options.ReadClientIssuers());
        return errors.Build();
    }

    private static void Check(ValidateOptionsResultBuilder errors, string key, string? file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.AddError($"{key} is '{file}', which cannot be read: {error.Message}");
        }
    }
}
