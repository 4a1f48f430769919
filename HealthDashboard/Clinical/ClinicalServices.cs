using Microsoft.Extensions.Options;

namespace HealthDashboard.Clinical;

/// <summary>Registration of the alarm rules.</summary>
internal static class ClinicalServices
{
    /// <summary>
    /// Adds <see cref="AlarmOptions"/>, checked before the application starts, and <see cref="AlarmRules"/> made of them.
    /// </summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="configuration">What has the section <see cref="AlarmOptions.Section"/>.</param>
    public static IServiceCollection AddClinical(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<AlarmOptions>, AlarmOptionsValidator>();
        services.AddOptions<AlarmOptions>()
            .Configure(options => AlarmSettings.Read(configuration.GetSection(AlarmOptions.Section), options, options.Unreadable))
            .ValidateOnStart();
        services.AddSingleton(static provider => provider.GetRequiredService<IOptions<AlarmOptions>>().Value.ToRules());
        return services;
    }
}
