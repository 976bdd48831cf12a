namespace RecOps.Client.Shell;

/// <summary>What the viewer chose for light and dark.</summary>
public enum ThemeChoice
{
    System,
    Light,
    Dark,
}
