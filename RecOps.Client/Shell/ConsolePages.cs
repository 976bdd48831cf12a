namespace RecOps.Client.Shell;

/// <summary>The pages that the user may open.</summary>
internal sealed class ConsolePages(IEnumerable<ConsolePage> registered, IViewer viewer)
{
    /// <summary>Raised when they may have changed.</summary>
    public event Action? Changed
    {
        add => viewer.Changed += value;
        remove => viewer.Changed -= value;
    }

    public IEnumerable<ConsolePage> Open => registered.Where(page => page.ShownTo?.Invoke(viewer) != false);
}
