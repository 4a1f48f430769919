using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HealthDashboard.Shared;

/// <summary>
/// Reads a JSON object field by field and keeps every error with the field's path, its value and what is allowed, so that a caller
/// learns all at once. Afterwards <see cref="Errors"/> also names the fields that nobody asked for.
/// </summary>
internal sealed class JsonFields
{
    private readonly JsonElement json;
    private readonly string path;
    private readonly Dictionary<string, List<string>> errors;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly List<JsonFields> nested = [];

    public JsonFields(JsonElement json)
        : this(json, "", new Dictionary<string, List<string>>(StringComparer.Ordinal))
    {
    }

    private JsonFields(JsonElement json, string path, Dictionary<string, List<string>> errors)
    {
        (this.json, this.path, this.errors) = (json, path, errors);
        if (json.ValueKind != JsonValueKind.Object)
            errors.TryAdd(path.Length == 0 ? "$" : path.TrimEnd('.'), [$"is {Show(json)}; allowed is a JSON object."]);
    }

    /// <summary>The names of the object's fields.</summary>
    public IEnumerable<string> Names => json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().Select(member => member.Name) : [];

    /// <summary>What is wrong, by path; empty when nothing is. Ask for every known field first.</summary>
    public IDictionary<string, string[]> Errors
    {
        get
        {
            Finish();
            return errors.ToDictionary(e => e.Key, e => e.Value.ToArray(), StringComparer.Ordinal);
        }
    }

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Whether the field is there and says null.</summary>
    public bool IsNull(string name)
    {
        asked.Add(name);
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;
    }

    public bool HasError(string name) => errors.ContainsKey(path + name);

    public void Add(string name, string message)
    {
        if (!errors.TryGetValue(path + name, out var list))
            errors.Add(path + name, list = []);
        list.Add(message);
    }

    /// <summary>Text without control and invisible characters, trimmed. Empty when missing or wrong.</summary>
    public string Text(string name, int maxLength)
    {
        var text = OptionalText(name, maxLength);
        if (text is null && !HasError(name))
            Add(name, $"is missing; needed is text of 1 to {maxLength} characters.");
        return text ?? "";
    }

    /// <summary>As <see cref="Text"/>, with line breaks and tabs.</summary>
    public string Lines(string name, int maxLength)
    {
        var text = Find(name) is { } value ? TextOf(value, name, maxLength, mayHaveLines: true) : null;
        if (text is null && !HasError(name))
            Add(name, $"is missing; needed is text of 1 to {maxLength} characters.");
        return text ?? "";
    }

    /// <summary>As <see cref="Text"/>; null when missing or null.</summary>
    public string? OptionalText(string name, int maxLength) =>
        Find(name) is { } value ? TextOf(value, name, maxLength) : null;

    /// <summary>A list of texts; empty when missing.</summary>
    public IReadOnlyList<string> Texts(string name, int maxLength, int maxCount) =>
        [.. List(name, maxCount).Select((item, i) => TextOf(item, $"{name}[{i}]", maxLength) ?? "")];

    /// <summary>A list of objects, each read by <paramref name="read"/>; empty when missing.</summary>
    public IReadOnlyList<T> Objects<T>(string name, int maxCount, Func<JsonFields, T> read) =>
        [.. List(name, maxCount).Select((item, i) => read(Nest(item, $"{name}[{i}]")))];

    /// <summary>An object within this one; missing is an error.</summary>
    public JsonFields Object(string name) => Nest(Find(name) ?? default, name);

    /// <summary>One of the enum's JSON names; <paramref name="fallback"/> when missing, or an error when that is null.</summary>
    public T Choice<T>(string name, T? fallback)
        where T : struct, Enum
    {
        var value = Find(name);
        if (value is null && fallback is { } given)
            return given;
        if (value is { ValueKind: JsonValueKind.String } && EnumNames<T>.Values.TryGetValue(StringOf(value.Value) ?? "", out var found))
            return found;
        Add(name, $"is {Show(value)}; {EnumNames<T>.Allowed}");
        return default;
    }

    /// <summary>As <see cref="Choice{T}"/>; null when missing or null.</summary>
    public T? OptionalChoice<T>(string name)
        where T : struct, Enum => Has(name) ? Choice<T>(name, null) : null;

    /// <summary>A whole number within bounds; <paramref name="fallback"/> when missing.</summary>
    public int Whole(string name, int min, int max, int fallback)
    {
        if (Find(name) is not { } value)
            return fallback;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
            return number;
        Add(name, $"is {Show(value)}; allowed are whole numbers from {min} to {max}.");
        return fallback;
    }

