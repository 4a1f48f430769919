using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Shared;

/// <summary>Checks options against the <see cref="RangeAttribute"/> of each property; says the key, its value and what is allowed.</summary>
/// <typeparam name="T">The options.</typeparam>
/// <param name="configuration">Where the value is read that the operator wrote.</param>
/// <param name="section">The section of the properties without a <see cref="DisplayAttribute"/>, whose name is else the whole key.</param>
internal sealed class RangeValidator<T>(IConfiguration configuration, string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var failures = new List<string>();
        foreach (var property in typeof(T).GetProperties())
        {
            if (property.GetCustomAttribute<RangeAttribute>() is not { } range || range.IsValid(property.GetValue(options)))
                continue;
            var key = property.GetCustomAttribute<DisplayAttribute>()?.Name ?? $"{section}:{property.Name}";
            failures.Add($"{key} is '{configuration[key] ?? property.GetValue(options)}': allowed is {range.Minimum} to {range.Maximum}.");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

internal static class RangeValidatorRegistration
{
    /// <summary>Checks the options before the app starts.</summary>
    public static void ValidateRangesOnStart<T>(this OptionsBuilder<T> options, string section)
        where T : class
    {
        options.Services.AddSingleton<IValidateOptions<T>>(provider => new RangeValidator<T>(provider.GetRequiredService<IConfiguration>(), section));
        options.ValidateOnStart();
    }
}
