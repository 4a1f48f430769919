using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>One value of a recording.</summary>
/// <param name="Minute">Minutes since the recording began.</param>
/// <param name="Sign">The sign.</param>
/// <param name="Value">In the sign's unit; 0 is a sensor that is off.</param>
internal readonly record struct RecordedValue(double Minute, VitalSign Sign, double Value);

/// <summary>The file is not a recording; the message names line, column and value.</summary>
internal sealed class RecordingException(string message) : Exception(message);

/// <summary>
/// Bedside numerics, one row a minute, as MIMIC-II has them (PhysioNet): the columns are found by their names, a blank is no
/// reading, and 0 is a sensor that is off. A pressure is the arterial line's where that has one that is not 0, else the cuff's.
/// </summary>
/// <param name="Values">In the order of time.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Blank">How many values the rows do not have.</param>
internal sealed record Recording(IReadOnlyList<RecordedValue> Values, int Rows, int Blank)
{
    private static readonly (VitalSign Sign, string[] Columns)[] Mapping =
    [
        (VitalSign.HeartRate, ["HR"]),
        (VitalSign.RespiratoryRate, ["RESP"]),
        (VitalSign.Spo2, ["SpO2"]),
        (VitalSign.Systolic, ["ABPSys", "NBPSys"]),
        (VitalSign.Diastolic, ["ABPDias", "NBPDias"]),
        (VitalSign.MeanPressure, ["ABPMean", "NBPMean"]),
    ];

    private static readonly CsvConfiguration Format = new(CultureInfo.InvariantCulture)
    {
        TrimOptions = TrimOptions.Trim,
        MissingFieldFound = null,
    };

    /// <summary>How many values say that a sensor is off.</summary>
    public int SensorOff => Values.Count(value => value.Value == 0);

    /// <summary>From the first row to the last.</summary>
    public TimeSpan Length => TimeSpan.FromMinutes(Values[^1].Minute - Values[0].Minute);

    /// <summary>Reads a recording.</summary>
    /// <exception cref="RecordingException">It is none.</exception>
    public static Recording Read(TextReader text)
    {
        try
        {
            return ReadRows(text);
        }
        catch (BadDataException error)
        {
            throw new RecordingException($"Line {error.Context?.Parser?.RawRow} is not CSV: a quotation mark stands where none may.");
        }
    }

    private static Recording ReadRows(TextReader text)
    {
        using var csv = new CsvReader(text, Format);
        if (!csv.Read() || !csv.ReadHeader() || csv.HeaderRecord is not { Length: > 0 } header)
            throw new RecordingException("The file is empty: line 1 must name the columns.");
        var columns = header.Select((name, index) => (name, index)).DistinctBy(column => column.name).ToDictionary(column => column.name, column => column.index);
        if (!columns.ContainsKey("minute"))
            throw new RecordingException($"Line 1 names no column 'minute', but '{string.Join(',', header)}'.");
        var present = Mapping
            .Select(entry => (entry.Sign, Columns: entry.Columns.Where(columns.ContainsKey).ToArray()))
            .Where(entry => entry.Columns.Length > 0).ToArray();
        if (present.Length == 0)
            throw new RecordingException($"Line 1 names none of the columns {string.Join(", ", Mapping.SelectMany(entry => entry.Columns))}.");

        List<RecordedValue> values = [];
        var (rows, blank) = (0, 0);
        while (csv.Read())
        {
            rows++;
            var minute = Number("minute") ?? throw Wrong(csv, "minute", "", "a number of minutes");
            foreach (var (sign, names) in present)
            {
                if (Choose([.. names.Select(Number)]) is { } value)
                    values.Add(new RecordedValue(minute, sign, value));
                else
                    blank++;
            }
        }
        if (values.Count == 0)
            throw new RecordingException("The file has no values after line 1.");
        return new Recording([.. values.OrderBy(value => value.Minute)], rows, blank);

        double? Number(string column)
        {
            var text = csv.GetField(columns[column]);
            if (string.IsNullOrEmpty(text))
                return null;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0
                ? number
                : throw Wrong(csv, column, text, "a number that is not negative, or nothing");
        }
    }

    // Where no arterial line is in, its columns are 0 all the time: that is no sensor that has come off.
    private static double? Choose(double?[] values) =>
        values.Length == 1 ? values[0] : Array.Find(values, value => value is not null and not 0) ?? values[^1];

    private static RecordingException Wrong(CsvReader csv, string column, string value, string allowed) =>
        new($"Line {csv.Parser.RawRow}, column {column}: '{value}' is not allowed; allowed is {allowed}.");
}
