using System.Text;
using HealthDashboard.Hl7;

namespace HealthDashboard.Tests.Unit.Hl7;

public sealed class Hl7MessageTests
{
    [Theory]
    [InlineData("MSH|^~\\&|A^B&C~D|x", '|')]
    [InlineData("MSH$%*!@$A%B@C*D$x", '$')]
    public void A_message_says_itself_what_divides_it(string header, char field)
    {
        var message = Hl7Text.Parse(header);

        Assert.Equal(field, message.Header.By.Field);
        Assert.Equal(field.ToString(), message.Segments[0].Raw(1));
        Assert.Equal(("A", "B", "C", "D", "x", ""), (message.Header.Application, message.Segments[0].Text(3, 2), message.Segments[0].Text(3, 2, 1, 2), message.Segments[0].Text(3, 1, 2), message.Segments[0].Text(4), message.Segments[0].Text(400)));
        Assert.Equal((2, 1, 0), (message.Segments[0].Repetitions(3), message.Segments[0].Repetitions(4), message.Segments[0].Repetitions(5)));
    }

    [Theory]
    [InlineData("MSH|^~\\&|a\rPID|1", 2)]
    [InlineData("MSH|^~\\&|a\r\nPID|1\r\n", 2)]
    [InlineData("MSH|^~\\&|a\nPID|1\n\n\nZZ1", 3)]
    public void A_segment_ends_with_any_line_end(string text, int segments) => Assert.Equal(segments, Hl7Text.Parse(text).Segments.Count);

    [Theory]
    [InlineData(@"a\F\b\S\c\T\d\R\e\E\f", @"a|b^c&d~e\f")]
    [InlineData(@"5\X3C\6\X2076\", "5<6 v")]
    [InlineData(@"one\.br\two", "one\ntwo")]
    [InlineData(@"\H\bold\N\", "bold")]
    [InlineData(@"C:\unknown\x", @"C:\unknown\x")]
    [InlineData(@"\X3\ \XZZ\ \", @"\X3\ \XZZ\ \")]
    public void Escapes_are_read(string raw, string meant) => Assert.Equal(meant, Hl7Escapes.Decode(raw, Delimiters.Usual, Encoding.Latin1));

    [Theory]
    [InlineData("", "utf-8", "Zoë")]
    [InlineData("UNICODE UTF-8", "utf-8", "Zoë 語")]
    [InlineData("8859/1", "iso-8859-1", "Zoë")]
    [InlineData("ASCII", "us-ascii", "Zoe")]
    public void The_encoding_is_that_of_MSH_18(string named, string encoding, string name)
    {
        var bytes = Encoding.GetEncoding(encoding).GetBytes(Hl7Text.Header(charset: named) + "\rPID|1||7||" + name);

        Assert.Equal(name, Hl7Text.Parse(bytes).First("PID")!.Text(5));
    }

    [Theory]
    [InlineData("", "iso-8859-1", "Zoë", ErrorCodes.DataType)]
    [InlineData("ASCII", "utf-8", "Zoë", ErrorCodes.DataType)]
    [InlineData("ISO IR87", "us-ascii", "Zoe", ErrorCodes.TableValue)]
    public void Another_encoding_is_refused_and_never_guessed(string named, string encoding, string name, int code)
    {
        var bytes = Encoding.GetEncoding(encoding).GetBytes(Hl7Text.Header(charset: named) + "\rPID|1||7||" + name);

        var refused = Assert.Throws<Hl7RefusedException>(() => Hl7Text.Parse(bytes));
        Assert.Equal((Verdict.Rejected, code), (refused.Outcome.Verdict, Assert.Single(refused.Outcome.Errors).Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PID|1")]
    [InlineData("BHS|^~\\&\rBTS|0")]
    [InlineData("MSH")]
    [InlineData("MSH|^~\\")]
    [InlineData("MSH|^^\\&|a")]
    [InlineData("MSHABCDEABC")]
    [InlineData("MSH|^~\\&|a\rpid|1")]
    [InlineData("MSH|^~\\&|a\rPIDX1")]
    public void What_is_no_message_is_refused(string text)
    {
        var refused = Assert.Throws<Hl7RefusedException>(() => Hl7Text.Parse(text));
        Assert.Equal(Verdict.Rejected, refused.Outcome.Verdict);
    }

    [Fact]
    public void A_batch_is_divided_into_its_messages()
    {
        var content = Hl7Content.Read(Encoding.ASCII.GetBytes("FHS|^~\\&|a\rBHS|^~\\&|b\rMSH|^~\\&|1\rPID|1\rMSH|^~\\&|2\rBTS|2\rFTS|1\r"));

        Assert.True(content.IsBatch);
        Assert.Equal([2, 1], content.Messages.Select(message => message.Count));
    }

    [Fact]
    public void Segments_of_one_name_are_numbered()
    {
        var message = Hl7Text.Parse("MSH|^~\\&|a", "OBX|1", "NTE|1", "OBX|2");
        Assert.Equal([1, 1, 1, 2], message.Segments.Select(segment => segment.Number));
    }
}
