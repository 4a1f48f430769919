using HealthDashboard.Data.Model;
using HealthDashboard.Fhir;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Fhir;

/// <summary>What the resources of a file are called there, over the parts of the file and over a restart.</summary>
public sealed class KnownIdsTests : IDisposable
{
    private readonly TempDirectory data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task What_two_are_called_means_neither_also_after_a_restart()
    {
        var path = Path.Combine(data.Path, "ids");
        var (one, other) = (ObjectId.New(TimeProvider.System), ObjectId.New(TimeProvider.System));
        await using (var known = await KnownIds.OpenAsync(path, CancellationToken.None))
        {
            await known.AddAsync("Patient/1", one);
            await known.AddAsync("Patient/2", other);
            await known.AddAsync("Patient/2", other);
            await known.AddAsync("Patient/1", other);
            Assert.Equal((null, other, null), (known.Find("Patient/1"), known.Find("Patient/2"), known.Find("Patient/3")));
        }
        await using var again = await KnownIds.OpenAsync(path, CancellationToken.None);
        Assert.Equal((null, other), (again.Find("Patient/1"), again.Find("Patient/2")));
        await again.AddAsync("Patient/1", one);
        Assert.Null(again.Find("Patient/1"));
    }
}
