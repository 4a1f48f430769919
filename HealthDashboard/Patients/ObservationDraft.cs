using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>A set of observations as a form holds it, right or wrong. It is checked by what checks the API's requests.</summary>
public sealed class ObservationDraft
{
    /// <summary>Each field as it was typed, by the sign's API name; blood pressure as "120/80" under systolic.</summary>
    public Dictionary<string, string> Texts { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A note with it.</summary>
    public string Note { get; set; } = "";

    /// <summary>When they were made, where it is not now.</summary>
    public DateTimeOffset? At { get; set; }

    /// <summary>Reads the set, and says what is wrong by the names of the API's fields.</summary>
    internal (ObservationSet Set, IDictionary<string, string[]> Errors) Read(DateTimeOffset now)
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(Body()));
        var set = ObservationSet.Read(fields, now);
        return (set, fields.Errors);
    }

    private JsonObject Body()
    {
        var body = new JsonObject();
        if (At is { } at)
            body["time"] = at;
        if (FormText.OrNull(Note) is { } note)
            body["note"] = note;
        foreach (var (name, text) in Texts)
        {
            if (FormText.OrNull(text)?.Trim() is not { } given)
                continue;
            if (name == VitalSign.Systolic.Info().Name && given.Split('/', ' ') is [var systolic, var diastolic])
                (body[name], body[VitalSign.Diastolic.Info().Name]) = (Value(systolic), Value(diastolic));
            else
                body[name] = name == VitalSign.Consciousness.Info().Name ? given.ToUpperInvariant() : Value(given);
        }
        return body;
    }

    // Half of Europe writes a comma. What is no number stays as it was typed, so that the message shows it.
    private static JsonNode Value(string text) =>
        double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : text;
}
