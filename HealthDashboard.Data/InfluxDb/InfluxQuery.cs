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
