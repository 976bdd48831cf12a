namespace RecOps.Client.Shell;

/// <summary>Where a feature's component stands in the frame around every page.</summary>
public enum FramePlace
{
    /// <summary>In the bar, after the console's name: what is being looked at.</summary>
    Title,

    /// <summary>In the bar, on the right: how things are.</summary>
    Status,

    /// <summary>At the end of the bar: who looks.</summary>
    Account,

    /// <summary>Above the page: what everyone must know, whatever they do.</summary>
    Banner,
}
