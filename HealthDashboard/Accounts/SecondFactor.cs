using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Data.Model;
using Microsoft.AspNetCore.DataProtection;
using OtpNet;

namespace HealthDashboard.Accounts;

/// <summary>
/// Codes of an authenticator app [RFC 6238: SHA-1, 30 s, 6 digits] and recovery codes for when it is lost. The secret is kept encrypted with
/// the key ring, recovery codes by their hash.
/// </summary>
internal sealed class SecondFactor(IDataProtectionProvider protection, TimeProvider time)
{
    private const int Step = 30;
    private const int Digits = 6;
    private const int SecretBytes = 20;
    private const int RecoveryCodes = 10;
    private const int RecoveryBytes = 10;

    // A phone's clock may be a step off.
    private const int Around = 1;

    private static readonly TimeSpan SetUpWithin = TimeSpan.FromMinutes(15);

    private readonly IDataProtector secrets = protection.CreateProtector("HealthDashboard.SecondFactor");
    private readonly ITimeLimitedDataProtector setUps = protection.CreateProtector("HealthDashboard.SecondFactor.SetUp").ToTimeLimitedDataProtector();

    public static bool IsOn(Account account) => Credentials.Of(account).Totp is not null;

    /// <summary>A new secret for this account, for the form that confirms it, which may take 15 minutes.</summary>
    public string Begin(Account account) => setUps.Protect($"{account.Id} {Base32Encoding.ToString(RandomNumberGenerator.GetBytes(SecretBytes))}", SetUpWithin);

    /// <summary>What the QR code says; null when the set-up is another account's, or too old.</summary>
    public string? AddressOf(Account account, string setUp) => SecretOf(account, setUp) is { } secret
        ? new OtpUri(OtpType.Totp, secret, account.UserName, "HealthDashboard", OtpHashMode.Sha1, Digits, Step).ToString()
        : null;

    /// <summary>The secret in letters and digits, to type where no camera is; null as in <see cref="AddressOf"/>.</summary>
    public string? SecretOf(Account account, string setUp)
    {
        try
        {
            return setUps.Unprotect(setUp).Split(' ') is [var id, var secret] && id == account.Id.ToString() ? secret : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Turns it on once the app shows the right code.</summary>
    /// <returns>The recovery codes, which are shown once; empty when the code is not right.</returns>
    public IReadOnlyList<string> Confirm(Account account, string setUp, string code, ref Credentials credentials)
    {
        if (SecretOf(account, setUp) is not { } secret || StepOf(secret, code, after: 0) is not { } step)
            return [];
        string[] recovery = [.. Enumerable.Range(0, RecoveryCodes).Select(_ => Grouped(Base32Encoding.ToString(RandomNumberGenerator.GetBytes(RecoveryBytes))))];
        credentials = credentials with { Totp = secrets.Protect(secret), TotpStep = step, Recovery = [.. recovery.Select(Hash)] };
        return recovery;
    }

    /// <summary>Whether it is the code of now, or one of the recovery codes; each is good once.</summary>
    /// <returns>What is left after it; null when it is wrong.</returns>
    public Credentials? Use(Credentials credentials, string code)
    {
        if (credentials.Totp is null)
            return null;
        try
        {
            if (StepOf(secrets.Unprotect(credentials.Totp), code, credentials.TotpStep) is { } step)
                return credentials with { TotpStep = step };
        }
        catch (CryptographicException)
        {
            // The key ring is another one: recovery codes still count.
        }
        var hash = Encoding.ASCII.GetBytes(Hash(code));
        var used = (credentials.Recovery ?? []).Where(one => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), hash)).ToList();
        return used.Count > 0 ? credentials with { Recovery = [.. credentials.Recovery!.Except(used, StringComparer.Ordinal)] } : null;
    }

    public static Credentials Off(Credentials credentials) => credentials with { Totp = null, TotpStep = 0, Recovery = null };

    private long? StepOf(string secret, string code, long after)
    {
        var digits = code.Replace(" ", "", StringComparison.Ordinal);
        return new Totp(Base32Encoding.ToBytes(secret), Step, OtpHashMode.Sha1, Digits)
            .VerifyTotp(time.GetUtcNow().UtcDateTime, digits, out var step, new VerificationWindow(Around, Around)) && step > after ? step : null;
    }

    private static string Grouped(string code) => string.Join('-', code.Chunk(4).Select(group => new string(group)));

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(new string([.. code.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit)]))));
}
