namespace RecOps.Tests.Browser;

/// <summary>Theme and width of a window.</summary>
public sealed record Look(bool Dark, int Width)
{
    public static Look Wide { get; } = new(false, 1440);

    public static Look Narrow { get; } = new(false, 390);

    public override string ToString() => $"{(Dark ? "dark" : "light")}-{Width}";
}
