using MudBlazor;

namespace RecOps.Client.Shell;

/// <summary>Asks before something destructive. Cancel has the focus, so that Enter alone does no harm.</summary>
internal static class Confirmation
{
    private static readonly DialogOptions Options = new() { MaxWidth = MaxWidth.ExtraSmall, CloseOnEscapeKey = true };

    /// <inheritdoc cref="ConfirmDialog"/>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, string title, string text, string action)
    {
        var parameters = new DialogParameters<ConfirmDialog>
        {
            { dialog => dialog.Title, title },
            { dialog => dialog.Text, text },
            { dialog => dialog.Action, action },
        };
        IDialogReference reference = await dialogs.ShowAsync<ConfirmDialog>(null, parameters, Options);
        return await reference.Result is { Canceled: false };
    }
}
