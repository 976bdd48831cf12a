namespace RecOps.Client.Shell;

/// <summary>The pages that the viewer may open.</summary>
internal sealed class ConsolePages(IEnumerable<ConsolePage> registered, IViewer viewer)
{
    /// <summary>Raised when they may be others than before.</summary>
    public event Action? Changed
    {
        add => viewer.Changed += value;
        remove => viewer.Changed -= value;
    }

    public IEnumerable<ConsolePage> Open => registered.Where(page => page.ShownTo?.Invoke(viewer) != false);
}
