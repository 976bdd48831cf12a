namespace RecOps.Client.Shell;

/// <summary>Where a feature's component goes in the frame around every page.</summary>
public enum FramePlace
{
    /// <summary>In the bar, after the console's name: what is being viewed.</summary>
    Title,

    /// <summary>In the bar, on the right: the server's status.</summary>
    Status,

    /// <summary>At the end of the bar: the signed-in user.</summary>
    Account,

    /// <summary>Above the page: what every user must know.</summary>
    Banner,
}
