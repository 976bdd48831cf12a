namespace RecOps.Server.Hosting;

/// <summary>Why the server stopped instead of serving; the process then exits with an error.</summary>
internal sealed class StartFailure
{
    private volatile string? _message;

    public string? Message => _message;

    public void Report(string message) => _message = message;
}
