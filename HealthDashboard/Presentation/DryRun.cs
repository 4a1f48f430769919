using System.Globalization;
using System.Text.RegularExpressions;

namespace HealthDashboard.Presentation;

/// <summary>Shows all slides to nobody, in accelerated time, against a program that runs.</summary>
internal sealed partial class DryRun(Uri server, TimeProvider time, TextWriter output) : IDisposable
{
    // A demo that has just started has no patients for a moment.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server };

    /// <summary>Signs in as a person does.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public async Task SignInAsync(string account, string password, CancellationToken cancel)
    {
        var page = await http.GetStringAsync("/signin", cancel);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["_handler"] = "signin",
            ["__RequestVerificationToken"] = Token().Match(page).Groups["token"].Value,
            ["Input.UserName"] = account,
            ["Input.Password"] = password,
        });
        using var answer = await http.PostAsync("/signin", form, cancel);
        if (answer.StatusCode != System.Net.HttpStatusCode.Found)
            throw new InvalidOperationException($"{account} could not sign in.");
    }

    /// <summary>Opens everything live on each slide, and each address.</summary>
    /// <returns>What did not answer, a sentence each.</returns>
    public async Task<IReadOnlyList<string>> ShowAsync(IReadOnlyList<Slide> slides, CancellationToken cancel)
    {
        List<string> wrong = [];
        if (!await OpensAsync("/present", cancel))
            wrong.Add("The presentation does not open.");
        var at = TimeSpan.Zero;
        foreach (var slide in slides)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(int)at.TotalMinutes,2}:{at.Seconds:00}  {slide.Number,2} {slide.Title}"));
            at += TimeSpan.FromMinutes(slide.Minutes);
            foreach (var part in slide.Parts)
            {
                if (await ProblemAsync(part, cancel) is { } problem)
                    wrong.Add($"{slide.Source}: {problem}");
            }
        }
        output.WriteLine($"{(int)at.TotalMinutes,2}:{at.Seconds:00}  the end");
        return wrong;
    }

    public void Dispose() => http.Dispose();

    private async Task<string?> ProblemAsync(SlidePart part, CancellationToken cancel)
    {
        if (part is FramePart frame)
        {
            output.WriteLine($"          page {frame.Address}");
            return await OpensAsync(frame.Address, cancel) ? null : $"{frame.Address} does not open.";
        }
        if (part is TextPart text)
        {
            foreach (var link in Link().Matches(text.Html).Select(match => match.Groups["address"].Value).Where(address => address.StartsWith('/')))
            {
                if (!await OpensAsync(link, cancel))
                    return $"{link} does not open.";
            }
            return null;
        }
        return part is LivePart live ? await QueryAsync(live.Name, cancel) : null;
    }

    private async Task<string?> QueryAsync(string name, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var found = await http.GetFromJsonAsync<LiveResult>($"/api/presentation/live/{name}", cancel);
            // There is an alarm load only after the first sums.
            var isComplete = found is { Answered: true } && (found.Rows.Count > 0 || name == "analytics");
            if (isComplete || time.GetElapsedTime(started) > Patience)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          {name}: {found!.Store} {found.State} in {found.Milliseconds} ms, {found.Rows.Count} rows"));
                return isComplete ? null : $"{name}: {found.Store} {found.State}.";
            }
            await Task.Delay(Pause, time, cancel);
        }
    }

    private async Task<bool> OpensAsync(string address, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri(address, UriKind.Relative), cancel);
        return answer.IsSuccessStatusCode;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    [GeneratedRegex("href=\"(?<address>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
