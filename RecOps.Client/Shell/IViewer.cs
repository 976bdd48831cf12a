namespace RecOps.Client.Shell;

/// <summary>The user of the console, as far as it decides which pages are offered.</summary>
internal interface IViewer
{
    /// <summary>Raised when the user or the user's roles have changed.</summary>
    event Action? Changed;

    /// <summary>May do more than view: operators, merchandisers and administrators.</summary>
    bool MayAct { get; }

    bool MayAdminister { get; }
}
