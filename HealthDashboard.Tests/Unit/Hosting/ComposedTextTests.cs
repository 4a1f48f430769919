using HealthDashboard.Shared;

namespace HealthDashboard.Tests.Unit.Hosting;

public sealed class ComposedTextTests
{
    // As Unicode's normal form C has them; the program itself runs without ICU.
    [Theory]
    [InlineData("Quist", "Quist")]
    [InlineData("", "")]
    [InlineData("Be\u0301langer", "B\u00e9langer")]
    [InlineData("\u00c5ngstro\u0308m", "\u00c5ngstr\u00f6m")]
    [InlineData("Nguye\u0302\u0303n", "Nguy\u1ec5n")]
    [InlineData("Vie\u0323\u0302t", "Vi\u1ec7t")]
    [InlineData("\u0391\u0301\u03bd\u03bd\u03b1", "\u0386\u03bd\u03bd\u03b1")]
    [InlineData("\u0438\u0306", "\u0439")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00")]
    [InlineData("\u304b\u3099", "\u304c")]
    [InlineData("x\u0301", "x\u0301")]
    [InlineData("\u0301", "\u0301")]
    [InlineData("\u674e \U0001F469", "\u674e \U0001F469")]
    public void Letters_and_marks_become_one_where_there_is_one(string typed, string composed)
    {
        Assert.Equal(composed, ComposedText.Of(typed));
        Assert.Equal(composed, ComposedText.Of(composed));
    }
}
