using System.Text;
using HealthDashboard.Fhir;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Fhir;

public sealed class NdjsonLinesTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData("\n\r\n \n", "")]
    [InlineData("a", "1 a")]
    [InlineData("a\nb\n", "1 a|2 b")]
    [InlineData("a\r\n\r\nb", "1 a\r|3 b")]
    public async Task Lines_have_their_numbers_and_empty_ones_are_left_out(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', (await ReadAsync(Encoding.UTF8.GetBytes(text), 0, 0)).Select(line => $"{line.Number} {Encoding.UTF8.GetString(line.Bytes!)}")));

    [Fact]
    public async Task Reading_goes_on_behind_any_line()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 5_000).Select(i => new string('x', i % 97) + i)));
        var all = await ReadAsync(bytes, 0, 0);

        foreach (var line in all.Where((_, i) => i % 617 == 0))
        {
            var rest = await ReadAsync(bytes, line.End, line.Number);
            Assert.Equal(all.Skip(line.Number).Select(Text), rest.Select(Text));
        }

        static string Text(FileLine line) => $"{line.Number} {line.End} {Encoding.UTF8.GetString(line.Bytes!)}";
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_said_and_not_held()
    {
        var lines = await ReadAsync([.. new byte[NdjsonLines.Longest + 1], (byte)'\n', (byte)'a'], 0, 0);

        Assert.Equal([(1, true), (2, false)], lines.Select(line => (line.Number, line.Bytes is null)));
    }

    private async Task<List<FileLine>> ReadAsync(byte[] content, long offset, int line)
    {
        var path = directory["lines"];
        await File.WriteAllBytesAsync(path, content);
        List<FileLine> lines = [];
        await foreach (var next in NdjsonLines.ReadAsync(path, offset, line, TestContext.Current.CancellationToken))
            lines.Add(next);
        return lines;
    }
}
