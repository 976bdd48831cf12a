using MudBlazor;

namespace RecOps.Client.Rules;

internal static class UndoableMessages
{
    /// <summary>Says what was done to the draft, with a button that undoes it.</summary>
    public static void AddUndoable(this ISnackbar messages, string message, DraftEditor draft) =>
        messages.Add(
            message,
            Severity.Normal,
            options =>
            {
                options.Action = "Undo";
                options.ActionColor = Color.Inherit;
                options.OnClick = _ =>
                {
                    draft.Undo();
                    return Task.CompletedTask;
                };
            }
        );
}
