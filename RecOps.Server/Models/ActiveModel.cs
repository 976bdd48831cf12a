using System.Diagnostics.CodeAnalysis;

namespace RecOps.Server.Models;

/// <summary>The model that answers requests, once there is one.</summary>
internal sealed class ActiveModel : IAsyncDisposable
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile State _state = new(null, "The model is being loaded.");

    /// <summary>Null until a bundle is loaded and warm.</summary>
    public ServingModel? Current => _state.Model;

    /// <summary>Why there is none; null when there is one.</summary>
    public string? NotReadyReason => _state.Reason;

    /// <summary>Completes when loading has ended, well or not.</summary>
    public Task Settled => _settled.Task;

    public bool TryGet([NotNullWhen(true)] out ServingModel? model)
    {
        model = _state.Model;
        return model is not null;
    }

    public void Set(ServingModel model) => Settle(new State(model, null));

    public void Refuse(string reason) => Settle(new State(null, reason));

    public ValueTask DisposeAsync() => _state.Model?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Settle(State state)
    {
        _state = state;
        _settled.TrySetResult();
    }

    private sealed record State(ServingModel? Model, string? Reason);
}
