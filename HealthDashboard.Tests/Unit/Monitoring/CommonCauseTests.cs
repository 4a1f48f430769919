using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Tests.Unit.Monitoring;

public class CommonCauseTests
{
    private const long Start = 1_800_000_000_000;
    private const long Silence = 60_000;

    [Theory]
    [InlineData(36, 36, true)]
    [InlineData(36, 18, true)]
    [InlineData(36, 17, false)]
    [InlineData(36, 3, false)]
    [InlineData(36, 2, false)]
    [InlineData(5, 3, true)]
    [InlineData(5, 2, false)]
    [InlineData(2, 2, false)]
    [InlineData(3, 3, true)]
    public void Three_feeds_or_more_and_half_of_all_are_one_cause(int all, int silent, bool one)
    {
        var feeds = Ward(all, silent, "gateway");
        Assert.Equal(one, CommonCause.Begins(feeds, Start + 45_000));
        Assert.Equal(one, CommonCause.GoesOn(feeds, Start + 45_000));
    }

    [Fact]
    public void It_is_seen_15_s_before_the_first_of_them_would_be_an_alert_and_not_earlier()
    {
        List<Feed> feeds = [.. Enumerable.Range(0, 5).Select(n => At(Start, n))];
        Assert.False(CommonCause.Begins(feeds, Start + 44_999));
        Assert.True(CommonCause.Begins(feeds, Start + 45_000));
    }

    [Theory]
    [InlineData(15_000, true)]
    [InlineData(15_001, false)]
    public void They_fall_silent_within_15_s(long apart, bool one)
    {
        // Three in a ward of six: each of them counts.
        List<Feed> feeds = [At(Start, 0), At(Start + 7_000, 1), At(Start + apart, 2), .. Enumerable.Range(3, 3).Select(n => At(Start + 60_000, n))];
        Assert.Equal(one, CommonCause.Begins(feeds, Start + 60_000));
    }

    [Fact]
    public void Half_of_one_devices_feeds_are_enough_in_a_ward_of_many()
    {
        List<Feed> feeds = [.. Ward(4, 3, "gateway"), .. Enumerable.Range(10, 30).Select(n => At(Start + 45_000, n, $"monitor-{n}"))];
        Assert.True(CommonCause.Begins(feeds, Start + 45_000));
        Assert.False(CommonCause.Begins([.. feeds.Select(feed => feed with { Device = $"monitor {feed.PatientId}" })], Start + 45_000));
    }

    [Fact]
    public void A_slow_feed_is_silent_only_when_its_own_time_comes()
    {
        List<Feed> feeds = [.. Enumerable.Range(0, 4).Select(n => At(Start, n) with { Due = Start + 180_000 })];
        Assert.False(CommonCause.Begins(feeds, Start + 60_000));
        Assert.True(CommonCause.Begins(feeds, Start + 165_000));
    }

    [Theory]
    [InlineData(36, 0, false)]
    [InlineData(36, 6, false)]
    [InlineData(36, 18, true)]
    public void It_is_over_when_fewer_than_half_are_still_silent(int all, int stillSilent, bool goesOn)
    {
        var raised = Start + 45_000;
        List<Feed> feeds = [.. Enumerable.Range(0, all).Select(n => At(n < stillSilent ? Start : raised + 10_000, n, "gateway"))];
        Assert.Equal(goesOn, CommonCause.GoesOn(feeds, raised));
    }

    [Fact]
    public void Whoever_falls_silent_later_is_not_of_that_cause()
    {
        var raised = Start + 45_000;
        Assert.True(CommonCause.IsOf(At(Start + 15_000, 1), raised));
        Assert.False(CommonCause.IsOf(At(raised - 500, 2), raised));
    }

    [Fact]
    public void A_ward_has_one_id_that_no_patient_has()
    {
        var ward = new WardGroup("North", "ICU/HDU");
        Assert.Equal(ward.Id, new WardGroup("North", "ICU/HDU").Id);
        Assert.NotEqual(ward.Id, new WardGroup("South", "ICU/HDU").Id);
        Assert.StartsWith("ff", ward.Id.ToString());
        Assert.Equal(ward, WardGroup.Of(new Alert { Sign = Alert.FeedSign, Text = "", Group = ward.Name }));
        Assert.Null(WardGroup.Of(new Alert { Sign = Alert.FeedSign, Text = "" }));
    }

    private static List<Feed> Ward(int all, int silent, string? device = null) =>
        [.. Enumerable.Range(0, all).Select(n => At(n < silent ? Start + (n % 5 * 100) - 400 : Start + 45_000, n, device))];

    private static Feed At(long lastArrived, int number, string? device = null) =>
        new(ObjectId.Parse($"{number:x24}"), device, lastArrived, lastArrived + Silence);
}
