using System.Globalization;
using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;

namespace RecOps.Client.Recommendations;

/// <summary>Asks what to try: which shopper, which placement, how many items.</summary>
public sealed partial class TryForm : ComponentBase
{
    private static readonly string[] AdvancedFields = ["itemId", "country", "segment"];

    [Parameter, EditorRequired]
    public required TryState State { get; set; }

    /// <summary>Called with the new state after every change.</summary>
    [Parameter]
    public EventCallback<TryState> Changed { get; set; }

    /// <summary>Called to repeat the same request.</summary>
    [Parameter]
    public EventCallback Submit { get; set; }

    /// <summary>Called to pick a shopper at random.</summary>
    [Parameter]
    public EventCallback Surprise { get; set; }

    /// <summary>What the server found wrong, shown at the fields it names.</summary>
    [Parameter]
    public ApiProblem? Problem { get; set; }

    [Parameter]
    public bool Busy { get; set; }

    private bool HasAdvancedError => AdvancedFields.Any(name => Problem?.ErrorOf(name) is not null);

    private Task SetUser(string? userId) => Change(State with { UserId = userId?.Trim() ?? "" });

    private Task SetCount(ChangeEventArgs change) =>
        int.TryParse(Text(change), CultureInfo.InvariantCulture, out int count) ? Change(State with { Count = count }) : Task.CompletedTask;

    private Task Change(TryState next) => next == State ? Task.CompletedTask : Changed.InvokeAsync(next);

    private static string Text(ChangeEventArgs change) => change.Value?.ToString() ?? "";
}
