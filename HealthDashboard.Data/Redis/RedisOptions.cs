using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HealthDashboard.Data.Redis;

/// <summary>How Redis is reached, and how safe a write must be before it counts.</summary>
internal sealed class RedisOptions
{
    /// <summary>
    /// Where the servers are: <c>host:port[,host:port][,user=...][,password=...][,ssl=true]</c>. Several are one primary and its replicas, a
    /// cluster, or with <c>serviceName=...</c> the sentinels that know the primary.
    /// </summary>
    public const string ConnectionKey = "ConnectionStrings:Redis";

    /// <summary>The key of <see cref="Prefix"/>.</summary>
    public const string PrefixKey = "Redis:Prefix";

    /// <summary>The key of <see cref="Replicas"/>.</summary>
    public const string ReplicasKey = "Redis:Replicas";

    // What a connection string may replace. The library's own pauses are made for caches: a screen of alarms cannot wait so long.
    private const string Defaults = "connectTimeout=2000,connectRetry=1,keepAlive=5,configCheckSeconds=10,name=HealthDashboard,";

    /// <summary>The connection string; holds a password, so it is never logged.</summary>
    public string? Connection { get; set; }

    /// <summary>What every key and channel begins with, in braces: 1 to 40 letters, digits, '-', '_' or ':'.</summary>
    public string Prefix { get; set; } = "health";

    /// <summary>How many replicas must have a write before it counts, 0 to 5; 0 asks only the primary.</summary>
    public int Replicas { get; set; }

    /// <summary>The string as the client takes it.</summary>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public ConfigurationOptions Parse()
    {
        var parsed = ConfigurationOptions.Parse(Defaults + Connection);
        // The program starts without Redis and waits for it.
        parsed.AbortOnConnectFail = false;
        parsed.ReconnectRetryPolicy = new LinearRetry(500);
        // What cannot be sent now is the policy's to repeat; a queue of the client's own would hold it back and know no limit.
        parsed.BacklogPolicy = BacklogPolicy.FailFast;
        parsed.IncludeDetailInExceptions = false;
        // Without it the client itself refuses CONFIG, by which health asks how safe the server keeps what is written.
        parsed.AllowAdmin = true;
        return parsed;
    }
}

/// <summary>Says what is wrong, all at once, without repeating a password.</summary>
internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    private const string Form = "give host:port[,user=...][,password=...][,ssl=true].";

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(options.Connection))
            errors.Add($"{RedisOptions.ConnectionKey} is missing: {Form}");
        else if (!CanBeRead(options))
            errors.Add($"{RedisOptions.ConnectionKey} cannot be read: {Form}");
        if (options.Prefix is not { Length: >= 1 and <= 40 } || !options.Prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':'))
            errors.Add($"{RedisOptions.PrefixKey} is '{options.Prefix}': legal are 1 to 40 letters, digits, '-', '_' or ':'.");
        if (options.Replicas is < 0 or > 5)
            errors.Add($"{RedisOptions.ReplicasKey} is no number from 0 to 5.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool CanBeRead(RedisOptions options)
    {
        try
        {
            return options.Parse().EndPoints.Count > 0;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }
}
