using RecOps.Training.Progress;

namespace RecOps.Tests.Training;

/// <summary>Progress without output; a test may act when a task starts.</summary>
internal sealed class SilentProgress(Action<string>? onStart = null) : IProgressTask
{
    public IProgressTask Start(string name, double total)
    {
        onStart?.Invoke(name);
        return this;
    }

    public void Say(string sentence) { }

    public void Report(double done, string? detail = null) { }

    public void Dispose() { }
}
