using System.Diagnostics.CodeAnalysis;

namespace RecOps.Server.Models;

/// <summary>The model that answers requests, once there is one.</summary>
internal sealed class ActiveModel : IDisposable
{
    private volatile State _state = new(null, "The model is being loaded.");

    /// <summary>Null until a bundle is loaded and warm.</summary>
    public ServingModel? Current => _state.Model;

    /// <summary>Why there is none; null when there is one.</summary>
    public string? NotReadyReason => _state.Reason;

    public bool TryGet([NotNullWhen(true)] out ServingModel? model)
    {
        model = _state.Model;
        return model is not null;
    }

    public void Set(ServingModel model) => _state = new State(model, null);

    public void Refuse(string reason) => _state = new State(null, reason);

    public void Dispose() => _state.Model?.Dispose();

    private sealed record State(ServingModel? Model, string? Reason);
}
