using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;

namespace HealthDashboard.Tests.Unit.Ingest;

public class LineReadingsTests
{
    private static readonly long Now = Batches.Now.ToUnixTimeMilliseconds();
    private readonly Batches batches = new();

    private string Id => batches.Patient.Id.ToString();

    [Fact]
    public void A_line_is_a_reading_a_field()
    {
        Parse($"vitals,patient={Id},device=bed-7,host=gateway heartRate=72,spo2=97i,systolic=120u,temperature=36.6,consciousness=\"C\" {Now - 1}000000\n");

        Assert.Equal(
            [
                new(batches.Patient.Id, VitalSign.HeartRate, Now - 1, 72, "bed-7", Now),
                new(batches.Patient.Id, VitalSign.Spo2, Now - 1, 97, "bed-7", Now),
                new(batches.Patient.Id, VitalSign.Systolic, Now - 1, 120, "bed-7", Now),
                new(batches.Patient.Id, VitalSign.Temperature, Now - 1, 36.6, "bed-7", Now),
                new Reading(batches.Patient.Id, VitalSign.Consciousness, Now - 1, (double)Acvpu.C, "bed-7", Now),
            ],
            Accepted());
    }

    [Fact]
    public void Comments_blank_lines_and_line_ends_of_any_kind_are_passed_over()
    {
        Parse($"# heartRate=1\r\n\r\n  \t\nvitals,patient={Id} heartRate=70\r\n\n vitals,mrn=MRN-1   heartRate=71   {Now - 1000}000000  \r\n#end");

        Assert.Equal([(Now, 70.0), (Now - 1000, 71.0)], Accepted().Select(reading => (reading.Time, reading.Value)));
    }

    [Theory]
    [InlineData(null, false, 1_000_000)]
    [InlineData("ns", true, 1_000_000)]
    [InlineData("n", false, 1_000_000)]
    [InlineData("u", false, 1_000)]
    [InlineData("µ", false, 1_000)]
    [InlineData("us", true, 1_000)]
    [InlineData("ms", true, 1)]
    public void Fine_timestamps_are_cut_to_the_millisecond(string? unit, bool version2, long perMillisecond)
    {
        Parse($"vitals,patient={Id} heartRate=70 {((Now - 5) * perMillisecond) + perMillisecond - 1}", TimestampPrecision.Find(unit, version2));
        Assert.Equal(Now - 5, Assert.Single(Accepted()).Time);
    }

    [Theory]
    [InlineData("s", 1_000)]
    [InlineData("m", 60_000)]
    [InlineData("h", 3_600_000)]
    public void Coarse_timestamps_count_in_their_unit(string unit, long milliseconds)
    {
        Parse($"vitals,patient={Id} heartRate=70 {Now / milliseconds}", TimestampPrecision.Find(unit, version2: false));
        Assert.Equal(Now, Assert.Single(Accepted()).Time);
    }

    [Theory]
    [InlineData("m")]
    [InlineData("h")]
    [InlineData("u")]
    [InlineData("NS")]
    [InlineData("minutes")]
    public void Version_2_takes_no_other_precision(string unit) => Assert.Null(TimestampPrecision.Find(unit, version2: true));

    [Fact]
    public void Escapes_in_tags_are_undone()
    {
        batches.Directory.Set(MemoryPatientStore.Make("A B,C=D\\E"));
        Parse("vitals,mrn=A\\ B\\,C\\=D\\E,device=bed\\ 7 heartRate=70");
        Assert.Equal("bed 7", Assert.Single(Accepted()).Device);
    }

    [Fact]
    public void A_text_with_commas_spaces_quotes_and_line_ends_is_one_field()
    {
        Parse($"vitals,patient={Id} note=\"a, b=\\\"c\\\"\nvitals d\\\\\",heartRate=70\nvitals,patient={Id} heartRate=x");

        Assert.Equal(70, Assert.Single(Accepted()).Value);
        Assert.Equal([(3, "heartRate x must be a finite number")], Rejected().Select(r => (r.Index, r.Reason)));
        Assert.Equal(["note"], batches.Batch.PassedOverNames);
    }

