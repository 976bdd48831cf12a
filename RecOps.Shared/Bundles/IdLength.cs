namespace RecOps.Shared.Bundles;

/// <summary>How many characters an id may have: what calls can name, and databases keep.</summary>
public static class IdLength
{
    public const int User = 128;
    public const int Item = 512;
}
