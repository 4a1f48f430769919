using System.Globalization;
using System.Text;
using HealthDashboard.Ingest;

namespace HealthDashboard.Tests.Unit.Ingest;

public class DeviceNamesTests
{
    private readonly DeviceNames devices = new();

    // Below the number of devices a hospital of 16,000 beds emptied the memory of names with every few lines.
    [Fact]
    public void A_large_hospitals_names_are_all_remembered()
    {
        const int devicesOfALargeHospital = 50_000;
        var first = Enumerable.Range(0, devicesOfALargeHospital).Select(Find).ToList();
        Assert.All(first.Index(), name => Assert.Same(name.Item, Find(name.Index)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bed\u00011")]
    public void What_is_no_name_is_none(string name) => Assert.Null(devices.Find(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void A_name_has_a_longest_length()
    {
        Assert.NotNull(devices.Find(new byte[DeviceNames.LongestName].Select(_ => (byte)'d').ToArray()));
        Assert.Null(devices.Find(new byte[DeviceNames.LongestName + 1].Select(_ => (byte)'d').ToArray()));
    }

    private string? Find(int number) => devices.Find(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"monitor-{number}")));
}
