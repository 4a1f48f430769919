using System.Text;
using HealthDashboard.Hl7;

namespace HealthDashboard.Tests.Unit.Hl7;

/// <summary>Messages for tests.</summary>
internal static class Hl7Text
{
    /// <summary>An MSH of ORU^R01.</summary>
    public static string Header(string type = "ORU^R01^ORU_R01", string id = "1", string version = "2.6", string processing = "P", string accept = "", string application = "", string charset = "", string time = "20260105080000+0000") =>
        $"MSH|^~\\&|MON|ICU|HD|HOSP|{time}||{type}|{id}|{processing}|{version}|||{accept}|{application}||{charset}";

    /// <summary>An OBX of a number.</summary>
    public static string Obx(string code = "147842^MDC_ECG_HEART_RATE^MDC", string value = "72", string unit = "264864^MDC_DIM_BEAT_PER_MIN^MDC", string status = "F", string time = "", string device = "", string sub = "1.1.1.1", string type = "NM", string flags = "") =>
        $"OBX|1|{type}|{code}|{sub}|{value}|{unit}||{flags}|||{status}|||{time}||||{device}";

    /// <summary>Reads the segments as a frame does.</summary>
    public static Hl7Message Parse(params string[] segments) => Parse(Encoding.UTF8.GetBytes(string.Join('\r', segments)));

    public static Hl7Message Parse(byte[] bytes) => Hl7Message.Parse(Assert.Single(Hl7Content.Read(bytes).Messages));
}
