namespace RecOps.Server.Hosting;

/// <summary>Why the server stopped instead of serving; the process then exits with an error.</summary>
internal sealed class StartFailure
{
    private volatile string? _message;
    private volatile bool _started;

    public string? Message => _message;

    /// <summary>Whether the server has begun to serve; before, what goes wrong is a failure to start.</summary>
    public bool Started => _started;

    public void Report(string message) => _message = message;

    public void MarkStarted() => _started = true;
}
