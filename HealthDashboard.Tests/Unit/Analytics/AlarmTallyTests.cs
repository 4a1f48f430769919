using HealthDashboard.Analytics;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Analytics;

public sealed class AlarmTallyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_packed_adds_up_to_the_same_and_gives_the_same_bytes()
    {
        var whole = new AlarmTally();
        var parts = new[] { new AlarmTally(), new AlarmTally(), new AlarmTally() };
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var alert = Some(random, i);
            whole.Add(alert);
            parts[random.Next(parts.Length)].Add(alert);
        }
        whole.Occupy(3, 300);
        parts[0].Occupy(3, 299);
        parts[2].Occupy(3);
        var sum = new AlarmTally();
        foreach (var part in parts)
            sum.Add(part.Pack());
        Assert.Equal(500, sum.Raised);
        Assert.Equal(whole.Pack(), sum.Pack());
    }

    [Fact]
    public void Whoever_ended_by_itself_did_so_within_thirty_seconds_and_before_anybody_acknowledged()
    {
        var tally = new AlarmTally();
        tally.Add(Alert(Noon) with { EndedAt = Noon.AddSeconds(30) });
        tally.Add(Alert(Noon) with { EndedAt = Noon.AddSeconds(30.1) });
        tally.Add(Alert(Noon) with { EndedAt = Noon.AddSeconds(20), AcknowledgedAt = Noon.AddSeconds(19) });
        tally.Add(Alert(Noon) with { EndedAt = Noon.AddSeconds(20), AcknowledgedAt = Noon.AddSeconds(21) });
        tally.Add(Alert(Noon));
        var cell = Assert.Single(tally.Cells).Value;
        Assert.Equal((5, 2, 100), (cell.Raised, cell.EndedBySelf, cell.Seconds));
    }

    [Fact]
    public void Alarms_of_one_kind_on_several_devices_are_one_kind()
    {
        var tally = new AlarmTally();
        tally.Add(Alert(Noon) with { Sign = "clock:monitor 1" });
        tally.Add(Alert(Noon) with { Sign = "clock:monitor 2" });
        Assert.Equal("clock", Assert.Single(tally.Cells).Key.Sign);
    }

    [Fact]
    public void Sums_that_are_cut_off_or_of_another_version_are_refused()
    {
        var tally = new AlarmTally();
        tally.Add(Alert(Noon) with { AcknowledgedAt = Noon.AddMinutes(3), Escalation = 2 });
        var packed = tally.Pack();
        for (var length = 0; length < packed.Length; length++)
        {
            // Where a cell ends, so may the sums.
            if (length != packed.Length && Cells(packed.AsMemory(0, length)) is var cells)
                Assert.True(cells is null or 0, $"{length} of {packed.Length} bytes were read as {cells} cells.");
        }
        packed[0]++;
        Assert.Throws<InvalidDataException>(() => new AlarmTally().Add(packed));
    }

    [Fact]
    public void Sums_of_the_version_before_reviews_are_read_and_written_in_this_one()
    {
        // Hour 12, the first sign, high; two raised, one ended by itself, twenty seconds; none escalated, none acknowledged.
        byte[] old = [1, .. new byte[24], 1, 4, .. "spo2"u8, 12, 0, 3, 2, 1, 20, 0, 0];
        var tally = AlarmTally.Unpack(old)!;
        var (key, cell) = Assert.Single(tally.Cells);
        Assert.Equal((new AlarmCellKey(12, "spo2", AlertPriority.High), 2, 1, 20), (key, cell.Raised, cell.EndedBySelf, cell.Seconds));
        Assert.Equal([0, 0, 0], cell.Verdicts);
        Assert.Equal([2, .. old[1..^2], 0, 0, 0, 0, 0], tally.Pack());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(1)]
    public void Response_times_are_those_of_the_sorted_list_to_the_second_under_ten_minutes(double share)
    {
        var random = new Random(11);
        foreach (var count in new[] { 1, 2, 7, 100, 1001 })
        {
            var times = new ResponseTimes();
            List<int> seconds = [.. Enumerable.Range(0, count).Select(_ => random.Next(600))];
            foreach (var one in seconds)
                times.Add(ResponseTimes.SlotOf(TimeSpan.FromSeconds(one + random.NextDouble())), 1);
            seconds.Sort();
            Assert.Equal(TimeSpan.FromSeconds(seconds[(int)Math.Ceiling(share * count - 1e-9) - 1]), times.Within(share));
        }
    }

    [Theory]
    [InlineData(599, 599)]
    [InlineData(609, 600)]
    [InlineData(3_599, 3_590)]
    [InlineData(3_659, 3_600)]
    [InlineData(86_399, 86_340)]
    [InlineData(900_000, 86_400)]
    [InlineData(-5, 0)]
    public void Longer_response_times_count_as_the_ten_seconds_or_minute_that_they_are_in(int seconds, int counted)
    {
        var times = new ResponseTimes();
        times.Add(ResponseTimes.SlotOf(TimeSpan.FromSeconds(seconds)), 1);
        Assert.Equal(TimeSpan.FromSeconds(counted), times.Within(0.5));
        Assert.Null(new ResponseTimes().Within(0.5));
    }

    internal static Alert Alert(DateTimeOffset raised) => new()
    {
        Id = ObjectId.New(new ManualTime()),
        PatientId = ObjectId.New(new ManualTime()),
        Sign = "spo2",
        Direction = AlertDirection.Low,
        Priority = AlertPriority.High,
        Text = "***",
        RaisedAt = raised,
        RecordedAt = raised,
        Version = 1,
    };

    private static int? Cells(ReadOnlyMemory<byte> packed)
    {
        try
        {
            var tally = new AlarmTally();
            tally.Add(packed);
            return tally.Cells.Count;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static Alert Some(Random random, int i)
    {
        var raised = Noon.AddSeconds(random.Next(200_000));
        return Alert(raised) with
        {
            Sign = new[] { "spo2", "heartRate", Data.Model.Alert.ScoreSign, "clock:m 1" }[i % 4],
            Priority = (AlertPriority)random.Next(1, 4),
            EndedAt = random.Next(3) == 0 ? null : raised.AddSeconds(random.Next(400)),
            AcknowledgedAt = random.Next(2) == 0 ? null : raised.AddSeconds(random.Next(100_000)),
            Escalation = random.Next(4),
            Review = random.Next(3) == 0 ? new((AlertVerdict)random.Next(3), null, "doc", raised.AddDays(1)) : null,
        };
    }
}
