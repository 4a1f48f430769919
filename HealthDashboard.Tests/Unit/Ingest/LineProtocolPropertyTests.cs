using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;

namespace HealthDashboard.Tests.Unit.Ingest;

public class LineProtocolPropertyTests
{
    private static readonly Gen<string> Names = Gen.NonEmptyListOf(Gen.Elements([.. "abzAZ09-_/ ,=\\\"#'éβ語"])).Select(list => string.Concat(list.Take(20)))
        // A backslash would escape a comma, space or equals sign after it: line protocol has no way to write the two.
        .Select(name => name.Replace("\\", "\\x"));

    [Fact]
    public void What_is_written_is_read_back()
    {
        var readings =
            from mrn in Names
            from device in Names
            from sign in Gen.Elements(VitalSigns.All.ToArray())
            from part in Gen.Choose(0, 1000)
            from ago in Gen.Choose(0, 7 * 86_400_000)
            select (mrn, device, sign, Value: ValueOf(sign, part), Time: Batches.Now.ToUnixTimeMilliseconds() - ago);
        Prop.ForAll(readings.ListOf(20).ToArbitrary(), list =>
        {
            var batches = new Batches();
            var patients = list.Select(item => item.mrn).Distinct(StringComparer.Ordinal).ToDictionary(mrn => mrn, MakePatient, StringComparer.Ordinal);
            foreach (var patient in patients.Values)
                batches.Directory.Set(patient);
            var text = string.Concat(list.Select(item => Encode(item.mrn, item.device, item.sign, item.Value, item.Time)));
            Parse(batches, Encoding.UTF8.GetBytes(text));

            Assert.Empty(batches.Batch.Rejected);
            var expected = list
                .Select(item => new Reading(patients[item.mrn].Id, item.sign.Sign, item.Time, item.Value, item.device, Batches.Now.ToUnixTimeMilliseconds()))
                .GroupBy(reading => (reading.PatientId, reading.Sign, reading.Time))
                .Select(same => same.Last());
            Assert.Equal(expected, batches.Batch.ToArray());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_number_is_the_same_in_whatever_line_it_stands()
    {
        var digits = Gen.ListOf(Gen.Elements([.. "0123456789"])).Select(list => string.Concat(list.Take(18)));
        var numbers =
            from sign in Gen.Elements("", "", "", "-", "+")
            from whole in digits
            from point in Gen.Elements("", ".", ".")
            from part in digits
            from end in Gen.Elements("", "", "", "e-3", "E2", "i", "u", "x", "\t")
            select sign + whole + point + part + end;
        Prop.ForAll(Gen.OneOf(numbers, Gen.Choose(0, 46_000).Select(value => (value / 1000.0).ToString(CultureInfo.InvariantCulture))).ToArbitrary(), number =>
        {
            var batches = new Batches();
            // The second line is read by what is known of the first.
            Parse(batches, Encoding.UTF8.GetBytes(Line(2) + Line(1)));

            var byTime = batches.Batch.ToArray().Where(reading => reading.Sign == VitalSign.OxygenFlow).Select(reading => BitConverter.DoubleToInt64Bits(reading.Value)).ToList();
            Assert.True(byTime.Count is 0 or 2 && byTime.Distinct().Count() <= 1, number);
            var isNumber = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var expected);
            if (byTime is [var bits, _] && isNumber)
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected), bits);
            if (isNumber && expected is > 0 and <= 60 && number.All(char.IsAsciiDigit))
                Assert.Equal(2, byTime.Count);

            string Line(int minutesAgo) =>
                $"vitals,patient={batches.Patient.Id} oxygenFlow={number},temperature=37 {Batches.Now.AddMinutes(-minutesAgo).ToUnixTimeMilliseconds()}000000\n";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void Of_readings_of_one_moment_the_last_counts_and_each_patients_come_together()
    {
        var readings =
            from patient in Gen.Choose(0, 3)
            from sign in Gen.Elements(VitalSign.HeartRate, VitalSign.Temperature)
            from time in Gen.Choose(1, 6)
            select (patient, sign, time);
        Prop.ForAll(readings.ArrayOf().ToArbitrary(), list =>
        {
            var batches = new Batches();
            Patient[] patients = [.. Enumerable.Range(0, 4).Select(i => MakePatient($"M{i}"))];
            foreach (var patient in patients)
                batches.Directory.Set(patient);
            var now = Batches.Now.ToUnixTimeMilliseconds();
            foreach (var (i, (patient, sign, time)) in list.Index())
                batches.Batch.Add(i, batches.Batch.PatientOf(patients[patient].Id), sign.Info(), 36 + (i % 10), now - time, null);

            var expected = list.Index()
                .Select(item => new Reading(patients[item.Item.patient].Id, item.Item.sign, now - item.Item.time, 36 + (item.Index % 10), null, now))
                .GroupBy(reading => (reading.PatientId, reading.Sign, reading.Time))
                .Select(same => same.Last())
                .ToList();
            Assert.Equal(expected, batches.Batch.ToArray());
            Assert.Equal(expected.GroupBy(reading => reading.PatientId).SelectMany(group => group), batches.Batch.TakeReadings());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_bytes_are_read_to_their_end_and_refused_line_by_line()
    {
        var id = new Batches().Patient.Id.ToString();
        string[] pieces =
        [
            "vitals", ",patient=", id, ",mrn=", "MRN-1", ",device=", "bed", " ", "  ", "heartRate=", "spo2=", "consciousness=", "\"A\"", "\"", "\\", "\\\"",
            "\\ ", "\\,", "72", "72i", "-1u", "1e9", "t", ",", "=", "\n", "\r\n", "\r", "#", "1767600000000000000", "-", "\0", "\t", "é", "note=\"x\ny\"",
        ];
        var texts = Gen.OneOf(
            Gen.ListOf(Gen.Elements(pieces)).Select(list => Encoding.UTF8.GetBytes(string.Concat(list))),
            Gen.ListOf(Gen.Choose(0, 255)).Select(list => list.Select(number => (byte)number).ToArray()));
        Prop.ForAll(texts.ToArbitrary(), bytes =>
        {
            var batches = new Batches();
            Parse(batches, bytes);

            var lines = 1 + bytes.Count(b => b == '\n');
            Assert.All(batches.Batch.Rejected, rejection => Assert.InRange(rejection.Index, 1, lines));
            Assert.All(batches.Batch.ToArray(), reading => Assert.Null(ReadingRules.Value(reading.Sign.Info(), reading.Value)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void A_good_line_is_read_whatever_stands_around_it()
    {
        var junk = Gen.ListOf(Gen.Elements([.. "vitals,= \"\\#x1"])).Select(list => string.Concat(list));
        Prop.ForAll(Gen.Two(junk).ToArbitrary(), around =>
        {
            var batches = new Batches();
            // An open quote would take the good line for its text.
            Parse(batches, Encoding.UTF8.GetBytes($"{around.Item1.Replace("\"", "")}\nvitals,patient={batches.Patient.Id} heartRate=72\n{around.Item2}"));
            Assert.Equal(72, Assert.Single(batches.Batch.ToArray()).Value);
        }).QuickCheckThrowOnFailure();
    }

    private static Patient MakePatient(string mrn) => MemoryPatientStore.Make(mrn);

    private static double ValueOf(VitalSignInfo sign, int part) => sign.Sign == VitalSign.Consciousness
        ? part % 5
        // Between "sensor off" and 1 nothing is measured.
        : Math.Round(sign.Minimum + ((sign.Maximum - sign.Minimum) * part / 1000), 3) is var value && sign.ZeroIsSensorOff && value is > 0 and <= 1 ? 0 : value;

    private static string Encode(string mrn, string device, VitalSignInfo sign, double value, long time)
    {
        var text = sign.Sign == VitalSign.Consciousness ? $"\"{(Acvpu)value}\"" : value.ToString("R", CultureInfo.InvariantCulture);
        return $"vitals,mrn={Escape(mrn)},device={Escape(device)} {sign.Name}={text} {time}000000\n";
    }

    private static string Escape(string text) => text.Replace(",", "\\,").Replace("=", "\\=").Replace(" ", "\\ ");

    private static void Parse(Batches batches, byte[] bytes)
    {
        new LineReadings(batches.Batch, batches.Devices, batches.Names, TimestampPrecision.Nanoseconds, Batches.Now, 10_000).Parse(bytes);
        Assert.True(batches.Batch.ResolveAsync(default).IsCompletedSuccessfully);
    }
}
