using System.Text;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hl7;

/// <summary>Takes what a frame holds and says what is answered. Whatever the bytes are, it throws nothing.</summary>
internal sealed partial class Hl7Desk(
    ObservationReports reports, StayMessages stays, Hl7Statistics statistics, IOptions<Hl7Options> options, TimeProvider time, ILogger<Hl7Desk> log)
{
    private const string Again = "It cannot be kept now: send it again.";

    private readonly Hl7Answer answers = new(time);

    /// <summary>Takes a frame; all that is answered with AA or CA is durable when the task ends.</summary>
    /// <returns>What is sent back, a frame each, in this order; empty where the sender asks for no answer.</returns>
    public async Task<IReadOnlyList<byte[]>> AnswerAsync(MllpFrame frame)
    {
        Hl7Content content;
        try
        {
            content = Read(frame);
        }
        catch (Hl7RefusedException refused)
        {
            var header = HeaderOf(frame.Bytes);
            statistics.CountMessage("", refused.Outcome.Verdict);
            return [.. answers.Of(header, refused.Outcome).Select(answer => header.Encoding.GetBytes(answer))];
        }
        List<(string Text, Encoding Encoding)> all = [];
        foreach (var lines in content.Messages)
        {
            var header = Hl7Header.Of(lines[0]);
            var outcome = await TakeAsync(lines, header);
            statistics.CountMessage($"{header.Type}^{header.Event}", outcome.Verdict);
            all.AddRange(answers.Of(header, outcome).Select(answer => (answer, header.Encoding)));
        }
        if (!content.IsBatch)
            return [.. all.Select(answer => answer.Encoding.GetBytes(answer.Text))];
        return all.Count == 0 ? [] : [all[0].Encoding.GetBytes(answers.Batch(content, [.. all.Select(answer => answer.Text)]))];
    }

    private Hl7Content Read(MllpFrame frame) => frame.IsTooLong
        ? throw Hl7RefusedException.Rejected("MSH", 0, ErrorCodes.TooLong, $"A message may have {options.Value.MaxMessageBytes} bytes.")
        : Hl7Content.Read(frame.Bytes);

    // Of the first message, whatever else is wrong.
    private static Hl7Header HeaderOf(byte[] frame)
    {
        foreach (var range in frame.AsSpan().SplitAny("\r\n"u8))
        {
            if (frame.AsSpan()[range].StartsWith("MSH"u8))
                return Hl7Header.Of(Encoding.Latin1.GetString(frame.AsSpan()[range]));
        }
        return Hl7Header.None;
    }

    private async Task<Outcome> TakeAsync(IReadOnlyList<string> lines, Hl7Header header)
    {
        try
        {
            var message = Hl7Message.Parse(lines);
            CheckHeader(message.Header);
            return (header.Type, header.Event) switch
            {
                ("ORU", "R01") => await reports.TakeAsync(message),
                ("ADT", _) => await stays.TakeAsync(message, lines),
                ("ORU", _) => throw Hl7RefusedException.Rejected("MSH", 9, ErrorCodes.EventCode, "Of ORU only the event R01 is accepted."),
                _ => throw Hl7RefusedException.Rejected("MSH", 9, ErrorCodes.MessageType, "Only ORU^R01 and ADT are accepted."),
            };
        }
        catch (Hl7RefusedException refused)
        {
            return refused.Outcome;
        }
        catch (Exception error) when (error is StoreException or RequestRefusedException or ConflictException)
        {
            LogNotKept(error.GetType().Name);
            return Failed();
        }
#pragma warning disable CA1031 // One message must not end the connection of the others, and its sender must hear that it was not kept.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailed(error);
            return Failed();
        }

        static Outcome Failed() => new(Verdict.Error, [new Hl7Error("MSH", 1, 0, ErrorCodes.Application, Again)], Again);
    }

    private void CheckHeader(Hl7Header header)
    {
        if (header.ControlId.Length == 0)
            throw Hl7RefusedException.Rejected("MSH", 10, ErrorCodes.RequiredField, "MSH-10 is empty: no answer could name the message.");
        if (!KnownVersion().IsMatch(header.Version))
            throw Hl7RefusedException.Rejected("MSH", 12, ErrorCodes.Version, $"Version '{Excerpt.Of(header.Version)}' is not known here: allowed are 2.1 to 2.9.");
        if (header.Segment.Text(11) != options.Value.ProcessingId)
            throw Hl7RefusedException.Rejected("MSH", 11, ErrorCodes.ProcessingId, $"The processing id is '{Excerpt.Of(header.Segment.Text(11))}'; {options.Value.ProcessingId} is accepted here.");
    }

    [GeneratedRegex(@"^2\.[1-9](\.[0-9])?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KnownVersion();

    [LoggerMessage(Level = LogLevel.Error, Message = "An HL7 message could not be kept ({Reason}); its sender is to send it again")]
    private partial void LogNotKept(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "An HL7 message failed")]
    private partial void LogFailed(Exception error);
}
