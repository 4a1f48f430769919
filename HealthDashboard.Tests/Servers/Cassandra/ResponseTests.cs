using System.Net;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>Answers, from bytes worked out by hand from sections 4.2, 6 and 9 of the specification.</summary>
public sealed class ResponseTests
{
    [Fact]
    public void Rows_come_with_their_columns_and_the_next_page()
    {
        var rows = Rows(Read(
            Opcode.Result,
            """
            00000002
            00000003 00000003 00000002 abcd
            0002 6b73 0001 74
            0001 61 000d
            0001 62 0009
            0001 63 0022 000d
            00000002
            00000002 c3a9 00000004 ffffffff 00000000
            00000000 ffffffff ffffffff
            """));

        Assert.Equal([new("a", CqlTypeCode.Text), new("b", CqlTypeCode.Int), new("c", CqlTypeCode.Set)], rows.Columns);
        Assert.Equal([0xab, 0xcd], rows.PagingState!);
        Assert.Equal(("é", -1), (rows[0].GetText(0), rows[0].GetInt(1)));
        Assert.Equal("", rows[1].GetText(0));
        Assert.True(rows[1].IsNull(1));
        Assert.Equal(2, rows.Count);
    }

    [Fact]
    public void Rows_without_columns_have_those_that_are_known()
    {
        const string body = "00000002 00000004 00000001 00000001 00000008 4000000000000000";
        Assert.Equal(2.0, Rows(Read(Opcode.Result, body, [new("m", CqlTypeCode.Double)]))[0].GetDouble(0));
        Assert.Throws<ProtocolException>(() => Read(Opcode.Result, body));
        Assert.Throws<ProtocolException>(() => Read(Opcode.Result, body, []));
    }

