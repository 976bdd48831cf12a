using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace RecOps.Serving.Models;

/// <summary>
/// The serving model, once there is one, and all others that are kept equally up to date: one being prepared, a canary, a shadow.
/// </summary>
internal sealed class ActiveModel : IAsyncDisposable
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _changes = new();
    private volatile State _state = new(null, "The model is being loaded.");
    private volatile CanaryRoute? _canary;
    private ImmutableArray<ServingModel> _live = [];

    /// <summary>Null until a bundle is loaded and warm.</summary>
    public ServingModel? Current => _state.Model;

    /// <summary>Why there is none; null when there is one.</summary>
    public string? NotReadyReason => _state.Reason;

    /// <summary>Which shoppers another model answers; null when none.</summary>
    public CanaryRoute? Canary => _canary;

    /// <summary>Completes when loading has ended, successfully or not.</summary>
    public Task Settled => _settled.Task;

    /// <summary>All models that events, prices, stock and rules must reach, including the active one.</summary>
    public ImmutableArray<ServingModel> Live
    {
        get
        {
            lock (_changes)
                return _live;
        }
    }

    public bool TryGet([NotNullWhen(true)] out ServingModel? model)
    {
        model = _state.Model;
        return model is not null;
    }

    /// <summary>The model that serves a shopper.</summary>
    public bool TryGet(string userId, [NotNullWhen(true)] out ServingModel? model)
    {
        model = _canary is { } route && route.Answers(userId) ? route.Model : _state.Model;
        return model is not null;
    }

    /// <summary>The active model, held until the use is released: it is not closed before.</summary>
    public bool TryHold([NotNullWhen(true)] out ServingModel? model)
    {
        // A model retired in between is no longer the active one.
        while (TryGet(out model))
        {
            if (model.Uses.TryBegin())
                return true;
        }

        return false;
    }

    /// <summary>The model that serves a shopper, held until the use is released.</summary>
    public bool TryHold(string userId, [NotNullWhen(true)] out ServingModel? model)
    {
        if (_canary is not { } route || !route.Answers(userId) || !route.Model.Uses.TryBegin())
            return TryHold(out model);
        model = route.Model;
        return true;
    }

    /// <summary>Makes a canary serve some shoppers from the next request on; null ends that.</summary>
    public void Route(CanaryRoute? canary) => _canary = canary;

    /// <summary>Keeps the model up to date from now on.</summary>
    public void Join(ServingModel model)
    {
        lock (_changes)
            _live = _live.Contains(model) ? _live : _live.Add(model);
    }

    /// <summary>Stops keeping the model up to date.</summary>
    public void Leave(ServingModel model)
    {
        lock (_changes)
            _live = _live.Remove(model);
    }

    /// <summary>Makes the model serve from the next request on.</summary>
    public void Set(ServingModel model)
    {
        Join(model);
        Settle(new State(model, null));
    }

    public void Refuse(string reason) => Settle(new State(null, reason));

    public async ValueTask DisposeAsync()
    {
        foreach (ServingModel model in Live)
            await model.DisposeAsync();
    }

    private void Settle(State state)
    {
        _state = state;
        _settled.TrySetResult();
    }

    private sealed record State(ServingModel? Model, string? Reason);
}
