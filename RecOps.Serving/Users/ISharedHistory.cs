namespace RecOps.Serving.Users;

/// <summary>Shopper events as known to other engines.</summary>
internal interface ISharedHistory
{
    /// <summary>Whether there are other engines to ask.</summary>
    bool IsConfigured { get; }

    /// <summary>Transfers what others know of the user's events to the models served here; gives up at the deadline.</summary>
    ValueTask FetchAsync(string userId, TimeSpan deadline);
}

/// <summary>No other engines.</summary>
internal sealed class NoSharedHistory : ISharedHistory
{
    public bool IsConfigured => false;

    public ValueTask FetchAsync(string userId, TimeSpan deadline) => ValueTask.CompletedTask;
}
