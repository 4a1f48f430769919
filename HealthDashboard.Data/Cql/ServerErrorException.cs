namespace HealthDashboard.Data.Cql;

/// <summary>What an ERROR says (section 9).</summary>
internal enum ErrorCode
{
    ServerError = 0x0000,
    ProtocolError = 0x000A,
    BadCredentials = 0x0100,
    Unavailable = 0x1000,
    Overloaded = 0x1001,
    IsBootstrapping = 0x1002,
    TruncateError = 0x1003,
    WriteTimeout = 0x1100,
    ReadTimeout = 0x1200,
    ReadFailure = 0x1300,
    FunctionFailure = 0x1400,
    WriteFailure = 0x1500,
    SyntaxError = 0x2000,
    Unauthorized = 0x2100,
    Invalid = 0x2200,
    ConfigError = 0x2300,
    AlreadyExists = 0x2400,
    Unprepared = 0x2500,
}

/// <summary>The server answered with an ERROR.</summary>
/// <param name="code">Which.</param>
/// <param name="message">The server's words.</param>
/// <param name="replicas">How far it got; null unless it was replicas that failed.</param>
internal sealed class ServerErrorException(ErrorCode code, string message, ReplicaReport? replicas = null)
    : CassandraException($"{code} (0x{(int)code:x4}){(replicas is null ? "" : $", {replicas}")}: {message}")
{
    public ErrorCode Code { get; } = code;

    /// <summary>How far it got; null unless it was replicas that failed.</summary>
    public ReplicaReport? Replicas { get; } = replicas;

    /// <summary>
    /// Whether the node could not look up the account or its rights, because too few replicas of <c>system_auth</c> answered. It says so
    /// with the code that a wrong password or a missing right has.
    /// </summary>
    public bool IsFailedLookUp { get; } =
        code is ErrorCode.BadCredentials or ErrorCode.Unauthorized && message.StartsWith("Unable to perform auth", StringComparison.Ordinal);

    /// <summary>Whether the account has not got the right.</summary>
    public bool IsForbidden => Code == ErrorCode.Unauthorized && !IsFailedLookUp;

    /// <summary>Whether the keyspace or the table is not there.</summary>
    public bool IsWithoutSchema { get; } = code is ErrorCode.Invalid or ErrorCode.ConfigError
        && (message.Contains("does not exist", StringComparison.Ordinal) || message.StartsWith("unconfigured table", StringComparison.Ordinal));

    /// <summary>Whether a limit that an operator has set is reached, for example how full the disk may be.</summary>
    public bool IsGuardrail { get; } = code == ErrorCode.Invalid && message.StartsWith("Guardrail ", StringComparison.Ordinal);

    // Nothing is asked that does more when it is asked twice, so a time-out may be tried elsewhere like the rest.
    public override bool IsTransient => IsFailedLookUp || Code is ErrorCode.ServerError or ErrorCode.Unavailable or ErrorCode.Overloaded or ErrorCode.IsBootstrapping
        or ErrorCode.TruncateError or ErrorCode.WriteTimeout or ErrorCode.ReadTimeout or ErrorCode.ReadFailure or ErrorCode.WriteFailure;

    /// <summary>Reads the body of an ERROR.</summary>
    public static ServerErrorException Read(ref FrameReader reader)
    {
        var code = (ErrorCode)reader.Int();
        var message = reader.String();
        return new ServerErrorException(code, message, code switch
        {
            ErrorCode.Unavailable => ReadUnavailable(ref reader),
            ErrorCode.WriteTimeout or ErrorCode.ReadTimeout => ReadReport(ref reader, counted: false),
            ErrorCode.WriteFailure or ErrorCode.ReadFailure => ReadReport(ref reader, counted: true),
            _ => null,
        });
    }

    private static ReplicaReport ReadUnavailable(ref FrameReader reader)
    {
        var level = reader.Consistency();
        var required = reader.Int();
        return new ReplicaReport(level, reader.Int(), required, Failed: 0);
    }

    // What follows, the kind of write or whether there was data, decides nothing here.
    private static ReplicaReport ReadReport(ref FrameReader reader, bool counted) =>
        new(reader.Consistency(), reader.Int(), reader.Int(), counted ? reader.Int() : 0);
}

/// <summary>How far a request got among the replicas.</summary>
/// <param name="Level">What was asked for.</param>
/// <param name="Answered">How many were alive, or answered.</param>
/// <param name="Required">How many would have had to.</param>
/// <param name="Failed">How many said that they failed.</param>
internal sealed record ReplicaReport(Consistency Level, int Answered, int Required, int Failed)
{
    public override string ToString() => $"{Level} needs {Required} replicas, {Answered} answered, {Failed} failed";
}
