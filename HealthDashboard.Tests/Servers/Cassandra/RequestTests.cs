using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>Requests, byte by byte as sections 2 to 4.1 of the specification say.</summary>
public sealed class RequestTests
{
    private static readonly Prepared Known = new([0xca, 0xfe], [new("a", CqlTypeCode.Text), new("b", CqlTypeCode.Int)], null);

    [Fact]
    public void Options_is_a_header_alone() => Same("04 00 0007 05 00000000", Requests.Options());

    [Fact]
    public void Startup_names_the_version_of_cql() => Same(
        """
        04 00 0007 01 00000034 0002
        000b 43514c5f56455253494f4e 0005 332e302e30
        000b 4452495645525f4e414d45 000f 4865616c746844617368626f617264
        """,
        Requests.Startup());

    [Fact]
    public void Plain_is_user_and_password_after_zeroes() => Same("04 00 0007 0f 0000000c 00000008 00 75736572 00 7077", Requests.Plain("user", "pw"));

    [Fact]
    public void Register_names_the_events() => Same(
        """
        04 00 0007 0b 00000031 0003
        000f 544f504f4c4f47595f4348414e4745 000d 5354415455535f4348414e4745 000d 534348454d415f4348414e4745
        """,
        Requests.Register(ClusterEvent.All));

    [Fact]
    public void A_query_asks_for_pages() =>
        Same("04 00 0007 07 00000013 00000008 5345 4c454354 2031 0001 04 00001388", Requests.Query("SELECT 1", Consistency.One));

    [Fact]
    public void Prepare_is_the_statement() => Same("04 00 0007 09 00000006 00000002 c3a9", Requests.Prepare("é"));

    [Fact]
    public void Execute_carries_values_and_where_the_page_begins() => Same(
        """
        04 00 0007 0a 00000022 0002 cafe 0006 0f 0002
        00000002 c3a9
        00000004 ffffffff
        00001388 00000003 010203
        """,
        Requests.Execute(Known with { Columns = [] }, Consistency.LocalQuorum, ["é", -1], [1, 2, 3]));

    [Fact]
    public void Execute_without_values_says_so() =>
        Same("04 00 0007 0a 0000000b 0002 cafe 000a 04 00001388", Requests.Execute(Known, Consistency.LocalOne, [], pagingState: null));

    [Fact]
    public void A_batch_is_unlogged_and_of_prepared_statements() => Same(
        """
        04 00 0007 0d 00000025 01 0002
        01 0002 cafe 0001 00000001 78
        01 0002 cafe 0002 ffffffff 00000004 00000002
        0006 00
        """,
        Requests.Batch(Known, Consistency.LocalQuorum, [["x"], [(double?)null, 2]]));

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_have_the_formats_of_section_6(string bytes, Func<object> value)
    {
        using var frame = new FrameWriter(Opcode.Query);
        ((CqlValue)value()).WriteTo(frame);
        Assert.Equal(Hex(bytes), Convert.ToHexString(frame.Complete(0).Span[FrameHeader.Size..]));
    }

    public static TheoryData<string, Func<object>> Values() => new()
    {
        { "00000005 48c3a96c6f", () => (CqlValue)"Hélo" },
        { "00000000", () => (CqlValue)"" },
        { "00000002 00ff", () => (CqlValue)new byte[] { 0, 255 } },
        { "00000004 80000000", () => (CqlValue)int.MinValue },
        { "00000008 ffffffffffffffff", () => (CqlValue)(-1L) },
        { "00000008 3ff0000000000000", () => (CqlValue)1.0 },
        { "ffffffff", () => (CqlValue)(double?)null },
        { "00000008 4000000000000000", () => (CqlValue)(double?)2.0 },
        { "00000008 0000000000000000", () => (CqlValue)DateTimeOffset.UnixEpoch },
        { "00000008 ffffffffffffffff", () => (CqlValue)DateTimeOffset.UnixEpoch.AddTicks(-1) },
        { "00000004 80000000", () => (CqlValue)new DateOnly(1970, 1, 1) },
        { "00000004 7fffffff", () => (CqlValue)new DateOnly(1969, 12, 31) },
        { "00000004 80005021", () => (CqlValue)new DateOnly(2026, 3, 1) },
    };

    [Fact]
    public void What_does_not_fit_the_markers_is_told_by_name()
    {
        Assert.Equal("1 values for 2 markers", Assert.Throws<RequestException>(() => Known.Check(["x"])).Message);
        Assert.Equal("column b is Int, not Bigint", Assert.Throws<SetupException>(() => Known.Check(["x", 1L])).Message);
        Known.Check(["x", 1]);
    }

    [Fact]
    public void What_is_too_large_is_not_sent()
    {
        Assert.Throws<RequestException>(() => Requests.Execute(Known, Consistency.One, [new byte[FrameHeader.MaxLength]], null).Dispose());
        using var frame = new FrameWriter(Opcode.Startup);
        Assert.Throws<RequestException>(() => frame.String(new string('x', 65_536)));
    }

    private static void Same(string expected, FrameWriter request)
    {
        using (request)
            Assert.Equal(Hex(expected), Convert.ToHexString(request.Complete(7).Span));
    }

    private static string Hex(string spaced) => string.Concat(spaced.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant();
}
