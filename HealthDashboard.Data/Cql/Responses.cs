using System.Text;

namespace HealthDashboard.Data.Cql;

/// <summary>An answer of the server (section 4.2), as far as anything here depends on what is in it.</summary>
internal abstract record Response
{
    /// <summary>Reads an answer.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="known">The columns of its rows, where the server was asked to leave them out; null otherwise.</param>
    /// <exception cref="ServerErrorException">It is an ERROR.</exception>
    /// <exception cref="ProtocolException">It is no answer.</exception>
    public static Response Read(Frame frame, IReadOnlyList<Column>? known = null)
    {
        var reader = ReaderOf(frame);
        return frame.Header.Opcode switch
        {
            Opcode.Error => throw ServerErrorException.Read(ref reader),
            Opcode.Ready => new Ready(),
            Opcode.Authenticate => new Authenticate(reader.String()),
            Opcode.AuthChallenge => new AuthChallenge(),
            Opcode.AuthSuccess => new AuthSuccess(),
            Opcode.Supported => Supported.Read(ref reader),
            Opcode.Result => ReadResult(frame.Body, ref reader, known),
            var other => throw new ProtocolException($"opcode 0x{(byte)other:x2} is no answer"),
        };
    }

    /// <summary>Reads a body from where what it is about begins.</summary>
    public static FrameReader ReaderOf(Frame frame)
    {
        var reader = new FrameReader(frame.Body);
        ReadExtras(ref reader, frame.Header.Flags, warnings: null);
        return reader;
    }

    /// <summary>The warnings that come with an answer.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static IReadOnlyList<string> WarningsOf(Frame frame)
    {
        var warnings = new List<string>();
        var reader = new FrameReader(frame.Body);
        ReadExtras(ref reader, frame.Header.Flags, warnings);
        return warnings;
    }

    private static Response ReadResult(byte[] body, ref FrameReader reader, IReadOnlyList<Column>? known) => reader.Int() switch
    {
        // Set_keyspace and Schema_change say nothing that is not known.
        1 or 3 or 5 => new Done(),
        2 => new Rows(RowSet.Read(body, ref reader, known)),
        4 => new IsPrepared(Prepared.Read(ref reader)),
        var kind => throw new ProtocolException($"a result of kind {kind}"),
    };

    // Section 2.2: the id of a trace, then warnings, then a custom payload.
    private static void ReadExtras(ref FrameReader reader, FrameFlags flags, List<string>? warnings)
    {
        if (flags.HasFlag(FrameFlags.Compressed))
            throw new ProtocolException("a compressed body, which nobody asked for");
        if (flags.HasFlag(FrameFlags.Tracing))
            reader.Skip(16);
        if (flags.HasFlag(FrameFlags.Warning))
        {
            for (var count = reader.ShortCount(2); count > 0; count--)
            {
                var warning = reader.ShortBytes();
                warnings?.Add(Encoding.UTF8.GetString(warning));
            }
        }
        if (flags.HasFlag(FrameFlags.CustomPayload))
        {
            for (var parts = reader.ShortCount(6); parts > 0; parts--)
            {
                reader.ShortBytes();
                reader.TryBytes(out _);
            }
        }
    }
}

/// <summary>The connection may be used.</summary>
internal sealed record Ready : Response;

/// <summary>The server wants to know who asks.</summary>
/// <param name="Authenticator">The class that will judge it.</param>
internal sealed record Authenticate(string Authenticator) : Response;

/// <summary>The server wants to know more than PLAIN says.</summary>
internal sealed record AuthChallenge : Response;

/// <summary>The server knows who asks.</summary>
internal sealed record AuthSuccess : Response;

/// <summary>What was asked was done, and there is nothing to return.</summary>
internal sealed record Done : Response;

/// <summary>Rows.</summary>
internal sealed record Rows(RowSet Set) : Response;

/// <summary>A statement has been prepared.</summary>
internal sealed record IsPrepared(Prepared Prepared) : Response;

/// <summary>What the server takes in STARTUP, by option.</summary>
internal sealed record Supported(IReadOnlyDictionary<string, string[]> Options) : Response
{
    public static Supported Read(ref FrameReader reader)
    {
        var options = new Dictionary<string, string[]>(StringComparer.Ordinal);
        for (var count = reader.ShortCount(4); count > 0; count--)
        {
            var name = reader.String();
            var values = new string[reader.ShortCount(2)];
            for (var i = 0; i < values.Length; i++)
                values[i] = reader.String();
            options[name] = values;
        }
        return new Supported(options);
    }
}