    /// <summary>A finite number; null when missing or null.</summary>
    public double? Number(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
            return number;
        Add(name, $"is {Show(value)}; allowed is a number.");
        return null;
    }

    /// <summary>A day as yyyy-MM-dd; null when missing or null.</summary>
    public DateOnly? Day(string name, DateOnly min, DateOnly max)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(StringOf(value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day >= min && day <= max)
            return day;
        Add(name, $"is {Show(value)}; allowed are days from {min:yyyy-MM-dd} to {max:yyyy-MM-dd}.");
        return null;
    }

    /// <summary>As <see cref="Day"/>, or the middle of what is given as yyyy-MM or yyyy, and not after <paramref name="max"/>.</summary>
    public (DateOnly Day, bool IsPart)? DayOrMiddle(string name, DateOnly min, DateOnly max)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.String } value || StringOf(value) is not { Length: 4 or 7 } text)
            return Day(name, min, max) is { } day ? (day, false) : null;
        var isYear = text.Length == 4;
        if (DateOnly.TryParseExact(text, isYear ? "yyyy" : "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first >= min && first <= max)
            return (first.AddMonths(isYear ? 6 : 0).AddDays(isYear ? 0 : 14) is var middle && middle > max ? max : middle, true);
        Add(name, $"is {Show(value)}; allowed are {(isYear ? "years" : "months")} from {min:yyyy-MM-dd} to {max:yyyy-MM-dd}.");
        return null;
    }

    /// <summary>True or false; false when missing or null.</summary>
    public bool Flag(string name)
    {
        var value = Find(name);
        if (value is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) })
            Add(name, $"is {Show(value)}; allowed are true and false.");
        return value is { ValueKind: JsonValueKind.True };
    }

    /// <summary>Whether the field is an empty text.</summary>
    public bool IsEmpty(string name) => Find(name) is { ValueKind: JsonValueKind.String } value && StringOf(value) is { } text && text.Trim().Length == 0;

    /// <summary>A point in time; null when missing or null.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String && QueryFields.TryTime(StringOf(value), out var time))
            return time;
        Add(name, $"is {Show(value)}; allowed is a time such as 2026-01-31T08:00:00Z.");
        return null;
    }

    private JsonElement? Find(string name)
    {
        asked.Add(name);
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private IEnumerable<JsonElement> List(string name, int maxCount)
    {
        if (Find(name) is not { } value)
            return [];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= maxCount)
            return value.EnumerateArray();
        Add(name, $"is {Show(value)}; allowed is a list of at most {maxCount}.");
        return [];
    }

    private JsonFields Nest(JsonElement value, string name)
    {
        var fields = new JsonFields(value, path + name + ".", errors);
        nested.Add(fields);
        return fields;
    }

    private string? TextOf(JsonElement value, string name, int maxLength, bool mayHaveLines = false)
    {
        var text = value.ValueKind == JsonValueKind.String && StringOf(value) is { } given ? ComposedText.Of(given.Trim()) : null;
        if (text is { Length: > 0 } && text.Length <= maxLength && !text.EnumerateRunes().Any(letter => IsInvisible(letter) && !(mayHaveLines && letter.Value is '\n' or '\r' or '\t')))
            return text;
        Add(name, $"is {Show(value)}; allowed is text of 1 to {maxLength} characters without control and invisible characters.");
        return null;
    }

    // Two names that look alike must not differ, nor read backwards. The two joiners belong to the spelling of some languages.
    private static bool IsInvisible(Rune letter) =>
        Rune.IsControl(letter) || (Rune.GetUnicodeCategory(letter) == UnicodeCategory.Format && letter.Value is not (0x200c or 0x200d));

    private void Finish()
    {
        var allowed = string.Join(", ", asked);
        foreach (var name in Names.Where(asked.Add))
            Add(name, $"is not known; allowed are {allowed}.");
        foreach (var fields in nested)
            fields.Finish();
    }

    // Half of a surrogate pair is good JSON and no text.
    private static string? StringOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Show(JsonElement? value)
    {
        const int Enough = 60;
        if (value is not { ValueKind: not JsonValueKind.Undefined } given)
            return "missing";
        var raw = given.GetRawText();
        return raw.Length <= Enough ? raw : raw[..Enough] + "...";
    }
}
