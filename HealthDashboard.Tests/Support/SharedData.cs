namespace HealthDashboard.Tests.Support;

/// <summary>Real recordings that tests may use where they are: not part of the project, so their absence skips the test.</summary>
internal static class SharedData
{
    /// <summary>Names the folder; without it a folder <c>shared/data</c> is looked for beside the checkout.</summary>
    public const string Variable = "HEALTHDASHBOARD_TEST_DATA";

    /// <summary>The path of a file in the folder; skips the test when it is not there.</summary>
    public static string Find(params string[] path)
    {
        var roots = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? [named]
            : Ancestors(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, "shared", "data"));
        var file = roots.Select(root => Path.Combine([root, .. path])).FirstOrDefault(File.Exists);
        Assert.SkipWhen(file is null, $"{Path.Combine(path)} is not here: set {Variable} to the folder that holds it.");
        return file!;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            yield return at.FullName;
    }
}
