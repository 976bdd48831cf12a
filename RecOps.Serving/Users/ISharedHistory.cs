namespace RecOps.Serving.Users;

/// <summary>What shoppers did, as other engines know it.</summary>
internal interface ISharedHistory
{
    /// <summary>Whether there is anybody to ask.</summary>
    bool IsConfigured { get; }

    /// <summary>Brings what others know that the user did to the models served here; gives up when the time is over.</summary>
    ValueTask FetchAsync(string userId, TimeSpan deadline);
}

/// <summary>This engine is alone.</summary>
internal sealed class NoSharedHistory : ISharedHistory
{
    public bool IsConfigured => false;

    public ValueTask FetchAsync(string userId, TimeSpan deadline) => ValueTask.CompletedTask;
}
