using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>What a server can answer besides what it should: each becomes one of the store's errors, soon, and nothing is taken for stored.</summary>
public sealed class InfluxFailureTests
{
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");
    private static readonly Reading Reading = new(Patient, VitalSign.HeartRate, 1767600000000, 72);
    private static readonly string Whole =
        """{"results":[{"statement_id":0,"series":[{"name":"vitals","tags":{"sign":"spo2"},"columns":["time","value"],"values":[[1767600000000,97],[1767600001000,96.5]]}]}]}""";

    private readonly ManualTime time = new();

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task A_server_that_says_when_is_not_asked_again_before(HttpStatusCode status)
    {
        var busy = true;
        using var server = new FakeInflux((path, _) =>
        {
            var answer = busy && path == "/write" ? FakeInflux.Json("{}", status) : null;
            answer?.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(30));
            return answer;
        });
        await using var store = InfluxStores.Over(FakeInflux.Options, time, server);

        var told = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync([Reading]));
        Assert.Equal(TimeSpan.FromSeconds(30), told.RetryAfter);
        var asked = server.Requests.Count;
        busy = false;
        time.Advance(TimeSpan.FromSeconds(29));
        told = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync([Reading]));
        Assert.Equal(TimeSpan.FromSeconds(1), told.RetryAfter);
        Assert.Equal(asked, server.Requests.Count);

        time.Advance(TimeSpan.FromSeconds(1));
        await store.AppendAsync([Reading]);
    }

    [Fact]
    public async Task The_time_to_come_again_may_be_a_date_and_is_bounded()
    {
        using var server = new FakeInflux((_, _) =>
        {
            var answer = FakeInflux.Json("{}", HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(time.GetUtcNow().AddDays(1));
            return answer;
        });
        await using var store = InfluxStores.Over(FakeInflux.Options, time, server);

        var told = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.LatestAsync(Patient));

        Assert.Equal(TimeSpan.FromMinutes(5), told.RetryAfter);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, """{"error":"partial write: field type conflict: input field vitals,patient=0123456789abcdef01234567 dropped=1"}""", "partial write: field type conflict")]
    [InlineData(HttpStatusCode.BadRequest, """{"error":"unable to parse 'vitals,patient=0123456789abcdef01234567'"}""", "unable to parse")]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, "", "413")]
    [InlineData(HttpStatusCode.OK, "", "200")]
    [InlineData(HttpStatusCode.Redirect, "", "302")]
    public async Task A_write_that_is_not_wholly_taken_is_not_acknowledged_and_its_error_names_no_patient(HttpStatusCode status, string body, string says)
    {
        using var server = new FakeInflux((path, _) => path == "/write" ? FakeInflux.Json(body, status) : null);
        await using var store = InfluxStores.Over(FakeInflux.Options, time, server);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.AppendAsync([Reading]));

        Assert.Contains(says, error.Message);
        Assert.DoesNotContain(Patient.ToString(), error.ToString());
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, true)]
    [InlineData(HttpStatusCode.Forbidden, true)]
    [InlineData(HttpStatusCode.NotFound, false)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    [InlineData(HttpStatusCode.BadGateway, false)]
    public async Task What_an_operator_or_time_can_mend_lets_readings_wait_in_the_spool(HttpStatusCode status, bool operators)
    {
        using var server = new FakeInflux((path, _) => path == "/write" ? FakeInflux.Json("{}", status) : null);
        await using var store = InfluxStores.Over(FakeInflux.Options, time, server);

        var error = await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => store.AppendAsync([Reading]));
        Assert.Equal(operators, error is StoreRefusedException);
    }

    [Fact]
    public async Task One_batch_that_is_refused_does_not_cost_those_that_went_with_it()
    {
        var hold = new TaskCompletionSource();
        using var server = new FakeInflux((path, body) => path == "/write" && body.Contains("sign=spo2") ? FakeInflux.Json("{}", HttpStatusCode.BadRequest) : null);
        await using var store = InfluxStores.Over(FakeInflux.Options, time, server);
        await store.AppendAsync([Reading]);
        server.Hold = hold.Task;

        // The first is on its way while the others gather.
        var first = store.AppendAsync([Reading with { Time = Reading.Time + 1 }]);
        var refused = store.AppendAsync([Reading with { Sign = VitalSign.Spo2 }]);
        var good = store.AppendAsync([Reading with { Sign = VitalSign.Temperature, Value = 37 }]);
        hold.SetResult();

        await first;
        await good;
        await Assert.ThrowsAsync<StoreException>(() => refused);
        Assert.Equal(2, server.Requests.Count(request => request.Body.Contains("sign=temperature")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("<html>welcome</html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"results":1}""")]
    [InlineData("""{"results":[{"series":[{"values":[["x",1]]}]}]}""")]
    [InlineData("""{"results":[{"series":[{"values":[[1]]}]}]}""")]
    [InlineData("""{"results":[{"series":[{"values":[[1,null]]}]}]}""")]
    [InlineData("""{"results":[{"series":[{"values":[[1.5,1]]}]}]}""")]
    [InlineData("""{"results":[{"statement_id":0,"series":[{"values":[[1,1]]}]}""")]
    [InlineData("""{"results":[{"error":"no such thing as 0123456789abcdef01234567"}]}""")]
    public async Task An_answer_that_is_none_is_an_error(string body)
    {
        using var server = new FakeInflux((_, query) => query.Contains("SELECT value") ? FakeInflux.Json(body) : null);
        await using var store = InfluxStores.Over(FakeInflux.Options, time, server);

        var error = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(store));

        Assert.DoesNotContain(Patient.ToString(), error.ToString());
    }

    [Fact]
    public void Bytes_of_any_kind_are_an_answer_or_an_error()
    {
        var damaged =
            from at in Gen.Choose(0, Whole.Length - 1)
            from cut in Gen.Choose(0, 20)
            from instead in Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf()
            let bytes = Encoding.UTF8.GetBytes(Whole)
            select (byte[])[.. bytes[..at], .. instead, .. bytes[Math.Min(at + cut, bytes.Length)..]];
        Prop.ForAll(damaged.ToArbitrary(), bytes =>
        {
            var rows = new List<(double, VitalSign?)>();
            var error = Record.Exception(() => InfluxAnswer.ReadAsync(
                new MemoryStream(bytes), 100, row => rows.Add((row.Double(1), row.Tags.Sign)), CancellationToken.None).GetAwaiter().GetResult());
            Assert.True(error is null or StoreException, $"{error}");
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task An_answer_cut_off_anywhere_is_an_error_even_between_two_lines()
    {
        var first = Whole.Replace("}]}]}", "}],\"partial\":true}]}", StringComparison.Ordinal) + "\n";
        var bytes = Encoding.UTF8.GetBytes(first + Whole + "\n");
        for (var length = 0; length < bytes.Length - 1; length++)
            await Assert.ThrowsAnyAsync<StoreException>(() => ReadAsync(new MemoryStream(bytes, 0, length)));

        Assert.Equal(4, await ReadAsync(new MemoryStream(bytes)));
    }

    [Fact]
    public async Task An_answer_is_bounded_in_rows_and_in_bytes()
    {
        var rows = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Whole)), mostRows: 1));
        Assert.Contains("more than 1 rows", rows.Message);

        await using var endless = new EndlessStream();
        await Assert.ThrowsAsync<StoreException>(() => ReadAsync(endless));
        Assert.InRange(endless.Handed, 1, 10_000_000);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_not_waited_for_longer_than_the_limit()
    {
        using var server = new FakeInflux((_, _) => null) { Hold = new TaskCompletionSource().Task };
        await using var store = InfluxStores.Over(FakeInflux.Options, new StorePolicyOptions { Timeout = TimeSpan.FromMilliseconds(50) }, time, server);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AppendAsync([Reading])).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("no answer within", error.Message);
    }

    private static Task<IReadOnlyList<Sample>> ReadAsync(InfluxDbVitalStore store) =>
        store.ReadAsync(Patient, VitalSign.Spo2, DateTimeOffset.FromUnixTimeMilliseconds(Reading.Time), DateTimeOffset.FromUnixTimeMilliseconds(Reading.Time + 5000));

    private static async Task<int> ReadAsync(Stream body, int mostRows = 100)
    {
        var rows = 0;
        await InfluxAnswer.ReadAsync(body, mostRows, row => rows += row.Tags.Sign is VitalSign.Spo2 ? 1 : 0, CancellationToken.None);
        return rows;
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Handed { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            Handed += buffer.Length;
            return new(buffer.Length);
        }
    }
}
