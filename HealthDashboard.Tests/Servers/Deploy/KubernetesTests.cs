using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthDashboard.Hosting;
using HealthDashboard.Tests.Faults.Startup;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HealthDashboard.Tests.Servers.Deploy;

/// <summary>The manifests of <c>deploy/kubernetes</c> are sound, name nothing that is not there, and say what the program understands.</summary>
public sealed partial class KubernetesTests
{
    private const string Set = "StatefulSet healthdashboard: ";

    // How many seconds a pod waits before its SIGTERM.
    private const int Sleep = 5;

    private static readonly string Folder = Path.Combine(AppServer.AppDirectory, "..", "deploy", "kubernetes");

    /// <summary>What may be wrong with a manifest: what it says, what it says then, and what is said of it.</summary>
    private static readonly (string Said, string Wrong, string Finding)[] Mistakes =
    [
        ("periodSeconds: 2", "perodSeconds: 2", $"{Set}\"perodSeconds\": 2"),
        ("replicas: 2", "replicas: two", $"{Set}\"replicas\": \"two\",: Type 'string' is not assignable to type 'number'"),
        ("replicas: 2", "replicas: 3", $"{Set}no file healthdashboard-2.json"),
        ("kind: PodDisruptionBudget", "kind: PodDisruptionBudgets", "policy/v1 has no kind PodDisruptionBudgets"),
        ("  unhealthyPodEvictionPolicy: AlwaysAllow\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: healthdashboard", "  unhealthyPodEvictionPolicy: Allow\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: dashboard", "PodDisruptionBudget healthdashboard selects no pod"),
        ("unhealthyPodEvictionPolicy: AlwaysAllow", "unhealthyPodEvictionPolicy: Allow", "PodDisruptionBudget healthdashboard: unhealthyPodEvictionPolicy is Allow"),
        ("sessionAffinity: ClientIP", "sessionAffinity: Client", "Service healthdashboard: sessionAffinity is Client"),
        ("serviceName: healthdashboard-nodes", "serviceName: nodes", $"{Set}no headless Service is called nodes"),
        ("path: /health/ready", "path: /healthz", $"{Set}readinessProbe asks /healthz, which the program does not serve"),
        ("name: http\n              containerPort: 8080", "name: web\n              containerPort: 8080", "Service healthdashboard: no container has the port http"),
        ("Stores__Alerts: Redis", "Stores__Alert: Redis", $"{Set}the program has no setting Stores__Alert"),
        ("Hospital__TimeZone:", "Hospital__Timezone:", $"{Set}the program has no setting Hospital__Timezone"),
        ("name: KeyRing__CertificatePassword", "name: KeyRing__Password", $"{Set}the program has no setting KeyRing__Password"),
        ("ApiKeys__0__Scopes__0:", "ApiKeys__0__Scope__0:", $"{Set}the program has no setting ApiKeys__0__Scope__0"),
        ("password=$(REDIS_PASSWORD)", "password=$(REDIS_SECRET)", $"{Set}ConnectionStrings__Redis has $(REDIS_SECRET), which no variable before it is called"),
        ("key: ADMIN_PASSWORD", "key: ADMINS_PASSWORD", $"{Set}Accounts__Admin__Password is the secret ADMINS_PASSWORD, which the example does not name"),
        ("Accounts__Admin__UserName: admin", "Accounts__Admin__UserName: admin\n  Accounts__Admin__Password: pencil", $"{Set}Accounts__Admin__Password is set twice"),
        ("  healthdashboard-0.json: |\n    {}", "  healthdashboard-0.json: |\n    {\"Monitoring\":{\"Region\":[\"North\"]}}", "the program has no setting Monitoring:Region:0 (healthdashboard-0.json)"),
        ("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", $"{Set}its pods may do more than they must"),
        ("mountPath: /tmp", "mountPath: /temp", $"{Set}no volume that can be written to is at /tmp"),
        ("podSelector: {}", "podSelector: { matchLabels: { a: b } }", "NetworkPolicy deny-all selects no pod"),
        ("metadata:\n  name: redis", "metadata:\n  name: redis\n  name: redis2", "Map keys must be unique"),
    ];

    [Fact]
    public async Task Types_names_settings_and_probes_are_right() => Assert.Empty(await LintAsync([("all", Manifests())]));

