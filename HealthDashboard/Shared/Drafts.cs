using Microsoft.JSInterop;

namespace HealthDashboard.Shared;

/// <summary>What people type in a form with <c>data-keep</c> is kept in their browser until it is saved (js/drafts.js).</summary>
internal static class Drafts
{
    /// <summary>Removes what the browser keeps of a form, because it is saved. A browser that the call does not reach offers the text once more.</summary>
    /// <param name="js">The browser.</param>
    /// <param name="form">The form's <c>data-keep</c>.</param>
    public static void ForgetDraft(this IJSRuntime js, string form) => _ = ForgetAsync(js, form);

    private static async Task ForgetAsync(IJSRuntime js, string form)
    {
        try
        {
            await js.InvokeVoidAsync("drafts.forget", form);
        }
        catch (Exception error) when (error is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // The page is closed.
        }
    }
}
