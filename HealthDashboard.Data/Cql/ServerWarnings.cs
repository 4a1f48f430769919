using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Cql;

/// <summary>
/// Logs what nodes warn of in their answers, each kind once: warnings that differ only in numbers are of one kind. Values that may name a
/// patient are left out.
/// </summary>
internal sealed partial class ServerWarnings(ILogger log)
{
    private const int MostKinds = 50;
    private const int LongestWarning = 400;

    private readonly Lock gate = new();
    private readonly HashSet<string> said = new(StringComparer.Ordinal);

    /// <summary>Logs a warning, unless one of its kind has been logged.</summary>
    public void Say(IPEndPoint node, string warning)
    {
        warning = Values().Replace(warning.Length > LongestWarning ? warning[..LongestWarning] : warning, "…");
        lock (gate)
        {
            if (said.Count >= MostKinds || !said.Add(Numbers().Replace(warning, "0")))
                return;
        }
        LogWarning(node, warning);
    }

    [GeneratedRegex("0x[0-9A-Fa-f]+|'[^']*'?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Values();

    [GeneratedRegex("[0-9]+([.,][0-9]+)*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cassandra node {EndPoint} warns, which is said once: {Warning}")]
    private partial void LogWarning(IPEndPoint endPoint, string warning);
}