    [Fact]
    public void Each_type_is_read()
    {
        var row = Rows(Read(
            Opcode.Result,
            """
            00000002 00000001 00000007 0002 6b73 0001 74
            0001 61 0002   0001 62 0003   0001 63 000b   0001 64 0011   0001 65 000c   0001 66 0010   0001 67 0010
            00000001
            00000008 8000000000000000
            00000001 ff
            00000008 ffffffffffffffff
            00000004 80005021
            00000010 00112233445566778899aabbccddeeff
            00000004 7f000001
            00000010 00000000000000000000000000000001
            """))[0];

        Assert.Equal(long.MinValue, row.GetBigint(0));
        Assert.Equal([0xff], row.GetBlob(1));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMilliseconds(-1), row.GetTimestamp(2));
        Assert.Equal(new DateOnly(2026, 3, 1), row.GetDate(3));
        Assert.Equal(new Guid("00112233-4455-6677-8899-aabbccddeeff"), row.GetUuid(4));
        Assert.Equal((IPAddress.Loopback, IPAddress.IPv6Loopback), (row.GetInet(5), row.GetInet(6)));
    }

    [Fact]
    public void Sets_and_maps_of_texts_are_read()
    {
        var row = Rows(Read(
            Opcode.Result,
            """
            00000002 00000001 00000004 0002 6b73 0001 74
            0001 61 0022 000d   0001 62 0021 000d 000d   0001 63 0022 000d   0001 64 0022 000d
            00000001
            0000000f 00000002 00000001 78 00000002 c3a9
            0000000e 00000001 00000001 6b 00000001 76
            ffffffff
            00000008 00000001 ffffffff
            """))[0];

        Assert.Equal(["x", "é"], row.GetTextSet(0));
        Assert.Equal(new Dictionary<string, string> { ["k"] = "v" }, row.GetTextMap(1));
        Assert.Empty(row.GetTextSet(2));
        Assert.Throws<ProtocolException>(() => row.GetTextSet(3));
        Assert.Throws<ProtocolException>(() => row.GetTextMap(0));
    }

    [Fact]
    public void A_value_of_another_type_or_length_or_out_of_range_is_told()
    {
        var row = Rows(Read(
            Opcode.Result,
            """
            00000002 00000001 00000005 0002 6b73 0001 74   0001 61 0009   0001 62 000b   0001 63 0011   0001 64 000d   0001 65 0010
            00000001   00000000   00000008 7fffffffffffffff   00000004 00000000   00000001 ff   00000003 000000
            """))[0];

        Assert.EndsWith("column a has Int where Bigint is expected", Assert.Throws<ProtocolException>(() => row.GetBigint(0)).Message, StringComparison.Ordinal);
        Assert.Throws<ProtocolException>(() => row.GetInt(0));
        Assert.Throws<ProtocolException>(() => row.GetTimestamp(1));
        Assert.Throws<ProtocolException>(() => row.GetDate(2));
        Assert.Throws<ProtocolException>(() => row.GetText(3));
        Assert.Throws<ProtocolException>(() => row.GetInet(4));
    }

    [Fact]
    public void A_prepared_statement_has_a_name_markers_and_columns()
    {
        var prepared = Assert.IsType<IsPrepared>(Read(
            Opcode.Result,
            """
            00000004 0002 cafe
            00000001 00000002 00000001 0001 0002 6b73 0001 74 0001 61 000d 0001 62 0002
            00000000 00000001 0002 6b73 0001 74 0001 63 0007
            """)).Prepared;
        Assert.Equal([0xca, 0xfe], prepared.Id);
        Assert.Equal("ks", prepared.Key!.Keyspace);
        Assert.Equal([1], prepared.Key.Markers);
        Assert.Equal([new("a", CqlTypeCode.Text), new("b", CqlTypeCode.Bigint)], prepared.Markers);
        Assert.Equal([new("c", CqlTypeCode.Double)], prepared.Columns!);

        var nothing = Assert.IsType<IsPrepared>(Read(Opcode.Result, "00000004 0001 01 00000000 00000000 00000000 00000004 00000000")).Prepared;
        Assert.Null(nothing.Columns);
        Assert.Null(nothing.Key);
        Assert.Throws<ProtocolException>(() => Read(
            Opcode.Result, "00000004 0001 01 00000001 00000001 00000001 0001 0002 6b73 0001 74 0001 61 000d 00000004 00000000"));
    }

    [Theory]
    [InlineData("00000001")]
    [InlineData("00000003 0002 6b73")]
    [InlineData("00000005 0007 43524541544544 0005 5441424c45 0002 6b73 0001 74")]
    [InlineData("00000001 ffff")]
    public void What_returns_nothing_is_done(string body) => Assert.IsType<Done>(Read(Opcode.Result, body));

    [Fact]
    public void The_rest_of_the_conversation_is_read()
    {
        Assert.IsType<Ready>(Read(Opcode.Ready, ""));
        Assert.Equal("x.Y", Assert.IsType<Authenticate>(Read(Opcode.Authenticate, "0003 782e59")).Authenticator);
        Assert.IsType<AuthSuccess>(Read(Opcode.AuthSuccess, "ffffffff"));
        Assert.IsType<AuthChallenge>(Read(Opcode.AuthChallenge, "00000000"));
        Assert.Equal(["1", "22"], Assert.IsType<Supported>(Read(Opcode.Supported, "0001 0001 41 0002 0001 31 0002 3232")).Options["A"]);
    }

    [Fact]
    public void A_trace_warnings_and_a_payload_come_first()
    {
        const string extras = "00112233445566778899aabbccddeeff   0002 0001 77 0000   0001 0001 6b ffffffff";
        var flags = FrameFlags.Tracing | FrameFlags.Warning | FrameFlags.CustomPayload;
        Assert.IsType<Done>(Response.Read(Frame(Opcode.Result, $"{extras} 00000001", flags)));
        Assert.Throws<ProtocolException>(() => Response.Read(Frame(Opcode.Result, "00000001", FrameFlags.Compressed)));
    }

    [Theory]
    [InlineData("00000000", ErrorCode.ServerError, true)]
    [InlineData("0000000a", ErrorCode.ProtocolError, false)]
    [InlineData("00000100", ErrorCode.BadCredentials, false)]
    [InlineData("00001001", ErrorCode.Overloaded, true)]
    [InlineData("00001002", ErrorCode.IsBootstrapping, true)]
    [InlineData("00001003", ErrorCode.TruncateError, true)]
    [InlineData("00002000", ErrorCode.SyntaxError, false)]
    [InlineData("00002100", ErrorCode.Unauthorized, false)]
    [InlineData("00002200", ErrorCode.Invalid, false)]
    [InlineData("00002300", ErrorCode.ConfigError, false)]
    [InlineData("00002400", ErrorCode.AlreadyExists, false)]
    [InlineData("00002500", ErrorCode.Unprepared, false)]
    [InlineData("0000beef", (ErrorCode)0xbeef, false)]
    internal void Errors_have_a_code_and_words(string code, ErrorCode expected, bool transient)
    {
        var error = Assert.Throws<ServerErrorException>(() => Read(Opcode.Error, $"{code} 0002 6e6f 0002 6b73 0000"));
        Assert.Equal((expected, transient), (error.Code, error.IsTransient));
        Assert.EndsWith(": no", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Replicas);
    }

    [Theory]
    [InlineData("00001000 0000 0006 00000002 00000001", 1, 2, 0)]
    [InlineData("00001100 0000 0006 00000001 00000002 0006 53494d504c45", 1, 2, 0)]
    [InlineData("00001200 0000 0006 00000001 00000002 00", 1, 2, 0)]
    [InlineData("00001300 0000 0006 00000000 00000002 00000003 01", 0, 2, 3)]
    [InlineData("00001500 0000 0006 00000000 00000002 00000003 0006 53494d504c45", 0, 2, 3)]
    public void Errors_of_replicas_say_how_far_it_got(string body, int answered, int required, int failed)
    {
        var error = Assert.Throws<ServerErrorException>(() => Read(Opcode.Error, body));
        Assert.Equal(new ReplicaReport(Consistency.LocalQuorum, answered, required, failed), error.Replicas);
        Assert.True(error.IsTransient);
    }

    [Theory]
    [InlineData("84 00 0001 08 01000001")]
    [InlineData("84 00 0001 08 ffffffff")]
    [InlineData("85 00 0001 08 00000000")]
    [InlineData("04 00 0001 08 00000000")]
    public void A_header_of_another_version_or_too_long_a_body_is_refused(string header) =>
        Assert.Throws<ProtocolException>(() => FrameHeader.Read(Bytes(header)));

    [Fact]
    public void A_type_nested_without_end_is_refused() =>
        Assert.Throws<ProtocolException>(() => Read(Opcode.Result, $"00000002 00000001 00000001 0000 0000 0001 61 {string.Concat(Enumerable.Repeat("0020", 100_000))}"));

    private static RowSet Rows(Response response) => Assert.IsType<Rows>(response).Set;

    private static Response Read(Opcode opcode, string body, IReadOnlyList<Column>? known = null) => Response.Read(Frame(opcode, body), known);

    private static Frame Frame(Opcode opcode, string body, FrameFlags flags = FrameFlags.None)
    {
        var bytes = Bytes(body);
        return new Frame(new FrameHeader(FrameHeader.Response, flags, 0, opcode, bytes.Length), bytes);
    }

    private static byte[] Bytes(string spaced) => Convert.FromHexString(string.Concat(spaced.Where(c => !char.IsWhiteSpace(c))));
}
