using System.Reflection;
using Bunit;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Tests.Support;
using HealthDashboard.Wall;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Wall;

/// <summary>One bed of the wall.</summary>
public sealed class BedTileViewTests
{
    private static readonly TileValue Value = new(default(ShownValue) with { Text = "72", Age = "" }, Trend.Rising, AlertPriority.High);

    [Fact]
    public async Task A_tile_without_an_alarm_as_most_are_keeps_within_the_frames_that_a_wall_can_afford()
    {
        await using var page = new BunitContext();
        page.Services.AddSingleton<TimeProvider>(new ManualTime());
        var tile = page.Render<BedTileView>(set => set.Add(view => view.Tile, Tile with { Alarm = null }));
#pragma warning disable BL0006 // Only counted: what a frame is made of is the framework's own.
        var frames = (ArrayRange<RenderTreeFrame>)typeof(Renderer).GetMethod("GetCurrentRenderTreeFrames", BindingFlags.Instance | BindingFlags.NonPublic)!
            .Invoke(page.Renderer, [tile.ComponentId])!;
        // Beyond this the renderer doubles its buffer, on every open wall.
        Assert.InRange(frames.Count, 1, 64);
#pragma warning restore BL0006
    }

    [Theory]
    [InlineData(Trend.Rising, "is-rising")]
    [InlineData(Trend.Falling, "is-falling")]
    [InlineData(Trend.Steady, null)]
    public async Task The_score_shows_where_it_has_gone(Trend trend, string? look)
    {
        await using var page = new BunitContext();
        page.Services.AddSingleton<TimeProvider>(new ManualTime());
        var news = page.Render<BedTileView>(set => set.Add(view => view.Tile, Tile with { Score = Tile.Score with { Trend = trend } })).Find(".news");
        Assert.Equal(look, news.ClassList.FirstOrDefault(name => name.StartsWith("is-", StringComparison.Ordinal)));
    }

    private static BedTile Tile { get; } = new(
        ObjectId.Parse(new string('1', 24)), "I07", "Quist, Ada", "Q. A.", "North", "ICU", new TileScore(9, "9", "high", "high", "NEWS2 9"),
        new TileAlarm(AlertPriority.High, "SpO2 84 < 90", true, "", true, 2) { By = "Nina Novak" }, new AlarmCounts(3, 0, 0))
    {
        Worst = AlertPriority.High,
        HeartRate = Value,
        Spo2 = Value,
        RespiratoryRate = Value,
        Pressure = Value,
        Temperature = Value,
    };
}
