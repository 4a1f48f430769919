using HealthDashboard.Data.Model;
using HealthDashboard.Hl7;
using HealthDashboard.Ingest;
using static HealthDashboard.Tests.Unit.Hl7.Hl7Text;

namespace HealthDashboard.Tests.Unit.Hl7;

public sealed class ObservationReaderTests
{
    private const string Time = "20260105075900+0000";

    [Theory]
    [InlineData("147842^MDC_ECG_HEART_RATE^MDC", "72", "264864^MDC_DIM_BEAT_PER_MIN^MDC", VitalSign.HeartRate, 72)]
    [InlineData("^MDC_ECG_HEART_RATE^MDC", "72", "bpm", VitalSign.HeartRate, 72)]
    [InlineData("8867-4^Heart rate^LN", "1.2", "/s", VitalSign.HeartRate, 72)]
    [InlineData("X^local^99ACME^8867-4^Heart rate^LN", "72", "{beats}/min^^UCUM", VitalSign.HeartRate, 72)]
    [InlineData("150456^MDC_PULS_OXIM_SAT_O2^MDC", "97", "262688^MDC_DIM_PERCENT^MDC", VitalSign.Spo2, 97)]
    [InlineData("59408-5^^LN", "97", "%", VitalSign.Spo2, 97)]
    [InlineData("2708-6^^LN", "97", "%", VitalSign.Spo2, 97)]
    [InlineData("151562", "16", "264928", VitalSign.RespiratoryRate, 16)]
    [InlineData("9279-1^^LN", "16", "/min", VitalSign.RespiratoryRate, 16)]
    [InlineData("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "16", "265987^MDC_DIM_KILO_PASCAL^MDC", VitalSign.Systolic, 120)]
    [InlineData("150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "80", "266016^MDC_DIM_MMHG^MDC", VitalSign.Diastolic, 80)]
    [InlineData("150023^MDC_PRESS_BLD_NONINV_MEAN^MDC", "93", "mm[Hg]^mmHg^UCUM", VitalSign.MeanPressure, 93)]
    [InlineData("150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC", "120", "mmHg", VitalSign.Systolic, 120)]
    [InlineData("150364^MDC_TEMP_BODY^MDC", "98.6", "266560^MDC_DIM_FAHR^MDC", VitalSign.Temperature, 37)]
    [InlineData("8310-5^^LN", "37.2", "Cel", VitalSign.Temperature, 37.2)]
    [InlineData("3151-8^^LN", "2", "L/min", VitalSign.OxygenFlow, 2)]
    public void Codes_and_units_become_signs(string code, string value, string unit, VitalSign sign, double kept)
    {
        var read = Assert.Single(Read(Obx(code, value, unit, time: Time)).Observations);

        Assert.Null(read.Error);
        Assert.Equal(sign, read.Sign);
        Assert.Equal(kept, read.Value, 6);
    }

    [Theory]
    [InlineData("A", "", "", 0)]
    [InlineData("450847001", "Responds to pain", "SCT", 3)]
    [InlineData("", "Unresponsive", "", 4)]
    public void A_level_of_consciousness_is_a_letter_a_word_or_a_code(string code, string text, string system, double kept)
    {
        var read = Assert.Single(Read(Obx("80288-4^^LN", $"{code}^{text}^{system}", "", time: Time, type: "CWE")).Observations);
        Assert.Equal((null, kept), (read.Error?.Text, read.Value));
    }

    [Theory]
    [InlineData("69854^MDC_DEV_METER_PRESS_BLD_MDS^MDC", "x", "F", "")]
    [InlineData("147842^MDC_ECG_HEART_RATE^MDC", "", "X", "")]
    [InlineData("147842^MDC_ECG_HEART_RATE^MDC", "72", "X", "")]
    [InlineData("147842^MDC_ECG_HEART_RATE^MDC", "72", "I", "")]
    [InlineData("147842^MDC_ECG_HEART_RATE^MDC", "72", "R", "INV")]
    [InlineData("147842^MDC_ECG_HEART_RATE^MDC", "72", "R", "N~TEST")]
    [InlineData("8867-4^^99ACME", "72", "F", "")]
    public void What_is_no_measurement_is_passed_over(string code, string value, string status, string flags)
    {
        var read = Read(Obx(code, value, status: status, flags: flags, time: Time));
        Assert.Equal((0, 1), (read.Observations.Count, read.PassedOver));
    }

    [Theory]
    [InlineData("D", "72", "264864", Time, "", 11, ErrorCodes.TableValue)]
    [InlineData("W", "72", "264864", Time, "", 11, ErrorCodes.TableValue)]
    [InlineData("F", "high", "264864", Time, "", 5, ErrorCodes.DataType)]
    [InlineData("F", "72~73", "264864", Time, "", 5, ErrorCodes.DataType)]
    [InlineData("F", "72", "", Time, "", 6, ErrorCodes.RequiredField)]
    [InlineData("F", "72", "266016^MDC_DIM_MMHG^MDC", Time, "", 6, ErrorCodes.TableValue)]
    [InlineData("F", "72", "264864", "", "", 14, ErrorCodes.RequiredField)]
    [InlineData("F", "72", "264864", "yesterday", "", 14, ErrorCodes.DataType)]
    [InlineData("F", "72", "264864", Time, "0123456789012345678901234567890123456789012345678901234567890123456789", 18, ErrorCodes.TooLong)]
    public void What_cannot_be_kept_is_refused_with_its_place(string status, string value, string unit, string time, string device, int field, int code)
    {
        var read = Read(Obx(time: Time), Obx(status: status, value: value, unit: unit, time: time, device: device));

        var error = Assert.Single(read.Observations, one => one.Error is not null).Error!;
        Assert.Equal(("OBX", 2, field, code), (error.Segment, error.Number, error.Field, error.Code));
    }

    [Theory]
    [InlineData("^72", null)]
    [InlineData("=^72", null)]
    [InlineData(">^72", 5)]
    [InlineData("^72^-^80", 5)]
    public void A_structured_number_is_a_value_and_no_bound(string value, int? field) =>
        Assert.Equal(field, Assert.Single(Read(Obx(value: value, type: "SN", time: Time)).Observations).Error?.Field);

    [Fact]
    public void The_time_is_that_of_the_OBX_or_else_of_its_OBR()
    {
        var read = Read("OBR|1|||x|||20260105070000", Obx(), Obx(time: Time), "OBR|2|||x|||20260105073000+0100", Obx());

        Assert.Equal(["07:00", "07:59", "06:30"], read.Observations.Select(one => DateTimeOffset.FromUnixTimeMilliseconds(one.Time).ToString("HH:mm")));
    }

    [Fact]
    public void The_device_is_that_of_OBX_18_or_of_PRT()
    {
        var read = Read(Obx(time: Time, device: "MON-7^GW^0012^EUI-64"), Obx(time: Time, code: "151562", unit: "264928"), "NTE|1", "PRT|1|A||EQUIP||||||VENT-1^GW", Obx(time: Time, code: "150456", unit: "%"), "OBR|2");

        Assert.Equal(["MON-7", "VENT-1", null], read.Observations.Select(one => one.Device));
    }

    [Fact]
    public void The_device_is_else_the_one_that_OBX_4_is_part_of()
    {
        var read = Read(
            Obx("69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC", "", sub: "1.0.0.0", status: "X", device: "MON-7"), Obx("70686^MDC_DEV_PRESS_BLD_VMD^MDC", "", sub: "1.2.0.0", status: "X", device: "MODULE"),
            Obx(time: Time, sub: "1.2.1.7"), Obx("150456", unit: "%", time: Time, sub: "2.1.1.1"));

        Assert.Equal(["MON-7", null], read.Observations.Select(one => one.Device));
    }

    [Fact]
    public void Of_two_values_for_one_sign_and_moment_the_more_direct_one_stays()
    {
        var read = Read(Obx("149530^MDC_PULS_OXIM_PULS_RATE^MDC", "74", time: Time), Obx(value: "72", time: Time), Obx("149530^MDC_PULS_OXIM_PULS_RATE^MDC", "75", time: "20260105075930+0000"));

        Assert.Equal([72.0, 75.0], read.Observations.Select(one => one.Value));
        Assert.Equal(1, read.PassedOver);
    }

    [Fact]
    public void Each_PID_begins_a_patient()
    {
        var read = Read("PV1|1|I|ICU^1^2", "PID|1||A", Obx(time: Time), "PID|2||B", "PV1|1|I|ICU^1^3", Obx(time: Time));

        Assert.Equal([("A", "2"), ("B", "3")], read.Observations.Select(one => (one.Group.Pid!.Text(3), one.Group.Pv1!.Text(3, 3))));
    }

    [Fact]
    public void A_message_without_OBX_is_refused() => Assert.Equal(Verdict.Error, Assert.Throws<Hl7RefusedException>(() => Read("PID|1||A")).Outcome.Verdict);

    private static ObservationReader Read(params string[] segments)
    {
        var message = Parse([Header(), .. segments]);
        return ObservationReader.Read(message, ZoneRule.Of(message, TimeProvider.System), new DeviceNames());
    }
}
