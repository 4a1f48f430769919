using Microsoft.Extensions.Options;

namespace HealthDashboard.Monitoring;

/// <summary>What this node is there to watch.</summary>
internal sealed class WatchOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Monitoring";

    /// <summary>The regions whose patients this node evaluates; empty for all. Regions that no live node watches it evaluates besides.</summary>
    public IList<string> Regions { get; } = [];
}

/// <summary>A region is named as in the records: 1 to 64 characters.</summary>
internal sealed class WatchOptionsValidator : IValidateOptions<WatchOptions>
{
    private const int Longest = 64;

    public ValidateOptionsResult Validate(string? name, WatchOptions options)
    {
        var wrong = options.Regions.Index()
            .Where(region => string.IsNullOrWhiteSpace(region.Item) || region.Item.Length > Longest)
            .Select(region => $"{WatchOptions.Section}:Regions:{region.Index} is '{region.Item}': allowed is the name of a region, 1 to {Longest} characters.")
            .ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
