using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;
using MudBlazor;

namespace HealthDashboard.Patients;

public sealed partial class PatientList : IAsyncDisposable
{
    private const int PageSize = 25;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource closed = new();
    private PatientFilter filter = new();
    private MudDataGrid<Patient> grid = null!;
    private IReadOnlyList<Patient> patients = [];
    private Dictionary<ObjectId, PatientRow> rows = [];
    private IDisposable? subscription;
    private Task retrying = Task.CompletedTask;
    private int? total;
    private bool more;
    private bool unavailable;
    private bool mayWrite;
    private bool mayExport;
    private bool ready;
    private bool loaded;

    [Inject] private IPatientStore Store { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private CurrentVitals Current { get; set; } = default!;

    [Inject] private WallBoard Board { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    private string Found => total switch { null => "", 1 => "1 patient", _ => $"{(more ? "more than " : "")}{total:#,0} patients" };

    protected override async Task OnInitializedAsync()
    {
        filter = PatientFilter.FromUri(Navigation.Uri);
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        mayWrite = (await Authorization.AuthorizeAsync(user, Policies.Clinician)).Succeeded;
        mayExport = (await Authorization.AuthorizeAsync(user, Policies.Export)).Succeeded;
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender)
            return;
        subscription = Board.Subscribe(InvokeAsync, ShowNewest);
        retrying = RetryAsync();
        ready = true;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        subscription?.Dispose();
        await closed.CancelAsync();
        await retrying;
        closed.Dispose();
    }

    private async Task<GridData<Patient>> LoadAsync(GridState<Patient> state, CancellationToken cancel)
    {
        try
        {
            var page = await Store.SearchAsync(filter.ToStore(loaded ? state.Page + 1 : filter.Page, PageSize), cancel);
            (patients, total, more, unavailable) = (page.Items, page.Total, page.IsLeast, false);
        }
        catch (StoreException)
        {
            (patients, total, more, unavailable) = ([], null, false, true);
        }
        rows = RowsNow();
        loaded = true;
        StateHasChanged();
        return new() { Items = patients, TotalItems = total ?? 0 };
    }

    private async Task SetAsync(PatientFilter next)
    {
        filter = next with { Page = 1 };
        await ShowAddressAsync();
        await grid.ReloadServerData();
    }

    // Before it knows how many there are the grid goes back to the first page by itself.
    private Task PageChangedAsync(int page)
    {
        if (!loaded)
            return Task.CompletedTask;
        filter = filter with { Page = page + 1 };
        return ShowAddressAsync();
    }

    private async Task ShowAddressAsync() => await Js.InvokeVoidAsync(
        "history.replaceState", closed.Token, null, "", Navigation.ToAbsoluteUri(new Uri(Navigation.Uri).AbsolutePath + filter.ToQuery()).ToString());

    private async Task RetryAsync()
    {
        using var timer = new PeriodicTimer(RetryEvery, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closed.Token))
            {
                if (unavailable)
                    await InvokeAsync(grid.ReloadServerData);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }

    // Only what looks different is drawn.
    private void ShowNewest()
    {
        var next = RowsNow();
        if (next.Count == rows.Count && next.All(row => rows.TryGetValue(row.Key, out var before) && before == row.Value))
            return;
        rows = next;
        StateHasChanged();
    }

    private Dictionary<ObjectId, PatientRow> RowsNow()
    {
        var tiles = Board.Current.ByBed.Where(tile => !tile.IsEmpty).ToDictionary(tile => tile.PatientId);
        return patients.ToDictionary(
            patient => patient.Id,
            patient => PatientRow.Of(patient, tiles.GetValueOrDefault(patient.Id), Directory.Find(patient.Id), Current, Clock));
    }

    private PatientRow RowOf(Patient patient) => rows.GetValueOrDefault(patient.Id) ?? new(null, null, "", false);

    private void Open(Patient patient) => Navigation.NavigateTo($"/patients/{patient.Id}");

    private IEnumerable<string> Names(Func<Patient, string?> name) =>
        Directory.All.Select(known => name(known.Patient)).OfType<string>().Distinct().Order(StringComparer.Ordinal);

    private string AgeAndSex(Patient patient) => patient.BirthDate == default
        ? $"age unknown, {patient.Sex.ToString().ToLowerInvariant()}"
        : $"{(patient.BirthDateEstimated ? "about " : "")}{patient.AgeOn(DateOnly.FromDateTime(Clock.GetLocalNow().Date))} y, {patient.Sex.ToString().ToLowerInvariant()}";

    private static string StatusWords(PatientStatus? status) => status switch
    {
        PatientStatus.Admitted => "Admitted",
        PatientStatus.Discharged => "Discharged",
        _ => "All",
    };

    private static string AllOr(string? name) => string.IsNullOrEmpty(name) ? "All" : name;

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
