using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>
/// What the columns of a recording are. Names are compared without case, spaces and signs such as '%', so that 'Hr', 'SPO2' and 'ABP Sys' are known.
/// </summary>
/// <param name="Time">The column of the time.</param>
/// <param name="Signs">Each sign's columns, the one that counts first.</param>
/// <param name="Unused">The names of the others.</param>
internal sealed record RecordingColumns(int Time, IReadOnlyList<(VitalSign Sign, IReadOnlyList<int> Columns)> Signs, IReadOnlyList<string> Unused)
{
    private static readonly string[] TimeNames = ["minute", "elapsedtime"];

    private static readonly (VitalSign Sign, string[] Names)[] Mapping =
    [
        (VitalSign.HeartRate, ["HR"]),
        (VitalSign.RespiratoryRate, ["RESP"]),
        (VitalSign.Spo2, ["SpO2"]),
        (VitalSign.Systolic, ["ABPSys", "NBPSys"]),
        (VitalSign.Diastolic, ["ABPDias", "NBPDias"]),
        (VitalSign.MeanPressure, ["ABPMean", "NBPMean"]),
    ];

    /// <summary>Finds the columns by the names in line 1.</summary>
    /// <exception cref="RecordingException">There is no time, or no sign.</exception>
    public static RecordingColumns Of(string[] header)
    {
        var names = Array.ConvertAll(header, Plain);
        var time = Array.FindIndex(names, name => TimeNames.Contains(name));
        if (time < 0)
            throw new RecordingException($"Line 1 names no column 'minute', nor 'Elapsed time' as WFDB does, but '{string.Join(',', header)}'.");
        // Of two columns of one name the first counts, as the arterial line's before the cuff's.
        var signs = Mapping
            .Select(entry => (entry.Sign, Columns: (IReadOnlyList<int>)[.. entry.Names.SelectMany(known => Places(names, Plain(known)))]))
            .Where(entry => entry.Columns.Count > 0).ToList();
        if (signs.Count == 0)
            throw new RecordingException($"Line 1 names none of the columns {string.Join(", ", Mapping.SelectMany(entry => entry.Names))}.");
        var used = signs.SelectMany(entry => entry.Columns).Append(time).ToHashSet();
        return new RecordingColumns(time, signs, [.. header.Where((_, index) => !used.Contains(index))]);
    }

    /// <summary>What of the file is used and what not, in a line for people.</summary>
    public string Describe(IReadOnlyList<string> header)
    {
        var used = string.Join(", ", Signs.Select(entry => $"{string.Join(", then ", entry.Columns.Select(column => header[column]))} is {entry.Sign.Info().Name}"));
        return $"Used: {used}. Not used: {(Unused.Count == 0 ? "nothing" : string.Join(", ", Unused))}.";
    }

    private static IEnumerable<int> Places(string[] names, string wanted) => names.Index().Where(name => name.Item == wanted).Select(name => name.Index);

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