    [Theory]
    [InlineData("vitals", "there are no fields")]
    [InlineData("vitals,patient=ID", "there are no fields")]
    [InlineData("vitals heartRate=1", "a tag 'patient' or 'mrn' must say whose the readings are")]
    [InlineData("vitals,host=x heartRate=1", "a tag 'patient' or 'mrn' must say whose the readings are")]
    [InlineData("vitals,patient=12 heartRate=1", "the tag patient='12' must be 24 hex digits")]
    [InlineData("vitals,patient= heartRate=1", "the tag 'patient=' must be key=value")]
    [InlineData("vitals,patient heartRate=1", "the tag 'patient' must be key=value")]
    [InlineData("vitals,patient=ID,patient=ID heartRate=1", "the tag 'patient' is there twice")]
    [InlineData("vitals,patient=ID,mrn=MRN-2 heartRate=1", "patient='ID' has another MRN than mrn='MRN-2'")]
    [InlineData("vitals,mrn=MRN-2 heartRate=1", "mrn 'MRN-2' is not in this hospital")]
    [InlineData("vitals,patient=ID ", "a field must be key=value")]
    [InlineData("vitals,patient=ID heartRate", "a field must be key=value")]
    [InlineData("vitals,patient=ID heartRate=", "the field 'heartRate' has no value")]
    [InlineData("vitals,patient=ID =1", "a field must be key=value")]
    [InlineData("vitals,patient=ID heartRate=1,", "a field must be key=value")]
    [InlineData("vitals,patient=ID heartRate=1 now", "'now' is no timestamp")]
    [InlineData("vitals,patient=ID heartRate=1 1.5", "'1.5' is no timestamp")]
    [InlineData("vitals,patient=ID heartRate=1 1 2", "'1 2' is no timestamp")]
    [InlineData("vitals,patient=ID heartRate=1 99999999999999999999", "'99999999999999999999' is no timestamp")]
    [InlineData("vitals,patient=ID consciousness=\"A", "a quoted text does not end")]
    [InlineData("vitals,patient=ID consciousness=\"A\"B", "'B' is no timestamp")]
    [InlineData("vitals,patient=ID consciousness=A", "consciousness A must be one of \"A\", \"C\", \"V\", \"P\", \"U\"")]
    [InlineData("vitals,patient=ID consciousness=0i", "consciousness 0i must be one of \"A\", \"C\", \"V\", \"P\", \"U\"")]
    [InlineData("vitals,patient=ID heartRate=t", "heartRate t must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=TRUE", "heartRate TRUE must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=\"72\"", "heartRate \"72\" must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=NaN", "heartRate NaN must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=inf", "heartRate inf must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=-Infinity", "heartRate -Infinity must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=1e999", "heartRate 1e999 must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=0x10", "heartRate 0x10 must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=1.5i", "heartRate 1.5i must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=-1u", "heartRate -1u must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=i", "heartRate i must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=99999999999999999999i", "heartRate 99999999999999999999i must be a finite number")]
    [InlineData("vitals,patient=ID heartRate=351i", "value 351 is impossible for heartRate: 0 to 350 /min is allowed")]
    [InlineData("vitals,patient=ID heartRate=1 -9223372036854775808", "time 1677-09-21T00:12:43.145Z is older than what is kept: 2025-12-29T08:00:00.000Z is the oldest allowed")]
    public void A_bad_line_is_refused_and_those_around_it_are_not(string line, string reason)
    {
        Parse($"vitals,patient={Id} spo2=97\n{line.Replace("ID", Id)}\nvitals,patient={Id} spo2=98");

        Assert.Equal(new Rejection(2, reason.Replace("ID", Id)), Assert.Single(Rejected()));
        Assert.Equal(98, Assert.Single(Accepted()).Value);
    }

