namespace RecOps.Server.Hosting;

/// <summary>Why the process ends although nobody asked it to; it then exits with an error.</summary>
internal sealed class StartFailure
{
    private volatile string? _message;
    private volatile bool _started;

    /// <summary>In one sentence or two; null as long as nothing went wrong.</summary>
    public string? Message => _message;

    /// <summary>Whether the server has begun to serve; before, what goes wrong is a failure to start.</summary>
    public bool Started => _started;

    /// <summary>What makes serving impossible and somebody has to change.</summary>
    public void Report(string message) => _message ??= $"RecOps cannot start. {message}";

    /// <summary>A fault in the program.</summary>
    public void ReportFault(string message) => _message ??= $"RecOps ended because of a fault. {message}";

    public void MarkStarted() => _started = true;
}
