namespace RecOps.Client.Shell;

/// <summary>Who looks at the console, as far as it decides which pages are offered.</summary>
internal interface IViewer
{
    /// <summary>Raised when somebody else is signed in, or may do something else.</summary>
    event Action? Changed;

    /// <summary>More than to look: operators, merchandisers and administrators.</summary>
    bool MayAct { get; }

    bool MayAdminister { get; }
}
