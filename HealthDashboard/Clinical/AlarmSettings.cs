using System.Reflection;

namespace HealthDashboard.Clinical;

/// <summary>
/// Reads settings into options by the names of their properties. Unlike the ordinary binder it goes on after a mistake, and a
/// name that does not exist is one: a mistyped alarm limit must not fall back to the default in silence.
/// </summary>
internal static class AlarmSettings
{
    /// <summary>Sets what can be read, and adds a problem with its key and what is allowed for everything else.</summary>
    public static void Read(IConfigurationSection section, object options, ICollection<string> problems)
    {
        var settings = options.GetType().GetProperties().Where(property => property.CanWrite || IsGroup(property)).ToList();
        if (!string.IsNullOrEmpty(section.Value))
            problems.Add($"{section.Path} is '{section.Value}'; allowed are settings below it: {Names(settings)}.");
        foreach (var child in section.GetChildren())
        {
            if (settings.Find(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
                problems.Add($"{child.Path} is no setting; allowed are {Names(settings)}.");
            else if (IsGroup(property))
                Read(child, property.GetValue(options)!, problems);
            else
                ReadValue(child, property, options, problems);
        }
    }

    private static void ReadValue(IConfigurationSection setting, PropertyInfo property, object options, ICollection<string> problems)
    {
        var type = property.PropertyType;
        try
        {
            if (!string.IsNullOrWhiteSpace(setting.Value) && setting.Get(type) is { } value)
            {
                property.SetValue(options, value);
                return;
            }
        }
        catch (InvalidOperationException)
        {
            // The binder's message does not say what is allowed; ours does.
        }

        problems.Add($"{setting.Path} is '{setting.Value}'; allowed is {Allowed(type)}.");
    }

    private static string Allowed(Type type) =>
        type == typeof(TimeSpan) ? "a time as hh:mm:ss" : type == typeof(bool) ? "true or false" : "a number";

    private static bool IsGroup(PropertyInfo property) => !property.CanWrite && property.PropertyType is { IsClass: true };

    private static string Names(IEnumerable<PropertyInfo> settings) => string.Join(", ", settings.Select(property => property.Name));
}
