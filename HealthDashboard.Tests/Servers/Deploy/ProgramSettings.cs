using System.Collections;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using HealthDashboard.Accounts;
using HealthDashboard.Data;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Servers.Deploy;

/// <summary>
/// Every key that the program reads from its configuration, as <c>Section:Name</c>; <c>*</c> stands for a number in a list or a name that the
/// operator chooses. Taken from the program itself: its classes of options, and the keys that stand in its code.
/// </summary>
internal static partial class ProgramSettings
{
    private static readonly Assembly[] Program = [typeof(Program).Assembly, typeof(StoreServices).Assembly];

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<string> All { get; } =
    [
        .. Program.SelectMany(Literals).Where(text => Key().IsMatch(text)),
        .. Program.SelectMany(assembly => assembly.GetTypes()).Where(type => SectionOf(type) is not null).SelectMany(type => KeysOf(type, SectionOf(type)!)),
        .. Roles().Select(role => $"Stores:{role}"),
        .. KeysOf(typeof(ApiKeyEntry), "ApiKeys:*"),
        $"{TrustedProxies.Key}:*",
    ];

    private static string? SectionOf(Type type) => type.Name.EndsWith("Options", StringComparison.Ordinal)
        ? type.GetField("Section", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetRawConstantValue() as string
        : null;

    private static IEnumerable<string> KeysOf(Type type, string section)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var key = $"{section}:{property.Name}";
            if (value == typeof(string) || value.IsValueType)
            {
                if (property.CanWrite)
                    yield return key;
            }
            else if (value.IsAssignableTo(typeof(IEnumerable)))
            {
                var item = value.GetGenericArguments().LastOrDefault() ?? value.GetElementType()!;
                foreach (var inner in item == typeof(string) || item.IsValueType ? [$"{key}:*"] : KeysOf(item, $"{key}:*"))
                    yield return inner;
            }
            else if (Program.Contains(value.Assembly))
            {
                foreach (var inner in KeysOf(value, key))
                    yield return inner;
            }
        }
    }

    private static IEnumerable<string> Roles()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddStores(new ConfigurationBuilder().Build());
        using var provider = services.BuildServiceProvider();
        return [.. provider.GetRequiredService<IOptions<StoreOptions>>().Value.Chosen.Keys];
    }

    // Every text that stands in the code.
    private static List<string> Literals(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = file.GetMetadataReader();
        List<string> found = [];
        for (var handle = reader.GetNextHandle(MetadataTokens.UserStringHandle(0)); !handle.IsNil; handle = reader.GetNextHandle(handle))
            found.Add(reader.GetUserString(handle));
        return found;
    }

    [GeneratedRegex(@"^[A-Z]\w*(:[A-Z]\w*)+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();
}
