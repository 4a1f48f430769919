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
/// Bedside numerics as MIMIC-II has them (PhysioNet), a row a minute, or as WFDB's rdsamp writes them in CSV: its names and units in single
/// quotes in two lines, '-' for no value. The columns are found by their names (<see cref="RecordingColumns"/>), a blank is no reading, and 0 is a
/// sensor that is off. A pressure is the arterial line's where that has one that is not 0, else the cuff's.
/// </summary>
/// <param name="Values">In the order of time.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Blank">How many values the rows do not have.</param>
/// <param name="Columns">What of the file is used and what not, for people.</param>
internal sealed record Recording(IReadOnlyList<RecordedValue> Values, int Rows, int Blank, string Columns)
{
    private const char WfdbQuote = '\'';
    private const string WfdbBlank = "-";

    // How many minutes one is, by the name in WFDB's line 2. The last is written as a clock does, and read as seconds.
    private static readonly Dictionary<string, double> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        ["seconds"] = 1.0 / 60,
        ["minutes"] = 1,
        ["hours"] = 60,
        ["hh:mm:ss.mmm"] = 1.0 / 60,
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
        var isWfdb = text.Peek() == WfdbQuote;
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            MissingFieldFound = null,
            Quote = isWfdb ? WfdbQuote : '"',
        });
        if (!csv.Read() || !csv.ReadHeader() || csv.HeaderRecord is not { Length: > 0 } header)
            throw new RecordingException("The file is empty: line 1 must name the columns.");
        var columns = RecordingColumns.Of(header);
        var unit = isWfdb ? ReadUnit(csv, columns.Time) : 1;

        List<RecordedValue> values = [];
        var (rows, blank) = (0, 0);
        while (csv.Read())
        {
            rows++;
            var minute = unit * (Number(columns.Time) ?? throw Wrong(csv, header[columns.Time], "", "a number"));
            foreach (var (sign, places) in columns.Signs)
            {
                if (Choose([.. places.Select(Number)]) is { } value)
                    values.Add(new RecordedValue(minute, sign, value));
                else
                    blank++;
            }
        }
        if (values.Count == 0)
            throw new RecordingException("The file has no values after line 1.");
        return new Recording([.. values.OrderBy(value => value.Minute)], rows, blank, columns.Describe(header));

        double? Number(int column)
        {
            var text = csv.GetField(column);
            if (string.IsNullOrEmpty(text) || (isWfdb && text == WfdbBlank))
                return null;
            var parts = column == columns.Time && isWfdb ? text.Split(':') : [text];
            var number = parts.Aggregate(0.0, static (sum, part) => (60 * sum) + (double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var one) ? one : double.NaN));
            return double.IsFinite(number) && number >= 0
                ? number
                : throw Wrong(csv, header[column], text, "a number that is not negative, or nothing");
        }
    }

    private static double ReadUnit(CsvReader csv, int column)
    {
        var unit = csv.Read() ? csv.GetField(column) ?? "" : "";
        return Units.TryGetValue(unit, out var minutes)
            ? minutes
            : throw Wrong(csv, csv.HeaderRecord![column], unit, $"{string.Join(", ", Units.Keys)}");
    }

    // Where no arterial line is in, its columns are 0 all the time: that is no sensor that has come off.
    private static double? Choose(double?[] values) =>
        values.Length == 1 ? values[0] : Array.Find(values, value => value is not null and not 0) ?? values[^1];

    private static RecordingException Wrong(CsvReader csv, string column, string value, string allowed) =>
        new($"Line {csv.Parser.RawRow}, column {column}: '{value}' is not allowed; allowed is {allowed}.");
}
