using HealthDashboard.Hl7;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Hl7;

public sealed class Hl7AnswerTests
{
    private static readonly Hl7Error Wrong = new("OBX", 2, 5, ErrorCodes.DataType, "value a|b is wrong");
    private readonly Hl7Answer answers = new(new ManualTime());

    [Fact]
    public void An_answer_swaps_sender_and_receiver_and_names_the_message()
    {
        var answer = Lines(Hl7Header.Of(Hl7Text.Header(id: "M-7", version: "2.5.1", charset: "UNICODE UTF-8")), Outcome.Accepted);

        Assert.Matches(@"^MSH\|\^~\\&\|HD\|HOSP\|MON\|ICU\|20260105080000\+0000\|\|ACK\^R01\^ACK\|[0-9A-F]{20}\|P\|2\.5\.1\|\|\|\|\|\|UNICODE UTF-8$", answer[0]);
        Assert.Equal("MSA|AA|M-7", answer[1]);
    }

    [Fact]
    public void What_is_wrong_is_told_with_its_place_and_code() => Assert.Equal(
        ["MSA|AE|1|told", @"ERR||OBX^2^5|102^Data type error^HL70357|E||||value a\F\b is wrong"],
        Lines(Hl7Header.Of(Hl7Text.Header()), new Outcome(Verdict.Error, [Wrong], "told"))[1..]);

    [Fact]
    public void Before_version_2_5_it_is_told_in_ERR_1() => Assert.Equal(
        @"ERR|OBX^2^5^102&Data type error&HL70357&value a\F\b is wrong",
        Lines(Hl7Header.Of(Hl7Text.Header(version: "2.3")), new Outcome(Verdict.Rejected, [Wrong]))[2]);

    [Theory]
    [InlineData("", "", nameof(Verdict.Accepted), "AA")]
    [InlineData("", "", nameof(Verdict.Error), "AE")]
    [InlineData("", "", nameof(Verdict.Rejected), "AR")]
    [InlineData("AL", "NE", nameof(Verdict.Accepted), "CA")]
    [InlineData("AL", "", nameof(Verdict.Error), "CE")]
    [InlineData("AL", "NE", nameof(Verdict.Rejected), "CR")]
    [InlineData("NE", "AL", nameof(Verdict.Accepted), "AA")]
    [InlineData("AL", "AL", nameof(Verdict.Accepted), "CA AA")]
    [InlineData("NE", "NE", nameof(Verdict.Error), "")]
    [InlineData("ER", "NE", nameof(Verdict.Accepted), "")]
    [InlineData("ER", "ER", nameof(Verdict.Error), "CE AE")]
    [InlineData("SU", "NE", nameof(Verdict.Accepted), "CA")]
    [InlineData("NE", "SU", nameof(Verdict.Rejected), "")]
    public void The_sender_says_which_answers_it_wants(string accept, string application, string verdict, string codes) =>
        Assert.Equal(codes, string.Join(' ', Hl7Answer.CodesOf(accept, application, new Outcome(Enum.Parse<Verdict>(verdict), []))));

    [Fact]
    public void A_text_without_header_is_answered_all_the_same() => Assert.StartsWith("MSA|AR", Lines(Hl7Header.None, new Outcome(Verdict.Rejected, [Wrong]))[1]);

    private string[] Lines(Hl7Header header, Outcome outcome) => Assert.Single(answers.Of(header, outcome)).TrimEnd('\r').Split('\r');
}
