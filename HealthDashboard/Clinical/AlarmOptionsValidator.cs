using System.ComponentModel.DataAnnotations;
using System.Reflection;
using HealthDashboard.Data.Model;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Clinical;

/// <summary>Reports everything that is wrong with the alarm rules together, each with its key, its value and what is allowed.</summary>
internal sealed class AlarmOptionsValidator : IValidateOptions<AlarmOptions>
{
    private const string LimitsKey = AlarmOptions.Section + ":" + nameof(AlarmOptions.Limits);

    public ValidateOptionsResult Validate(string? name, AlarmOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        foreach (var error in options.Unreadable
            .Concat(OutOfRange(AlarmOptions.Section, options))
            .Concat(OutOfRange($"{AlarmOptions.Section}:{nameof(AlarmOptions.RemindAfter)}", options.RemindAfter))
            .Concat(OutOfRange($"{AlarmOptions.Section}:{nameof(AlarmOptions.Observations)}", options.Observations))
            .Concat(WrongTogether(options)))
            errors.AddError(error);
        foreach (var (sign, of) in options.Limits.All)
        {
            foreach (var error in OutOfRange($"{LimitsKey}:{sign.Info().Name}", of))
                errors.AddError(error);
        }

        foreach (var problem in LimitRules.Check(options.Limits.All.ToDictionary(sign => sign.Key, sign => sign.Value.ToLimits()), options.ToRules()))
            errors.AddError($"{LimitsKey}:{problem.Sign.Info().Name}:{char.ToUpperInvariant(problem.Field[0])}{problem.Field[1..]} {problem.Message}");
        return errors.Build();
    }

    private static IEnumerable<string> OutOfRange(string key, object options) =>
        from property in options.GetType().GetProperties()
        let range = property.GetCustomAttribute<RangeAttribute>()
        let value = range is null ? null : property.GetValue(options)
        where range is not null && !range.IsValid(value)
        select $"{key}:{property.Name} is {value}; allowed is {range.Minimum} to {range.Maximum}.";

    private static IEnumerable<string> WrongTogether(AlarmOptions options)
    {
        if (options.Silence > options.LongestSilence)
            yield return $"Alarms:Silence is {options.Silence}; allowed is at most Alarms:LongestSilence, {options.LongestSilence}.";
        if (options.FeedSilence > options.LongestFeedSilence)
            yield return $"Alarms:FeedSilence is {options.FeedSilence}; allowed is at most Alarms:LongestFeedSilence, {options.LongestFeedSilence}.";
        foreach (var (sign, of) in options.Limits.All.Where(entry => entry.Value.ToRule(entry.Key).Continuous && entry.Value.FreshFor < options.SignSilence))
            yield return $"{LimitsKey}:{sign.Info().Name}:FreshFor is {of.FreshFor}; allowed is at least Alarms:SignSilence, {options.SignSilence}.";
    }
}