    [Theory]
    [InlineData("vitals,patient_id=MRN-1,region=North heartbeat=80,blood_pressure_systolic=120,oxygen_saturation=98", "HeartRate 80, Systolic 120, Spo2 98", "")]
    [InlineData("vitals,patient_id=ID heart_rate=80.1,bp_systolic=120.2", "HeartRate 80.1, Systolic 120.2", "")]
    [InlineData("vitals,patientId=MRN-1 heart_rate=80,respiration_rate=14,body_temperature=37", "HeartRate 80, RespiratoryRate 14, Temperature 37", "")]
    [InlineData("heart_rate,mrn=MRN-1 value=72", "HeartRate 72", "")]
    [InlineData("spo2,patient=ID value=97,quality=3i", "Spo2 97", "quality")]
    [InlineData("monitor,mrn=MRN-1 puls=71", "HeartRate 71", "")]
    [InlineData("vitals,mrn=MRN-1 heartRate=80,etco2=35,battery=88i", "HeartRate 80", "etco2, battery")]
    [InlineData("cpu,host=a usage_idle=99,note=\"a b\"", "", "cpu")]
    [InlineData("cpu,mrn=MRN-1 heartRate=1", "", "cpu")]
    [InlineData("temperature,sensor=room value=21", "", "temperature")]
    public void Names_that_gateways_use_are_known_and_what_is_no_reading_is_passed_over(string line, string readings, string passedOver)
    {
        Parse($"{line.Replace("ID", Id)}\nvitals,patient={Id} diastolic=70");

        Assert.Empty(Rejected());
        string[] expected = [.. readings.Split(", ", StringSplitOptions.RemoveEmptyEntries), "Diastolic 70"];
        Assert.Equal(expected, Accepted().Select(reading => FormattableString.Invariant($"{reading.Sign} {reading.Value}")));
        Assert.Equal(passedOver, string.Join(", ", batches.Batch.PassedOverNames));
    }

    [Fact]
    public void A_bad_field_is_refused_and_its_line_s_others_are_not()
    {
        Parse($"vitals,patient={Id} pulse=60,heartRate=72,spo2=101,diastolic=80");

        Assert.Equal([72, 80], Accepted().Select(reading => reading.Value));
        Assert.All(Rejected(), rejection => Assert.Equal(1, rejection.Index));
        Assert.Single(Rejected());
        Assert.Equal(["pulse"], batches.Batch.PassedOverNames);
    }

    [Fact]
    public void The_extremes_of_a_timestamp_are_told_and_not_thrown()
    {
        Parse($"vitals,patient={Id} heartRate=1 {long.MaxValue}\nvitals,patient={Id} heartRate=1 {long.MinValue}", TimestampPrecision.Find("ms", version2: true));
        Assert.Contains("ahead", Rejected()[0].Reason);
        Assert.Contains("older", Rejected()[1].Reason);

        Parse($"vitals,patient={Id} heartRate=1 {long.MaxValue}", TimestampPrecision.Find("h", version2: false));
        Assert.EndsWith("is no timestamp", Assert.Single(Rejected()).Reason);
    }

    private void Parse(string text, TimestampPrecision? precision = null)
    {
        batches.Batch.Begin(new ReadingRules(Batches.Now, TimeSpan.FromDays(7)));
        new LineReadings(batches.Batch, batches.Devices, batches.Names, precision ?? TimestampPrecision.Nanoseconds, Batches.Now, 100).Parse(Encoding.UTF8.GetBytes(text));
        Assert.True(batches.Batch.ResolveAsync(default).IsCompletedSuccessfully);
    }

    private Reading[] Accepted() => batches.Batch.ToArray();

    private IReadOnlyList<Rejection> Rejected() => batches.Batch.Rejected;
}
