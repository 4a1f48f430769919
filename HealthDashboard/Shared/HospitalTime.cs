using System.Globalization;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Shared;

/// <summary>The system's clock, whose local time is the hospital's: what a person reads, on whatever server and in whatever browser.</summary>
internal sealed class HospitalTime(IOptions<HospitalOptions> options) : TimeProvider
{
    // Asked for late: whatever needs a clock while the configuration is checked must not stop at this key alone.
    private readonly Lazy<TimeZoneInfo> zone = new(() => options.Value.Zone!);

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => zone.Value;
}

/// <summary>What belongs to the hospital as a whole, from the configuration section <c>Hospital</c>.</summary>
internal sealed class HospitalOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Hospital";

    /// <summary>The IANA name of the time zone that everything a person reads is in, such as Europe/Amsterdam; the server's when not set.</summary>
    public string TimeZone { get; set; } = TimeZoneInfo.Local.Id;

    /// <summary>When shifts begin on the hospital's clock, earliest first; each lasts until the next begins.</summary>
    public string Shifts { get; set; } = "07:00,15:00,23:00";

    /// <summary>When shifts begin; null when <see cref="Shifts"/> is not 1 to 12 times of the day, each later than the one before.</summary>
    public IReadOnlyList<TimeOnly>? ShiftStarts
    {
        get
        {
            var starts = new List<TimeOnly>();
            foreach (var text in Shifts.Split(',', StringSplitOptions.TrimEntries))
            {
                if (!TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start) || (starts.Count > 0 && start <= starts[^1]))
                    return null;
                starts.Add(start);
            }
            return starts.Count <= 12 ? starts : null;
        }
    }

    /// <summary>The time zone; null when <see cref="TimeZone"/> names none. Browsers must know the name too, hence IANA's and no other's.</summary>
    public TimeZoneInfo? Zone =>
        TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) && zone.HasIanaId && TimeZone.Split('/')[0] is not ("posix" or "right") ? zone : null;
}

/// <summary>Says which time zone is not known and which shifts are none, before anything shows a time.</summary>
internal sealed class HospitalOptionsValidator : IValidateOptions<HospitalOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, HospitalOptions options)
    {
        var failures = new List<string>();
        if (options.Zone is null)
        {
            failures.Add(
                $"Hospital:TimeZone is '{options.TimeZone}', which is not known here: allowed is an IANA name such as Europe/Amsterdam or UTC. "
                + "The names come from the system's package tzdata.");
        }
        if (options.ShiftStarts is null)
            failures.Add($"Hospital:Shifts is '{options.Shifts}': allowed are 1 to 12 times of the day, earliest first, such as 07:00,15:00,23:00.");
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}

/// <summary>Registration of the hospital's time.</summary>
internal static class HospitalTimeServices
{
    /// <summary>Adds <see cref="HospitalTime"/> as the <see cref="TimeProvider"/> of everything.</summary>
    public static IServiceCollection AddHospitalTime(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<HospitalOptions>, HospitalOptionsValidator>();
        services.AddOptions<HospitalOptions>().BindConfiguration(HospitalOptions.Section).ValidateOnStart();
        return services.AddSingleton<TimeProvider, HospitalTime>();
    }
}
