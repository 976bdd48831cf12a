namespace RecOps.Server.Hosting.Lifetime;

/// <summary>Why the process ends without having been asked to; it then exits with an error.</summary>
internal sealed class StartFailure
{
    private volatile string? _message;
    private volatile bool _started;

    /// <summary>One or two sentences; null while nothing has gone wrong.</summary>
    public string? Message => _message;

    /// <summary>Whether the server has started serving; an earlier error is a failure to start.</summary>
    public bool Started => _started;

    /// <summary>Reports what makes serving impossible and must be fixed by the operator.</summary>
    public void Report(string message) => _message ??= $"RecOps cannot start. {message}";

    /// <summary>Reports a bug in the program.</summary>
    public void ReportFault(string message) => _message ??= $"RecOps stopped because of a fault. {message}";

    public void MarkStarted() => _started = true;
}
