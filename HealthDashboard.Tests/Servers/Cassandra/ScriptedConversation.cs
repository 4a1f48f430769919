using System.Buffers.Binary;
using System.Text;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>One connection to a scripted node.</summary>
internal sealed class ScriptedConversation(ScriptedNode node, Stream stream)
{
    private readonly SemaphoreSlim turn = new(1);
    private bool known = node.Credentials is null;

    public async Task RunAsync()
    {
        while (true)
        {
            var header = new byte[9];
            await stream.ReadExactlyAsync(header);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5))];
            await stream.ReadExactlyAsync(body);
            var request = new ScriptedRequest(header, body, id => node.Recall(id));
            node.Received.Enqueue(request);
            switch (node.Script?.Invoke(request))
            {
                case null:
                    await SendAsync(Answer(request));
                    break;
                case Act.AnswerAfter after:
                    _ = AnswerLaterAsync(request, after.Event);
                    break;
                case Act.Fail fail:
                    await SendAsync(Error(request.Stream, fail.Code, "as the script says", fail.Details));
                    break;
                case Act.CloseAfter part:
                    await SendAsync(Answer(request)[..part.Bytes]);
                    return;
                case Act.Send other:
                    await SendAsync(other.Bytes);
                    break;
            }
        }
    }

    private async Task AnswerLaterAsync(ScriptedRequest request, Task happened)
    {
        await happened;
        try
        {
            await SendAsync(Answer(request));
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The client has gone meanwhile.
        }
    }

    public async Task SendAsync(byte[] bytes)
    {
        await turn.WaitAsync();
        try
        {
            await stream.WriteAsync(bytes);
        }
        finally
        {
            turn.Release();
        }
    }

    private byte[] Answer(ScriptedRequest request)
    {
        // A client of a newer version is answered so in words that it understands to begin again with this one.
        if (request.Version != 4)
            return Error(request.Stream, ErrorCode.ProtocolError, $"Invalid or unsupported protocol version ({request.Version}); supported versions are (4/v4)");
        switch (request.Opcode)
        {
            case Opcode.Options:
                return Write(request.Stream, Opcode.Supported, answer =>
                {
                    answer.Short(1);
                    answer.String("CQL_VERSION");
                    answer.Short(1);
                    answer.String("3.4.5");
                });
            case Opcode.Startup when !known:
                return Write(request.Stream, Opcode.Authenticate, answer => answer.String("org.apache.cassandra.auth.PasswordAuthenticator"));
            case Opcode.AuthResponse:
                known = Encoding.UTF8.GetString(request.Body.AsSpan(4)) == $"\0{node.Credentials!.Value.User}\0{node.Credentials.Value.Password}";
                return known
                    ? Write(request.Stream, Opcode.AuthSuccess, answer => answer.Int(-1))
                    : Error(request.Stream, ErrorCode.BadCredentials, "Provided username and/or password are incorrect");
            case Opcode.Register when known:
                node.Listeners[this] = true;
                return Write(request.Stream, Opcode.Ready, _ => { });
            case Opcode.Startup:
                return Write(request.Stream, Opcode.Ready, _ => { });
        }
        if (!known)
            return Error(request.Stream, ErrorCode.ProtocolError, "Unexpected message before authentication");
        if (request.Opcode == Opcode.Batch)
            return Batch(request);
        if (request.Opcode == Opcode.Execute && node.Recall(request.Id) is null)
            return Unprepared(request, request.Id);
        var cql = request.Statements[0];
        if (node.Parse(cql) is not { } plan)
            return Error(request.Stream, ErrorCode.Invalid, "unconfigured table, or not the CQL of this server");
        return request.Opcode == Opcode.Prepare ? Prepared(request.Stream, node.Prepare(cql), plan) : Result(request, plan);
    }

    private byte[] Batch(ScriptedRequest request)
    {
        foreach (var (id, values) in request.BatchRows())
        {
            if (node.Recall(id) is not { } cql)
                return Unprepared(request, id);
            node.Parse(cql)!.Run(values);
        }
        return Write(request.Stream, Opcode.Result, answer => answer.Int(1));
    }

    private static byte[] Unprepared(ScriptedRequest request, byte[] id) =>
        Error(request.Stream, ErrorCode.Unprepared, "Prepared query is not known", answer => answer.ShortBytes(id));

    private static byte[] Prepared(short streamId, byte[] id, Plan plan) => Write(streamId, Opcode.Result, answer =>
    {
        answer.Int(4);
        answer.ShortBytes(id);
        answer.Int(1);
        answer.Int(plan.Markers.Count);
        answer.Int(plan.Partition.Count);
        foreach (var index in plan.Partition)
            answer.Short(index);
        Columns(answer, plan, plan.Markers);
        answer.Int(plan.Columns is null ? 4 : 1);
        answer.Int(plan.Columns?.Count ?? 0);
        if (plan.Columns is not null)
            Columns(answer, plan, plan.Columns);
    });

    private static byte[] Result(ScriptedRequest request, Plan plan)
    {
        var asked = request.Parameters();
        var rows = plan.Run(asked.Values);
        if (plan.Table is null)
        {
            return Write(request.Stream, Opcode.Result, answer =>
            {
                answer.Int(5);
                answer.String("CREATED");
                answer.String("KEYSPACE");
                answer.String("health");
            });
        }
        if (plan.Columns is null)
            return Write(request.Stream, Opcode.Result, answer => answer.Int(1));
        var from = asked.PagingState is { } state ? BinaryPrimitives.ReadInt32BigEndian(state) : 0;
        var page = rows.Skip(from).Take(asked.PageSize).ToList();
        var more = from + page.Count < rows.Count;
        return Write(request.Stream, Opcode.Result, answer =>
        {
            answer.Int(2);
            answer.Int((asked.SkipMetadata ? 4 : 1) | (more ? 2 : 0));
            answer.Int(plan.Columns.Count);
            if (more)
            {
                answer.Int(4);
                answer.Int(from + page.Count);
            }
            if (!asked.SkipMetadata)
                Columns(answer, plan, plan.Columns);
            answer.Int(page.Count);
            foreach (var value in page.SelectMany(row => plan.Columns.Select(column => row.GetValueOrDefault(column.Name))))
            {
                answer.Int(value?.Length ?? -1);
                answer.Raw(value ?? []);
            }
        });
    }

    private static void Columns(FrameWriter answer, Plan plan, IReadOnlyList<Column> columns)
    {
        answer.String("health");
        answer.String(plan.Table!);
        foreach (var column in columns)
        {
            answer.String(column.Name);
            answer.Short((int)column.Type);
            for (var inner = column.Type switch { CqlTypeCode.Set => 1, CqlTypeCode.Map => 2, _ => 0 }; inner > 0; inner--)
                answer.Short((int)CqlTypeCode.Text);
        }
    }

    private static byte[] Error(short streamId, ErrorCode code, string message, Action<FrameWriter>? details = null) => Write(streamId, Opcode.Error, answer =>
    {
        answer.Int((int)code);
        answer.String(message);
        details?.Invoke(answer);
    });

    public static byte[] Write(short streamId, Opcode opcode, Action<FrameWriter> body)
    {
        using var frame = new FrameWriter(opcode);
        body(frame);
        return frame.Complete(streamId, FrameHeader.Response).ToArray();
    }
}
