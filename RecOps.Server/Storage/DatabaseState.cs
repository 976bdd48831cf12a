namespace RecOps.Server.Storage;

/// <summary>Whether the database can be reached.</summary>
internal sealed class DatabaseState
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _trouble = "The database is being opened.";

    /// <summary>Completes when the database has been migrated for the first time.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Null while it can be reached.</summary>
    public string? Trouble => _trouble;

    public void Reached()
    {
        _trouble = null;
        _ready.TrySetResult();
    }

    public void Lost(string reason) => _trouble = reason;
}
