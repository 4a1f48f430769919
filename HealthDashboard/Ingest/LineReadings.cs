using System.Buffers.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>
/// Reads <c>vitals,patient=ID,device=D heartRate=72,spo2=97,consciousness="A" TIME</c>, one reading a field. Tag <c>mrn</c> may stand in
/// for <c>patient</c>; other tags are passed over, since gateways add their own. A line that is no line protocol is refused whole,
/// a field that is no reading by itself. Made for one body.
/// </summary>
internal sealed class LineReadings(ReadingBatch batch, DeviceNames devices, TimestampPrecision precision, DateTimeOffset now, int maxReadings)
{
    private readonly List<(VitalSignInfo Sign, double Value)> fields = [];
    private readonly List<string> fieldErrors = [];
    private PatientRef patient;
    private string? device;

    /// <summary>Reads a body into the batch; rejections carry the line's number from 1.</summary>
    /// <exception cref="RequestRefusedException">413 for too many readings.</exception>
    public void Parse(ReadOnlySpan<byte> body)
    {
        var text = new LineProtocol(body);
        var series = ReadOnlySpan<byte>.Empty;
        while (text.NextLine())
        {
            var (start, line) = (text.Position, text.Line);
            var error = text.Series(out var lineSeries);
            // Gateways send runs of lines of one patient and device.
            if (error is null && !lineSeries.SequenceEqual(series))
            {
                error = ParseSeries(lineSeries);
                series = error is null ? lineSeries : default;
            }
            error ??= ParseFields(ref text) ?? ParseTime(ref text, out var time) ?? Store(line, time);
            if (error is not null)
            {
                batch.Reject(line, error);
                text.SkipLine(start, line);
            }
            if (batch.Total > maxReadings)
                throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, $"The request has more than {maxReadings} readings.");
        }
    }

    private string? ParseSeries(ReadOnlySpan<byte> series)
    {
        Span<byte> buffer = stackalloc byte[4 * 64];
        var measurement = LineProtocol.CutPart(ref series);
        if (!measurement.SequenceEqual("vitals"u8))
            return $"the measurement '{Excerpt.Of(measurement)}' is not known, only 'vitals' is";
        (ObjectId? id, string? mrn, device) = (null, null, null);
        while (!series.IsEmpty)
        {
            var tag = LineProtocol.CutPart(ref series);
            if (!LineProtocol.CutTag(tag, out var key, out var escaped))
                return $"the tag '{Excerpt.Of(tag)}' must be key=value";
            var isPatient = key.SequenceEqual("patient"u8);
            var isMrn = key.SequenceEqual("mrn"u8);
            if (!isPatient && !isMrn && !key.SequenceEqual("device"u8))
                continue;
            if (isPatient ? id is not null : isMrn ? mrn is not null : device is not null)
                return $"the tag '{Excerpt.Of(key)}' is there twice";
            var length = LineProtocol.Unescape(escaped, buffer);
            var value = length < 0 ? default : buffer[..length];
            if (isPatient)
                id = ObjectId.TryParse(value, null, out var parsed) ? parsed : null;
            else if (isMrn)
                mrn = value.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(value);
            else
                device = devices.Find(value);
            if (isPatient ? id is null : isMrn ? mrn is null : device is null)
                return $"the tag {Excerpt.Of(key)}='{Excerpt.Of(escaped)}' {(isPatient ? "must be 24 hex digits" : "is too long or no text")}";
        }
        return ParsePatient(id, mrn);
    }

    private string? ParsePatient(ObjectId? id, string? mrn)
    {
        if (id is null && mrn is null)
            return "a tag 'patient' or 'mrn' must say whose the readings are";
        // An id and an MRN of two people: better nobody's chart than the wrong one.
        if (batch.PatientOf(id, mrn) is not { } found)
            return $"patient='{id}' has another MRN than mrn='{Excerpt.Of(mrn)}'";
        patient = found;
        return null;
    }

    private string? ParseFields(ref LineProtocol text)
    {
        fields.Clear();
        fieldErrors.Clear();
        do
        {
            if (text.Field(out var key, out var value) is { } error)
                return error;
            if (SignNames.Find(key) is not { } sign)
                fieldErrors.Add($"unknown field '{Excerpt.Of(key)}', allowed are {ReadingRules.SignNames}");
            else if (ValueOf(sign, value) is { } number)
                fields.Add((sign, number));
            else
                fieldErrors.Add($"{sign.Name} {Excerpt.Of(value)} must be {(sign.Sign == VitalSign.Consciousness ? "one of \"A\", \"C\", \"V\", \"P\", \"U\"" : "a finite number")}");
        }
        while (text.MoreFields());
        return null;
    }

    private string? ParseTime(ref LineProtocol text, out long time)
    {
        time = 0;
        if (text.Timestamp(out var timestamp) is { } error)
            return error;
        if (timestamp.IsEmpty)
            time = now.ToUnixTimeMilliseconds();
        else if (!Utf8Parser.TryParse(timestamp, out long number, out var read) || read != timestamp.Length || !precision.TryToMilliseconds(number, out time))
            return $"'{Excerpt.Of(timestamp)}' is no timestamp";
        return null;
    }

    private string? Store(int line, long time)
    {
        foreach (var (sign, value) in fields)
            batch.Add(line, patient, sign, value, time, device);
        foreach (var error in fieldErrors)
            batch.Reject(line, error);
        return null;
    }

    private static double? ValueOf(VitalSignInfo sign, ReadOnlySpan<byte> value)
    {
        if (sign.Sign == VitalSign.Consciousness)
            return value is [(byte)'"', var letter, (byte)'"'] && ReadingRules.Consciousness([letter]) is >= 0 and var level ? level : null;
        // What a number begins with; else "nan" and "Infinity" would pass.
        if (value[0] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.'))
            return null;
        var digits = value[^1] is (byte)'i' or (byte)'u' ? value[..^1] : value;
        if (value[^1] == 'i')
            return Utf8Parser.TryParse(digits, out long signed, out var read) && read == digits.Length ? signed : null;
        if (value[^1] == 'u')
            return Utf8Parser.TryParse(digits, out ulong unsigned, out var read) && read == digits.Length ? unsigned : null;
        return Utf8Parser.TryParse(digits, out double number, out var consumed) && consumed == digits.Length && double.IsFinite(number) ? number : null;
    }
}