    [Fact]
    public async Task What_is_wrong_is_found()
    {
        var manifests = Manifests();
        Assert.All(Mistakes, mistake => Assert.Contains(mistake.Said, manifests, StringComparison.Ordinal));
        var found = await LintAsync([.. Mistakes.Select((mistake, i) => (i.ToString(CultureInfo.InvariantCulture), manifests.Replace(mistake.Said, mistake.Wrong, StringComparison.Ordinal)))]);
        Assert.All(Mistakes.Index(), mistake =>
            Assert.Contains(found, finding => finding.Name == mistake.Index.ToString(CultureInfo.InvariantCulture) && finding.Finding.Contains(mistake.Item.Finding, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kustomize_makes_the_same_of_them_with_HL7_too(bool hl7)
    {
        using var copy = new TempDirectory("kustomize");
        foreach (var file in Directory.EnumerateFiles(Existing(), "*", SearchOption.AllDirectories))
        {
            var target = copy[Path.GetRelativePath(Folder, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        if (hl7)
            await File.WriteAllTextAsync(copy["kustomization.yaml"], Read("kustomization.yaml").Replace("# components: [hl7]", "components: [hl7]", StringComparison.Ordinal));
        var made = await Kubectl.KustomizeAsync(copy.Path);

        Assert.Equal(hl7, made.Contains("Hl7__Port", StringComparison.Ordinal));
        Assert.Contains("image: registry.example/healthdashboard:1", made, StringComparison.Ordinal);
        Assert.Empty(await LintAsync([("made", made)]));
    }

    [Fact]
    public void The_kustomization_names_every_file()
    {
        var named = Item().Matches(Read("kustomization.yaml")).Select(match => match.Groups["file"].Value);
        Assert.Equal(Directory.EnumerateFiles(Existing(), "*.yaml").Select(Path.GetFileName).Where(file => file != "kustomization.yaml").Order(), named.Order());
    }

    [Fact]
    public void Account_and_port_are_those_of_the_image_and_a_stop_has_the_time_that_it_needs()
    {
        var web = Read("web.yaml");
        var image = File.ReadAllText(Path.Combine(Folder, "..", "..", "Dockerfile"));
        Assert.Equal(Number(image, "--uid "), Number(web, "runAsUser:"));
        Assert.Contains($"EXPOSE {Number(web, "containerPort:")}\n", image, StringComparison.Ordinal);
        Assert.Contains($"command: [\"sleep\", \"{Sleep}\"]", web, StringComparison.Ordinal);
        Assert.True(Number(web, "terminationGracePeriodSeconds:") >= Sleep + new HostOptions().ShutdownTimeout.TotalSeconds + 10);
        Assert.True(4 * long.Parse(Settings()["Ingest:SpoolBytes"], CultureInfo.InvariantCulture) <= Number(web, "storage: ", last: true) * (1L << 30));
    }

    [Fact]
    public void The_examples_secrets_are_those_of_compose_and_two_more_that_no_start_takes()
    {
        var own = Secrets().Where(secret => ExampleSecrets.All.GetValueOrDefault(secret.Key) != secret.Value);
        Assert.Equal(["DEIDENTIFY_KEY", "KEYRING_PASSWORD"], own.Select(secret => secret.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task With_the_examples_secrets_the_program_does_not_start_and_names_each()
    {
        using var directory = new TempDirectory("keys");
        var said = await StartTests.RefusalAsync(Start(Secrets(), await KeysAsync(directory, "another-password")), directory["data"]);
        foreach (var secret in Secrets().Keys.Except(["DEIDENTIFY_KEY", "KEYRING_PASSWORD"]))
            Assert.Contains(said, line => line.Contains($"({secret} in ", StringComparison.Ordinal));
        Assert.Contains(said, line => line.StartsWith("Deidentify:Key ", StringComparison.Ordinal));
        Assert.Contains(said, line => line.StartsWith("KeyRing:Certificate ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_secrets_of_its_own_and_no_server_it_starts_answers_the_probes_and_ends_in_time()
    {
        var secrets = Secrets().Keys.ToDictionary(name => name, name => $"{name.Replace("_", "", StringComparison.Ordinal)}OfThisTest");
        secrets["DEIDENTIFY_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        using var directory = new TempDirectory("keys");
        await using var server = await AppServer.StartAsync(Start(secrets, await KeysAsync(directory, secrets["KEYRING_PASSWORD"])), Directory.CreateDirectory(directory["data"]).FullName);

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("health/live")).StatusCode);
        // No store can be reached, so it is of no use yet: nobody is sent to it.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.GetAsync("health/ready")).StatusCode);
        var asked = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await server.StopAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 0, Number(Read("web.yaml"), "terminationGracePeriodSeconds:") - Sleep);
    }

    // What a pod would have in its environment, with the servers where nothing listens and the folder and the certificate of this test.
    private static Dictionary<string, string> Start(Dictionary<string, string> secrets, string certificate)
    {
        var settings = Settings();
        var web = Read("web.yaml");
        foreach (Match match in FromSecret().Matches(web))
            settings[match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal)] = secrets[match.Groups["key"].Value];
        foreach (Match match in Value().Matches(web))
        {
            var value = Variable().Replace(match.Groups["value"].Value, inner => secrets[inner.Groups["name"].Value]);
            settings[match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal)] = Server().Replace(value, "127.0.0.9:");
        }
        Assert.Equal(5, settings.Values.Count(value => value.Contains("127.0.0.9:", StringComparison.Ordinal)));
        settings["KeyRing:Certificate"] = certificate;
        settings["ASPNETCORE_ENVIRONMENT"] = "Production";
        settings.Remove("Data:Directory");
        return settings;
    }

    private static Dictionary<string, string> Settings() => Read("settings.yaml").Split("\n---\n")[0].Split('\n')
        .Select(line => Setting().Match(line)).Where(match => match.Success)
        .ToDictionary(match => match.Groups["key"].Value.Replace("__", ":", StringComparison.Ordinal), match => match.Groups["value"].Value.Trim('"'));

    private static Dictionary<string, string> Secrets() => Read("secrets.env.example").Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    private static async Task<string> KeysAsync(TempDirectory directory, string password)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=health", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllBytesAsync(directory["keys.pfx"], certificate.Export(X509ContentType.Pfx, password));
        return directory["keys.pfx"];
    }

    private static async Task<List<(string Name, string Finding)>> LintAsync((string Name, string Yaml)[] cases)
    {
        await using var app = new WholeApp();
        var paths = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(endpoint => $"/{endpoint.RoutePattern.RawText!.Trim('/')}");
        using var directory = new TempDirectory("manifests");
        await File.WriteAllTextAsync(directory["input.json"], JsonSerializer.Serialize(new
        {
            settings = ProgramSettings.All,
            paths = paths.ToList(),
            secrets = Secrets().Keys,
            cases = cases.Select(one => new { name = one.Name, yaml = one.Yaml }),
        }));
        var output = await NodeScript.RunAsync("kubernetes-lint.mjs", directory["input.json"]);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray().Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("finding").GetString()!))];
    }

    private static string Manifests() =>
        string.Join("\n---\n", Directory.EnumerateFiles(Existing(), "*.yaml").Where(file => Path.GetFileName(file) != "kustomization.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText));

    private static string Read(string file) => File.ReadAllText(Path.Combine(Existing(), file));

    private static string Existing()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "deploy/kubernetes is not here: it is tested from the source.");
        return Folder;
    }

    private static long Number(string text, string after, bool last = false) => long.Parse(
        new string([.. text[((last ? text.LastIndexOf(after, StringComparison.Ordinal) : text.IndexOf(after, StringComparison.Ordinal)) + after.Length)..].TrimStart().TakeWhile(char.IsAsciiDigit)]), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^  (?<key>\w+): (?<value>.+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();

    [GeneratedRegex(@"^  - (?<file>\S+\.yaml)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Item();

    [GeneratedRegex(@"name: (?<name>\w+__\w+), valueFrom: \{ secretKeyRef: \{ name: healthdashboard, key: (?<key>\w+) \}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FromSecret();

    [GeneratedRegex(@"- name: (?<name>\w+__\w+)\n +value: (?<value>.+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Value();

    [GeneratedRegex(@"\$\((?<name>\w+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\b(mongodb|influxdb|neo4j|cassandra|redis):(?=\d)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Server();
}
