using System.Text.Json;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// InfluxQL and the values bound to its <c>$names</c>. Only ids and signs can be bound, and the text is made of constants and whole
/// numbers, so nothing that a user typed ever becomes part of a query.
/// </summary>
/// <param name="text">One statement, or several with <c>;</c> between them.</param>
internal sealed class InfluxQuery(string text)
{
    private readonly Dictionary<string, string> values = [];

    public string Text => text;

    /// <summary>The bound values as the JSON object that <c>params</c> takes.</summary>
    public string Parameters => JsonSerializer.Serialize(values);

    public InfluxQuery With(string name, ObjectId id)
    {
        values[name] = id.ToString();
        return this;
    }

    public InfluxQuery With(string name, VitalSign sign)
    {
        values[name] = sign.Info().Name;
        return this;
    }
}

/// <summary>One row of an answer. What is not there, or not of that type, is an error that <see cref="InfluxAnswer"/> makes one of the store's.</summary>
/// <param name="Statement">The number of the statement, from 0.</param>
/// <param name="Tags">The tags that were grouped by.</param>
/// <param name="Values">The values, in the order of the statement, time first.</param>
internal readonly record struct InfluxRow(int Statement, JsonElement Tags, JsonElement Values)
{
    /// <summary>Milliseconds since 1970.</summary>
    public long Time => Values[0].GetInt64();

    public string Tag(string name) => Text(Tags.GetProperty(name));

    public string Text(int column) => Text(Values[column]);

    public double Double(int column) => Values[column].GetDouble();

    public long Long(int column) => Values[column].GetInt64();

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("A text is null.");
}
