using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Fhir;

public sealed partial class ImportPage : IAsyncDisposable
{
    private const int MostFiles = 50;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource closed = new();
    private readonly List<string> problems = [];
    private ClaimsPrincipal user = new();
    private (string Name, long Sent, long Size)? sending;
    private Task loop = Task.CompletedTask;
    private bool ready;

    [Inject] private BulkJobs Bulk { get; set; } = default!;

    [Inject] private IOptions<FhirOptions> Options { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    private IReadOnlyList<BulkJob> Jobs => [.. Bulk.Of(user).Where(job => job.Kind != BulkKind.Export)];

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await loop;
        closed.Dispose();
    }

    protected override async Task OnInitializedAsync() => user = (await SignedIn.GetAuthenticationStateAsync()).User;

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender)
            return;
        ready = true;
        loop = ShowAsync();
        StateHasChanged();
    }

    private static double Percent(long part, long whole) => whole == 0 ? 100 : 100.0 * part / whole;

    private async Task TakeAsync(InputFileChangeEventArgs chosen)
    {
        problems.Clear();
        if (chosen.FileCount > MostFiles)
        {
            problems.Add($"{chosen.FileCount} files are too many at once: {MostFiles} are allowed.");
            return;
        }
        var files = chosen.GetMultipleFiles(MostFiles);
        // Resources in several files refer to each other, so they are one import.
        var ndjson = files.Where(file => KindOf(file) == BulkKind.Ndjson).ToList();
        if (ndjson.Count > 0)
            await SendAsync(BulkKind.Ndjson, ndjson);
        foreach (var file in files.Except(ndjson))
        {
            if (KindOf(file) is { } kind)
                await SendAsync(kind, [file]);
            else
                problems.Add($"{file.Name} is not imported: its name ends in none of .json, .ndjson and .csv.");
        }
    }

    private async Task SendAsync(BulkKind kind, IReadOnlyList<IBrowserFile> files)
    {
        var name = string.Join(", ", files.Select(file => file.Name));
        var size = files.Sum(file => file.Size);
        if (size > Options.Value.MaxImportBytes || (kind == BulkKind.Bundle && size > Options.Value.MaxBodyBytes))
        {
            problems.Add($"{name} is not imported: it is too large.");
            return;
        }
        sending = (name, 0, size);
        try
        {
            await Bulk.ImportAsync(user, kind, name, files.Select(file => (Func<Stream>)(() => file.OpenReadStream(Options.Value.MaxImportBytes))), closed.Token);
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
        catch (Exception error) when (error is FhirException or IOException)
        {
            problems.Add($"{name} is not imported: {error.Message}");
        }
        finally
        {
            sending = null;
        }
    }

    private void Remove(BulkJob job) => Bulk.Remove(job);

    private static BulkKind? KindOf(IBrowserFile file) => Path.GetExtension(file.Name).ToUpperInvariant() switch
    {
        ".JSON" => BulkKind.Bundle,
        ".NDJSON" => BulkKind.Ndjson,
        ".CSV" => BulkKind.Csv,
        _ => null,
    };

    private async Task ShowAsync()
    {
        using var timer = new PeriodicTimer(Every, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closed.Token))
            {
                if (sending is { } now && Jobs.FirstOrDefault(job => job is { State: BulkState.Waiting } && job.Name == now.Name) is { } arriving)
                    sending = now with { Sent = arriving.Received };
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }
}
